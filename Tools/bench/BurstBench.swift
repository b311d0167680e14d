import Foundation
import Messages
import Network
import Vocabulary

/// 5,000 people register for 200 seats within ten seconds, then a door reads 50 tickets a second: the program itself with the demo's
/// configuration, over HTTPS, each request a durable command of its own.
struct BurstBench {
    let place: Workplace
    static let people = 5000
    static let seats = 200

    func run(into report: inout Report) throws {
        let program = "\(Workplace.programs)/shuniu"
        guard FileManager.default.isExecutableFile(atPath: program) else {
            report.notes.append("burst: build the program first, `swift build -c release --product shuniu`.")
            return
        }
        let demo = try DemoServer(program, folder: place.room("burst"))
        defer { demo.stop() }
        let clerk = try Clerk(port: demo.port, password: demo.password)
        let course = try clerk.tell(
            "courses",
            [
                "title": "压力测试课程", "theme": "other", "audience": "enterprises", "region": "430000", "hours": 1,
                "summary": "仅用于压力测试，数据均为虚构。", "teachers": [], "materials": [],
            ])
        guard let number = course["course"]?.string else { throw BenchError("no course") }
        try register(clerk, number, into: &report)
        try checkIn(clerk, number, into: &report)
    }

    private func register(_ clerk: Clerk, _ course: String, into report: inout Report) throws {
        let id = try clerk.openClass(of: course, seats: Self.seats, in: 10 * 86_400, suffix: "抢位")
        let path = "/api/hunan/school/classes/\(id)"
        var requests = try (0..<Self.people).map {
            try clerk.post("\(path)/registrations", Self.registration(of: [$0]))
        }
        // Whatever is asked after the last one.
        requests.append(LoadGenerator.get(path))
        var plan = LoadGenerator.Plan(port: clerk.port, connections: 256, requests: requests)
        plan.pick = { min($0, Self.people) }
        plan.warmUp = 0
        plan.rate = Double(Self.people) / 10
        plan.seconds = 12
        let outcome = try LoadGenerator.run(plan)
        var times = Histogram()
        for one in outcome.times.prefix(Self.people) { times.add(one) }
        let card = try clerk.ask(path)["card"]
        report.add("burst.taken", Double(card?["taken"]?.integer ?? -1), "seats")
        report.add("burst.waiting", Double(card?["waiting"]?.integer ?? -1), "people")
        report.add("burst.misplaced", Double(try misplaced(clerk, id)), "people")
        report.add("burst.p99", times.milliseconds(0.99), "ms")
        report.add(
            "burst.failed",
            Double(outcome.refused.filter { $0.key >= 500 }.values.reduce(0, +) + outcome.failures.values.reduce(0, +)),
            "answers")
        if let trouble = outcome.trouble { report.notes.append("burst: \(trouble)") }
    }

    /// Who stands where the order of arrival would not have put them: the first ones have seats, the others wait in their order.
    private func misplaced(_ clerk: Clerk, _ id: String) throws -> Int {
        var count = 0
        var place = 0
        var address: String? = "/api/hunan/school/registrations?schoolClass=\(id)&limit=500"
        while let current = address {
            let page = try clerk.ask(current)
            for card in page["items"]?.array ?? [] {
                let isRight =
                    place < Self.seats
                    ? card["state"]?.string == "enrolled" : card["queued"]?.integer == Int64(place - Self.seats + 1)
                if !isRight { count += 1 }
                place += 1
            }
            address = page["next"]?.string.map {
                "/api/hunan/school/registrations?schoolClass=\(id)&limit=500&after=\($0)"
            }
        }
        return count + abs(Self.people - place)
    }

    private func checkIn(_ clerk: Clerk, _ course: String, into report: inout Report) throws {
        let people = 600
        let id = try clerk.openClass(of: course, seats: 1000, in: 1800, suffix: "签到")
        let path = "/api/hunan/school/classes/\(id)"
        var tickets: [String] = []
        for start in stride(from: 0, to: people, by: 50) {
            let receipt = try clerk.tell(
                "classes/\(id)/registrations", Self.registration(of: Array(start..<start + 50)))
            for result in receipt["results"]?.array ?? [] {
                guard let registration = result["registration"]?.string,
                    let code = try clerk.ask("/api/hunan/school/registrations/\(registration)")["code"]?.string,
                    let ticket = try clerk.ask("/api/hunan/school/passes/\(registration)?code=\(code)")["ticket"]?
                        .string
                else { throw BenchError("no ticket") }
                tickets.append(ticket)
            }
        }
        let requests = try tickets.map { ticket in
            let scan: JSONValue = [
                "id": .string(UUID().uuidString.lowercased()), "ticket": .string(ticket), "at": .string("\(Clerk.now)"),
            ]
            return try clerk.post("\(path)/scans", ["session": 1, "device": "东门", "scans": .array([scan])])
        }
        var plan = LoadGenerator.Plan(port: clerk.port, connections: 4, requests: requests)
        plan.pick = { min($0, people - 1) }
        plan.warmUp = 0
        plan.rate = 50
        plan.seconds = 10
        let outcome = try LoadGenerator.run(plan)
        var times = Histogram()
        for one in outcome.times { times.add(one) }
        let summary = try clerk.ask("\(path)/attendance")
        report.add("burst.checkin.p99", times.milliseconds(0.99), "ms")
        report.add(
            "burst.checkin.lost",
            Double(Int64(times.count) - (summary["sessions"]?.array?.first?["present"]?.integer ?? 0)).magnitude,
            "scans")
        if let trouble = outcome.trouble { report.notes.append("check-in: \(trouble)") }
    }

    /// One enterprise for each, or one for several people.
    private static func registration(of people: [Int]) throws -> JSONValue {
        let enterprise = people[0]
        guard let code = creditCode(enterprise) else { throw BenchError("no credit code \(enterprise)") }
        return [
            "participants": .array(
                people.map { ["name": .string("演示·学员\($0)"), "mobile": .string("1990\(1_000_000 + $0)")] }),
            "enterprise": ["creditCode": .string(code), "name": .string("演示·第\(enterprise)企业有限公司")], "consent": true,
        ]
    }

    /// The code of an organisation that cannot be real.
    private static func creditCode(_ serial: Int) -> String? {
        CreditCode.completing("91430000MA0E" + String(10_000 + serial).suffix(4))?.description
    }
}

/// The program serving the demo's sites, without bounds on requests.
final class DemoServer {
    let folder: String
    let port: Int
    let password: String
    private let process = Process()
    private let log = Pipe()

    init(_ program: String, folder: String) throws {
        self.folder = folder
        try FileManager.default.createDirectory(atPath: "\(folder)/data/_tls", withIntermediateDirectories: true)
        try Servers.makeCertificate(in: "\(folder)/data/_tls")
        port = try Servers.freePort()
        let made = Process()
        let said = Pipe()
        made.executableURL = URL(fileURLWithPath: program)
        made.arguments = [
            "init", "--demo", "--configs", "\(folder)/configs", "--data", "\(folder)/data", "--port", "\(port)",
        ]
        made.standardOutput = FileHandle.nullDevice
        try made.run()
        made.waitUntilExit()
        guard made.terminationStatus == 0 else { throw BenchError("shuniu init ended with \(made.terminationStatus)") }
        let told = Process()
        told.executableURL = URL(fileURLWithPath: program)
        told.arguments = ["demo", "--configs", "\(folder)/configs"]
        told.standardOutput = said
        try told.run()
        let text = String(decoding: said.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        told.waitUntilExit()
        guard let found = text.firstMatch(of: /demo-province +(\S+)/) else {
            throw BenchError("shuniu demo gave no password: \(text.suffix(300))")
        }
        password = String(found.1)
        let file = URL(fileURLWithPath: "\(folder)/configs/host.json5")
        var settings = try String(contentsOf: file, encoding: .utf8)
        for (key, value) in [
            ("requestsPerAddress", 0), ("requestsPerAccount", 0), ("connectionsPerAddress", 20_000),
            ("connectionsPerMinute", 0),
        ] {
            settings = settings.replacing(try Regex("(?m)^( *)\(key): [0-9]+"), with: "    \(key): \(value)")
        }
        try settings.write(to: file, atomically: true, encoding: .utf8)
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["serve", "--configs", "\(folder)/configs"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = log
        try process.run()
        var lines = ""
        while !lines.contains("\"started\"") {
            let chunk = log.fileHandleForReading.availableData
            guard !chunk.isEmpty else { throw BenchError("shuniu serve did not start: \(lines.suffix(300))") }
            lines += String(decoding: chunk, as: UTF8.self)
        }
        log.fileHandleForReading.readabilityHandler = { _ = $0.availableData }
    }

    /// User and system time of the program so far.
    var cpuSeconds: Double { ProcessFacts.cpu(process.processIdentifier) }

    func stop() {
        log.fileHandleForReading.readabilityHandler = nil
        process.terminate()
        process.waitUntilExit()
    }
}

/// Somebody of the province's staff, signed in: what prepares the load, and in whose session it is sent.
private final class Clerk {
    let port: Int
    private let client: HTTPClient
    private var cookies: [String: String] = [:]
    private var token = ""

    static var now: Timestamp { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }

    init(port: Int, password: String) throws {
        self.port = port
        client = try HTTPClient(port: port, trust: .anyone, timeout: .seconds(30))
        try see(client.get("/hunan/login"))
        var fields = headers
        fields.add("Content-Type", "application/x-www-form-urlencoded")
        let form =
            "account=demo-province&password=\(password.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")&_csrf=\(token)"
        try see(client.request(.post, "/hunan/login", headers: fields, body: Array(form.utf8)))
        try see(client.get("/hunan/me", headers: headers))
        guard cookies.keys.contains("__Host-shuniu-hunan"), !token.isEmpty else {
            throw BenchError("demo-province could not sign in")
        }
    }

    private var cookie: String { cookies.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: "; ") }

    private var headers: HTTPHeaders {
        var fields = HTTPHeaders()
        if !cookies.isEmpty { fields.add("Cookie", cookie) }
        return fields
    }

    /// Keeps cookies and the token of the forms on a page.
    private func see(_ answer: HTTPClient.Answer) throws {
        for line in answer.headers.all("Set-Cookie") {
            let pair = line.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1).map(String.init)
            if pair.count == 2 { cookies[pair[0]] = pair[1] }
        }
        if let found = answer.text.firstMatch(of: /name="_csrf" value="([^"]+)"/) { token = String(found.1) }
    }

    /// A whole request in this session.
    func post(_ path: String, _ body: JSONValue) throws -> [UInt8] {
        let bytes = body.serialized()
        return Array(
            "POST \(path) HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\nContent-Type: application/json\r\nCookie: \(cookie)\r\nX-CSRF-Token: \(token)\r\nContent-Length: \(bytes.count)\r\n\r\n"
                .utf8) + bytes
    }

    /// - Parameter path: below the school's own.
    func tell(_ path: String, _ body: JSONValue) throws -> JSONValue {
        var fields = headers
        fields.add("Content-Type", "application/json")
        fields.add("X-CSRF-Token", token)
        let answer = try client.request(.post, "/api/hunan/school/\(path)", headers: fields, body: body.serialized())
        guard (200..<300).contains(answer.status) else {
            throw BenchError("\(path): \(answer.status) \(answer.text.prefix(300))")
        }
        return try JSONValue(parsing: answer.body)
    }

    func ask(_ path: String) throws -> JSONValue {
        let answer = try client.get(path, headers: headers)
        guard answer.status == 200 else { throw BenchError("\(path): \(answer.status) \(answer.text.prefix(300))") }
        return try JSONValue(parsing: answer.body)
    }

    /// A published class whose one session begins in so many seconds.
    func openClass(of course: String, seats: Int, in seconds: Int, suffix: String) throws -> String {
        let start = Self.now.advanced(by: .seconds(seconds))
        let session: JSONValue = [
            "title": "第一讲", "mode": "onsite", "startsAt": .string("\(start)"),
            "endsAt": .string("\(start.advanced(by: .seconds(7200)))"), "place": "演示·礼堂",
        ]
        let made = try tell(
            "classes",
            [
                "course": .string(course), "suffix": .string(suffix), "region": "430000",
                "capacity": .integer(Int64(seats)), "perEnterprise": 500, "needsApproval": false,
                "opensAt": .string("\(Self.now.advanced(by: .seconds(-3600)))"), "closesAt": .string("\(start)"),
                "offerHours": 24, "sessions": .array([session]),
            ])
        guard let id = made["schoolClass"]?.string else { throw BenchError("no class") }
        _ = try tell("classes/\(id)/steps", ["action": "publish"])
        return id
    }
}
