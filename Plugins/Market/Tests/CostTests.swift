import MarketContracts
import Messages
import PluginKit
import Store
import TestKit
import Testing
import Vocabulary

@testable import MarketPlugin

/// What SQLite counts of one statement of a connection, since it was prepared.
private struct StatementCost {
    var sql: String
    /// Rows stepped over because no index led to what was wanted.
    var scanned: Int
    var sorts: Int
    /// Instructions.
    var steps: Int

    static func all(in reading: some SQLReading) throws -> [String: StatementCost] {
        let all = try reading.rows("SELECT sql, nscan, nsort, nstep FROM sqlite_stmt WHERE sql NOT LIKE '%sqlite_stmt%'") {
            StatementCost(sql: try $0.get(0), scanned: try $0.get(1), sorts: try $0.get(2), steps: try $0.get(3))
        }
        return Dictionary(all.map { ($0.sql, $0) }) { first, _ in first }
    }

    /// What was added since.
    static func since(_ before: [String: StatementCost], in reading: some SQLReading) throws -> [StatementCost] {
        try all(in: reading).values.map { one in
            let old = before[one.sql]
            return StatementCost(
                sql: one.sql, scanned: one.scanned - (old?.scanned ?? 0), sorts: one.sorts - (old?.sorts ?? 0), steps: one.steps - (old?.steps ?? 0))
        }.filter { $0.steps > 0 }
    }
}

@Suite("服务超市：以次数计的开销")
struct CostTests {
    let stall: Stall
    let file: StoreFile
    static let many = 400

    init() async throws {
        stall = try await Stall(settings: #"{"unreviewedCategories": ["digital", "ip"]}"#)
        file = try #require(stall.site.stores.first { $0.plugin == "market" }).file
        let rows = (0..<Self.many).compactMap { number in
            CreditCode.completing("91430181" + String(100_000_000 + number).suffix(8)).map {
                "A\(number)\t\($0)\t演示·第\(number)号机构\t430181\tdigital|ip\tordinary\tactive"
            }
        }
        let columns = ["id", "uscc", "name", "regionCode", "categories", "level", "status"]
        let reply = try await stall.site.tell(ImportAgencies(batch: ImportBatch(columns: columns, text: rows.joined(separator: "\n"))), as: .system("import"))
        #expect(reply.added == Self.many)
    }

    private func services(_ count: Int) async throws -> [MessageID] {
        var ids: [MessageID] = []
        for number in 0..<count {
            ids.append(try await stall.list(Stall.service("设备联网诊断第\(number)号服务", nature: .paid, price: Price(.fixed, amount: Fen(100_000)))))
        }
        return ids
    }

    @Test("下单的开销与机构数、订单数无关：没有一条语句逐行走表")
    func orders() async throws {
        let services = try await services(10)
        let order = { (number: Int) in
            _ = try await stall.site.tell(PlaceOrder(service: services[number % services.count], description: "请按列明的内容办理。"), as: Stall.enterprise)
        }
        for number in 0..<40 { try await order(number) }
        let before = try await file.write { try StatementCost.all(in: $0) }, statements = file.counts.statements
        for number in 0..<40 { try await order(number) }
        #expect(file.counts.statements - statements <= 40 * 22, "\((file.counts.statements - statements) / 40)")
        let costs = try await file.write { try StatementCost.since(before, in: $0) }
        for cost in costs { #expect(cost.scanned == 0, "\(cost.sql)") }
        #expect(costs.map(\.steps).reduce(0, +) <= 40 * 1800, "\(costs.map(\.steps).reduce(0, +) / 40)")
        let id = try await stall.request().order
        let earlier = try await file.write { try StatementCost.all(in: $0) }
        try await stall.step(id, .quote, as: Stall.agency, amount: 100_000)
        try await stall.step(id, .accept, as: Stall.enterprise, agency: Stall.code)
        try await stall.step(id, .begin, as: Stall.agency)
        try await stall.step(id, .deliver, as: Stall.agency, note: "已联网，看板可用。")
        try await stall.step(id, .confirm, as: Stall.enterprise)
        _ = try await stall.site.tell(RateOrder(order: id, score: 5), as: Stall.enterprise)
        for cost in try await file.write({ try StatementCost.since(earlier, in: $0) }) { #expect(cost.scanned == 0, "\(cost.sql)") }
    }

    @Test("查找的开销随命中数而长，不随排序：语句里不排序，机构按代码直接取")
    func searches() async throws {
        _ = try await services(60)
        let query = SearchServices(text: "联网", region: try region("430181"))
        #expect(try stall.site.ask(query).total == 60)
        let before = try file.read { try StatementCost.all(in: $0) }
        #expect(try stall.site.ask(query).total == 60)
        _ = try stall.site.ask(GetAgency(code: Stall.creditCode()))
        let costs = try file.read { try StatementCost.since(before, in: $0) }
        let walk = try #require(costs.first { $0.sql.contains("JOIN listed l") }, "\(costs.map(\.sql))")
        #expect(walk.sorts == 0 && walk.steps <= 60 * 80, "\(walk.steps)")
        for cost in costs where !cost.sql.contains("service_search_fts") { #expect(cost.scanned <= 5, "\(cost)") }
    }
}
