import Foundation
import Messages
import Network
import Store
import TestKit
import Testing

@Suite("The market, killed and out of room while an enterprise orders")
struct OrderKillTests {
    private static let rounds = ProcessInfo.processInfo.environment["SHUNIU_KILLS"].flatMap { Int($0) } ?? 3

    @Test("kill -9 while orders are placed and cancelled: each acknowledged order is there once with both steps, none is half there, every log verifies")
    func survivesKill() async throws {
        let shop = try await Shop()
        let before = try shop.taken()
        let load = KillLoad(client: { try shop.program.client() }, ask: { try shop.order($0, $1) }, kill: { await shop.program.end(SIGKILL) })
        for round in 0..<Self.rounds {
            if round > 0 { try await shop.program.serve() }
            #expect(await load.run(clients: 4, until: Int.random(in: 1...40)) == -SIGKILL)
        }
        let (acknowledged, open) = load.result
        #expect(acknowledged.count >= Self.rounds)

        try await shop.program.serve()
        let client = try shop.program.client()
        for number in Array(open) + acknowledged.prefix(20) { #expect(try shop.order(number, client).status == 200) }
        #expect(await shop.program.stop() == 0)
        let (orders, steps) = try shop.kept()
        #expect(orders == Dictionary(acknowledged.union(open).map { ($0, ["cancelled"]) }) { first, _ in first }, "lost, doubled or half there")
        #expect(
            steps == Dictionary(acknowledged.union(open).map { ($0, Shop.steps(of: $0)) }) { first, _ in first }, "state without event, or event without state")
        #expect(Set((acknowledged.union(open)).map { $0 % 2 }) == [0, 1], "both ways to order were taken")
        #expect(try shop.taken() == before, "a place was lost, or given twice")
        try await Province.expect(shop.program.run("log", "verify"))
    }

    @Test(
        "磁盘写满：下单被明确拒绝，订单照常可查，腾出空间后接着办，已受理的每单一次",
        .enabled(if: SmallDisk.isPossible, "a small disk cannot be mounted here; root may"))
    func fullDisk() async throws {
        let shop = try await Shop(disk: "40m")
        // Others' files take the room, all but two megabytes.
        func ballast(_ number: Int) -> URL { URL(fileURLWithPath: "\(shop.program.data)/hunan/ballast-\(number)") }
        var files = 0
        while (try? Data(count: 1 << 20).write(to: ballast(files))) != nil { files += 1 }
        for number in max(files - 2, 0)...files { try? FileManager.default.removeItem(at: ballast(number)) }
        let client = try shop.program.client()
        var acknowledged: Set<Int> = []
        var refused: (number: Int, answer: HTTPClient.Answer)?
        for number in 1...8000 where refused == nil {
            let answer = try shop.order(number, client)
            if answer.status == 200 { acknowledged.insert(number) } else { refused = (number, answer) }
        }
        let (number, answer) = try #require(refused, "the disk never was full")
        #expect(answer.status == 507, "\(answer.text)")
        #expect(try JSONValue(parsing: answer.body)["code"]?.string == "store.disk-full")
        #expect(try shop.listed(client).status == 200, "reads go on")
        for number in 0..<max(files - 2, 0) { try FileManager.default.removeItem(at: ballast(number)) }
        for number in [number] + (9001...9010) {
            let answer = try shop.order(number, client)
            #expect(answer.status == 200, "\(answer.text)")
            acknowledged.insert(number)
        }
        #expect(await shop.program.stop() == 0)
        let (orders, steps) = try shop.kept()
        #expect(orders == Dictionary(acknowledged.map { ($0, ["cancelled"]) }) { first, _ in first })
        #expect(steps == Dictionary(acknowledged.map { ($0, Shop.steps(of: $0)) }) { first, _ in first })
        try await Province.expect(shop.program.run("log", "verify"))
    }
}

/// A hub with the demo's market and an enterprise that signed in; the session outlives every restart.
private final class Shop: Sendable {
    // Goes first, or the program's folder could not be removed.
    let disk: SmallDisk?
    let program: TestProgram
    private let cookie: String
    private let token: String
    private let agency: String
    private let category: String
    /// One at a listed price.
    private let service: String

    init(disk size: String? = nil) async throws {
        program = try TestProgram()
        disk = if let size { try await SmallDisk("\(program.data)/hunan", size: size) } else { nil }
        try await Province.expect(program.run("init", "--site", "hunan", "--kind", "hub", "--region", "430000", "--data", program.data, "--port", "0"))
        try Data("{}".utf8).write(to: URL(fileURLWithPath: "\(program.configs)/sites/hunan/plugins/market.json5"))
        let told = try await Province.expect(program.run("demo")).output
        let password = try #require(told.firstMatch(of: /demo-enterprise +(\S+)/)).1
        try await program.serve()
        let client = try program.client()
        let signedIn = try Province.signIn("demo-enterprise", String(password), client)
        try #require(signedIn.status == 303, "\(signedIn.text)")
        cookie = try #require(signedIn.headers.all("Set-Cookie").first { $0.hasPrefix("__Host-shuniu-hunan=") }.map { String($0.prefix { $0 != ";" }) })
        token = try #require(Province.token(try client.get("/hunan/me", headers: ["Cookie": cookie]).text))
        let agencies = try JSONValue(parsing: client.get("/api/hunan/market/agencies").body)
        let own = try #require(agencies["items"]?.array?.first { $0["site"]?.string == "hunan" })
        agency = try #require(own["code"]?.string)
        category = try #require(own["categories"]?.array?.first?.string)
        let services = try JSONValue(parsing: client.get("/api/hunan/market/services?limit=100").body)
        let listed = services["items"]?.array?.first { $0["site"]?.string == "hunan" && $0["price"]?["kind"]?.string == "fixed" && $0["isSoftware"]?.bool != true }
        service = try #require(listed?["id"]?.string)
    }

    /// What an order goes through: those of even numbers ask for a quote, the others are bound in one go.
    static func steps(of number: Int) -> [String] { ["requested"] + (number % 2 == 0 ? [] : ["quoted", "accepted"]) + ["cancelled"] }

    /// Orders, by quote or at a listed price, and takes it back; the keys say the number, so that a repeated command is the same command.
    func order(_ number: Int, _ client: HTTPClient) throws -> HTTPClient.Answer {
        let placed = try post(
            "/api/hunan/market/orders", key: number * 2,
            number % 2 == 0
                ? #"{"agencies":["\#(agency)"],"title":"压力第\#(number)单","category":"\#(category)","description":"只用于试验。","channel":"web"}"#
                : #"{"service":"\#(service)","agencies":[],"title":"压力第\#(number)单","description":"只用于试验。","channel":"web"}"#, client)
        guard placed.status == 200, let order = try JSONValue(parsing: placed.body)["order"]?.string else { return placed }
        return try post(
            "/api/hunan/market/orders/\(order)/steps", key: number * 2 + 1, #"{"action":"cancel","note":"试验结束。","documents":[]}"#, client, more: ["If-Match": "*"])
    }

    private func post(_ path: String, key: Int, _ body: String, _ client: HTTPClient, more: [String: String] = [:]) throws -> HTTPClient.Answer {
        let own = [
            "Cookie": cookie, "X-CSRF-Token": token, "Content-Type": "application/json",
            "Idempotency-Key": MessageID(high: 3, low: UInt64(key)).description,
        ]
        var headers = HTTPHeaders()
        for (name, value) in own.merging(more, uniquingKeysWith: { $1 }) { headers.add(name, value) }
        return try client.request(.post, path, headers: headers, body: Array(body.utf8))
    }

    func listed(_ client: HTTPClient) throws -> HTTPClient.Answer {
        try client.get("/api/hunan/market/orders?box=enterprise", headers: ["Cookie": cookie])
    }

    /// How many places of the service are taken.
    func taken() throws -> Int? {
        try StoreView(path: "\(program.data)/hunan/market.sqlite").read { try $0.value("SELECT taken FROM service WHERE id = ?", MessageID(service)) }
    }

    /// States of the orders in the table, and those that the log tells of, by number.
    func kept() throws -> (orders: [Int: [String]], steps: [Int: [String]]) {
        try StoreView(path: "\(program.data)/hunan/market.sqlite").read { snapshot in
            func number(_ title: String?) -> Int? { title?.wholeMatch(of: /压力第(\d+)单/).flatMap { Int($0.1) } }
            var orders: [Int: [String]] = [:]
            for (title, state) in try snapshot.rows("SELECT title, state FROM order_", as: { (try $0.get(0, as: String.self), try $0.get(1, as: String.self)) }) {
                if let number = number(title) { orders[number, default: []].append(state) }
            }
            var steps: [Int: [String]] = [:]
            for entry in try snapshot.log(after: 0, limit: 100_000) where entry.type.description == "market.order-advanced.v1" {
                let told = try JSONValue(parsing: entry.payload)
                if let number = number(told["title"]?.string), let state = told["to"]?.string { steps[number, default: []].append(state) }
            }
            return (orders, steps)
        }
    }
}
