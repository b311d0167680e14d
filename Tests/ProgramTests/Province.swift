import Foundation
import Glibc
import Messages
import Network
import Store
import TestKit
import Testing

/// The program with one site and one person who may put units on the province's list of what is to be covered: a durable command
/// with a key of its own each time.
final class Province: Sendable {
    // Goes first, or the program's folder could not be removed.
    let disk: SmallDisk?
    let program: TestProgram
    private let ownProcess: Bool
    private let cookie: String
    private let token: String

    /// Makes the site and the account, serves, and signs in once; the session outlives every restart.
    /// - Parameters:
    ///   - disk: the size of a file system of its own for the site's folder, such as `1500k`.
    ///   - ownProcess: the registry runs in its own process.
    ///   - faults: of a plug-in's process within a minute until quarantine.
    ///   - prepare: changes the configuration before it is read.
    init(disk size: String? = nil, ownProcess: Bool = false, faults: Int = 1000, heartbeat: Int = 15, prepare: (TestProgram) throws -> Void = { _ in }) async throws {
        self.ownProcess = ownProcess
        program = try TestProgram()
        disk = if let size { try await SmallDisk("\(program.data)/hunan", size: size) } else { nil }
        try await Self.expect(program.run("init", "--site", "hunan", "--kind", "hub", "--region", "430000", "--data", program.data, "--port", "0"))
        if ownProcess {
            try Self.change("ownProcess: []", to: "ownProcess: [\"registry\"]", in: "\(program.configs)/sites/hunan/site.json5")
        }
        try Self.change("heartbeatSeconds: 15", to: "heartbeatSeconds: \(heartbeat)", in: "\(program.configs)/host.json5")
        try Self.change("faultsPerMinute: 5", to: "faultsPerMinute: \(faults)", in: "\(program.configs)/host.json5")
        try prepare(program)
        let password = try await Self.expect(
            program.run(
                "account", "add", "--site", "hunan", "--login", "zhao", "--name", "测试·赵", "--role", "province-staff", "--keep-password",
                "--password-only")
        ).output.trimmingCharacters(in: .whitespacesAndNewlines)
        try await program.serve()
        let client = try program.client()
        let signedIn = try Self.signIn("zhao", password, client)
        try #require(signedIn.status == 303, "\(signedIn.text)")
        cookie = try #require(signedIn.headers.all("Set-Cookie").first { $0.hasPrefix("__Host-shuniu-hunan=") }.map { String($0.prefix { $0 != ";" }) })
        token = try #require(Self.token(try client.get("/hunan/me", headers: ["Cookie": cookie]).text))
    }

    /// Types name and password into the site's form; 303 when they are right.
    static func signIn(_ login: String, _ password: String, _ client: HTTPClient, site: String = "hunan") throws -> HTTPClient.Answer {
        let page = try client.get("/\(site)/login")
        let visitor = try #require(cookie(page))
        let form = "account=\(login)&password=\(password)&_csrf=\(try #require(token(page.text)))"
        return try client.request(
            .post, "/\(site)/login", headers: ["Cookie": visitor, "Content-Type": "application/x-www-form-urlencoded"], body: Array(form.utf8))
    }

    @discardableResult
    static func expect(_ outcome: TestProgram.Outcome) throws -> TestProgram.Outcome {
        guard outcome.code == 0 else { throw TestProgram.Failure(description: outcome.error) }
        return outcome
    }

    private static func cookie(_ answer: HTTPClient.Answer) -> String? { answer.headers["Set-Cookie"].map { String($0.prefix { $0 != ";" }) } }

    static func token(_ text: String) -> String? {
        text.firstMatch(of: /name="_csrf"[^>]*value="([^"]*)"/).map { String($0.1) }
    }

    /// Puts unit `number` on the list; the key says the number, so that a repeated command is the same command.
    func mark(_ number: Int, _ client: HTTPClient) throws -> HTTPClient.Answer {
        let key = MessageID(high: 1, low: UInt64(number))
        let body = #"{"code":"unit-\#(number)","title":"演示园区第\#(number)号","region":"430000","from":"2026-01-01"}"#
        return try client.request(
            .post, "/api/hunan/registry/eligible/park",
            headers: ["Cookie": cookie, "X-CSRF-Token": token, "Content-Type": "application/json", "Idempotency-Key": key.description],
            body: Array(body.utf8))
    }

    /// The numbers that the list of the served host has.
    func listed() throws -> [Int] {
        let client = try program.client()
        var numbers: [Int] = []
        var after = ""
        while true {
            let answer = try client.get("/api/hunan/registry/eligible/park?limit=500" + after)
            try #require(answer.status == 200, "\(answer.text)")
            let page = try JSONValue(parsing: answer.body)
            numbers += (page["items"]?.array ?? []).compactMap { $0["code"]?.string.flatMap(Self.number) }
            guard let next = page["next"]?.string else { return numbers }
            after = "&after=\(next)"
        }
    }

    /// The numbers that the event log holds, in its order, once for each time.
    func logged() throws -> [Int] {
        try StoreView(path: log).read { snapshot in
            try snapshot.log(after: 0, limit: 100_000).compactMap { $0.subject.flatMap { Self.number(String($0.split(separator: "/").last ?? "")) } }
        }
    }

    private static func number(_ code: String) -> Int? { code.hasPrefix("unit-") ? Int(code.dropFirst(5)) : nil }

    var log: String { "\(program.data)/hunan/\(ownProcess ? "registry/" : "")registry.sqlite" }

    /// Asks as a visitor, on a thread and a connection of its own.
    func get(_ path: String) async throws -> HTTPClient.Answer {
        let program = program
        return try await apart { try program.client(timeout: .seconds(60)).get(path) }
    }

    /// Sends JSON as the person who signed in, on a thread and a connection of its own.
    func post(_ path: String, _ body: String) async throws -> HTTPClient.Answer {
        let (program, cookie, token) = (program, cookie, token)
        return try await apart {
            try program.client(timeout: .seconds(60)).request(
                .post, path, headers: ["Cookie": cookie, "X-CSRF-Token": token, "Content-Type": "application/json"], body: Array(body.utf8))
        }
    }

    /// Puts a unit on the list, on a thread and a connection of its own; the status.
    func mark(_ number: Int) async throws -> Int {
        try await apart { [self] in try mark(number, program.client()).status }
    }

    /// Writes a program. The descriptor is closed in every process that starts meanwhile, or the program could not be run (ETXTBSY).
    static func write(program text: String, to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o755)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        try #require(text.utf8.count == Array(text.utf8).withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) })
    }

    /// Changes a value of a configuration file.
    static func change(_ old: String, to new: String, in file: String) throws {
        let text = try String(contentsOfFile: file, encoding: .utf8)
        try #require(text.contains(old), "\(file) has no \(old)")
        try text.replacing(old, with: new).write(toFile: file, atomically: true, encoding: .utf8)
    }

    /// What `shuniu status` says of a plug-in.
    func state(of plugin: String, at site: String = "hunan") async throws -> JSONValue {
        let outcome = try await Self.expect(program.run("status", "--json"))
        let lines = try outcome.output.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
        let record = lines.first { $0["site"]?.string == site }?["plugins"]?.array?.first { $0["id"]?.string == plugin }
        return try #require(record, "\(outcome.output)")
    }

    /// The number of a plug-in's process once it runs.
    func process(of plugin: String, at site: String = "hunan", besides old: pid_t = 0) async throws -> pid_t {
        for _ in 0..<2400 {
            let state = try await state(of: plugin, at: site)
            if state["state"]?.string == "running", let pid = state["process"]?.integer, pid_t(pid) != old { return pid_t(pid) }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw TestProgram.Failure(description: "\(plugin) does not run: \(program.log.suffix(2000))")
    }
}
