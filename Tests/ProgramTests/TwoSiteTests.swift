import Foundation
import Messages
import Network
import Store
import Synchronization
import TestKit
import Testing

/// One host, the hub and a city below it; a plug-in that commands and hears runs in a process of its own at both.
final class TwoSites: Sendable {
    let program: TestProgram
    private let hub: Session
    private let city: Session

    private struct Session: Sendable {
        var cookie: String
        var token: String
    }

    init() async throws {
        let program = try TestProgram()
        self.program = program
        try await Province.expect(program.run("init", "--site", "hunan", "--kind", "hub", "--region", "430000", "--data", program.data, "--port", "0"))
        try Province.change("ownProcess: []", to: "ownProcess: [\"coordination\"]", in: "\(program.configs)/sites/hunan/site.json5")
        try Province.change("faultsPerMinute: 5", to: "faultsPerMinute: 1000", in: "\(program.configs)/host.json5")
        // A process that is killed once a second is not left alone for half a minute.
        try Province.change("restartSeconds: 30", to: "restartSeconds: 1", in: "\(program.configs)/host.json5")
        let second = program.configs + "/sites/zhuzhou"
        try FileManager.default.createDirectory(atPath: second + "/plugins", withIntermediateDirectories: true)
        try Data("{ title: '株洲平台', kind: 'city', region: '430200', parent: 'hunan', ownProcess: ['coordination'] }".utf8)
            .write(to: URL(fileURLWithPath: second + "/site.json5"))
        try Data("{}".utf8).write(to: URL(fileURLWithPath: second + "/plugins/coordination.json5"))
        func account(_ site: String, _ login: String, _ role: String) async throws -> String {
            try await Province.expect(
                program.run(
                    "account", "add", "--site", site, "--login", login, "--name", "测试·\(login)", "--role", role, "--keep-password",
                    "--password-only")
            ).output.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        let first = try await account("hunan", "zhao", "province-staff")
        let other = try await account("zhuzhou", "qian", "city-staff@430200")
        try await program.serve()
        hub = try Self.session("hunan", "zhao", first, program.client())
        city = try Self.session("zhuzhou", "qian", other, program.client())
    }

    private static func session(_ site: String, _ login: String, _ password: String, _ client: HTTPClient) throws -> Session {
        let signedIn = try Province.signIn(login, password, client, site: site)
        try #require(signedIn.status == 303, "\(signedIn.text)")
        let cookie = try #require(signedIn.headers.all("Set-Cookie").first { $0.hasPrefix("__Host-shuniu-\(site)=") }.map { String($0.prefix { $0 != ";" }) })
        return Session(cookie: cookie, token: try #require(Province.token(try client.get("/\(site)/me", headers: ["Cookie": cookie]).text)))
    }

    private func headers(_ site: String, _ key: UInt64) -> HTTPHeaders {
        let session = site == "hunan" ? hub : city
        return [
            "Cookie": session.cookie, "X-CSRF-Token": session.token, "Content-Type": "application/json",
            "Idempotency-Key": MessageID(high: 7, low: key).description,
        ]
    }

    /// Sends the command until it is answered: a caller who was told to come again does so with the same key.
    func post(_ path: String, at site: String, key: UInt64, _ body: String) async throws -> JSONValue {
        let (program, headers) = (program, headers(site, key))
        return try await apart {
            for _ in 0..<600 {
                let answer = try program.client().request(.post, "/api/\(site)/coordination\(path)", headers: headers, body: Array(body.utf8))
                if answer.status == 200 { return try JSONValue(parsing: answer.body) }
                guard [502, 503, 504].contains(answer.status) else { throw TestProgram.Failure(description: "\(answer.status) \(answer.text)") }
                usleep(100_000)
            }
            throw TestProgram.Failure(description: "\(path) was never answered")
        }
    }

    func get(_ path: String, at site: String) async throws -> JSONValue {
        let (program, headers) = (program, headers(site, 0))
        return try await apart {
            let answer = try program.client(timeout: .seconds(60)).get("/api/\(site)/coordination\(path)", headers: headers)
            guard answer.status == 200 else { throw TestProgram.Failure(description: "\(answer.status) \(answer.text)") }
            return try JSONValue(parsing: answer.body)
        }
    }

    func process(at site: String, besides old: pid_t = 0) async throws -> pid_t {
        for _ in 0..<2400 {
            let lines = try await Province.expect(program.run("status", "--json")).output.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
            let state = lines.first { $0["site"]?.string == site }?["plugins"]?.array?.first { $0["id"]?.string == "coordination" }
            if state?["state"]?.string == "running", let pid = state?["process"]?.integer, pid_t(pid) != old { return pid_t(pid) }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw TestProgram.Failure(description: "it does not run at \(site): \(program.log.suffix(2000))")
    }

    /// How often each type stands in the log of the plug-in at a site.
    func logged(at site: String) throws -> [String: Int] {
        let path = "\(program.data)/\(site)/coordination/coordination.sqlite"
        let types = try StoreView(path: path).read { try $0.log(after: 0, limit: 100_000).map(\.type.description) }
        return types.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }
}

@Suite("A plug-in that commands other sites and hears them, in its own process at two sites")
struct TwoSiteTests {
    /// `SHUNIU_KILLS=100` for the long run, `SHUNIU_KILL_SECONDS` for its most.
    private static let rounds = KillRounds(or: 3)

    @Test("killed in turns: every task comes to the other site once and in order, every receipt and every progress comes back, the logs verify")
    func killed() async throws {
        let sites = try await TwoSites()
        var pids = ["hunan": try await sites.process(at: "hunan"), "zhuzhou": try await sites.process(at: "zhuzhou")]
        var tasks: [String] = []
        var done = 0
        for round in Self.rounds.all() {
            done += 1
            let victims = round % 3 == 2 ? ["hunan", "zhuzhou"] : [round % 2 == 0 ? "zhuzhou" : "hunan"]
            async let issued = Self.issue(sites, from: round * 4)
            for victim in victims {
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...60)))
                kill(pids[victim] ?? 0, SIGKILL)
            }
            tasks += try await issued
            for victim in victims { pids[victim] = try await sites.process(at: victim, besides: pids[victim] ?? 0) }
        }
        #expect(Set(tasks).count == 4 * done)
        let wanted = Array(tasks.suffix(200))
        var got: [String] = []
        for _ in 0..<2400 {
            got = try await sites.get("/assignments?limit=200", at: "zhuzhou")["items"]?.array?.compactMap { $0["task"]?.string }.reversed() ?? []
            if got.count == wanted.count { break }
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(got == wanted)

        let last = try #require(tasks.last)
        kill(pids["hunan"] ?? 0, SIGKILL)
        _ = try await sites.post("/assignments/\(last)/acceptance", at: "zhuzhou", key: 900_001, "{}")
        _ = try await sites.post("/assignments/\(last)/progress", at: "zhuzhou", key: 900_002, #"{"percent":60,"note":"过半"}"#)
        var node: JSONValue?
        for _ in 0..<2400 {
            node = try? await sites.get("/tasks/\(last)", at: "hunan")["nodes"]?.array?.first
            if node?["percent"]?.integer == 60 { break }
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(node?["site"]?.string == "zhuzhou" && node?["state"]?.string == "working" && node?["percent"]?.integer == 60)
        #expect(await sites.program.stop() == 0)
        #expect(try sites.logged(at: "hunan")["coordination.assign-task.v1"] == tasks.count)
        let below = try sites.logged(at: "zhuzhou")
        #expect(below["bus.receipt.v1"] == tasks.count && below["coordination.assignment-advanced.v1"] == tasks.count + 2, "\(below)")
        let verified = try await sites.program.run("log", "verify")
        #expect(verified.code == 0, "\(verified.output)")
    }

    private static func issue(_ sites: TwoSites, from number: Int) async throws -> [String] {
        var tasks: [String] = []
        for index in number..<number + 4 {
            let body = #"{"title":"演示任务\#(index)","text":"请报送。","kind":"city","regions":[],"due":"2099-12-31"}"#
            let issued = try await sites.post("/tasks", at: "hunan", key: UInt64(index + 1), body)
            tasks.append(try #require(issued["task"]?.string))
        }
        return tasks
    }
}
