import Foundation
import Gateway
import Host
import Identity
import MarketContracts
import MarketPlugin
import MatchingContracts
import MatchingPlugin
import PluginKit
import Store
import Synchronization

/// The market and the matching at a province's size: 6,000 agencies, 30,000 services, invented; imports, search, candidates, orders, a 对接会.
struct MarketBench {
    let place: Workplace
    let rounds: Int

    private static let agencies = 6000, services = 30_000
    private static let categories = ["digital", "technology", "management", "training", "finance", "legal", "ip", "testing", "tax", "market"]
    private static let words = ["数字化", "设备联网", "质量认证", "融资对接", "专利申请", "精益管理", "安全生产", "市场开拓", "人才培训", "法律咨询", "检验检测", "财税规范"]
    private static let things = ["诊断", "改造", "辅导", "代理", "方案", "托管", "评估", "课程"]

    /// The system's clock and some more, so that what takes days in life need not take them here.
    private final class LaterClock: Sendable {
        private let ahead = Atomic<Int64>(0)
        func advance(milliseconds: Int64) { ahead.add(milliseconds, ordering: .relaxed) }
        var source: TimeSource { TimeSource { [self] in Timestamp(milliseconds: TimeSource.system.now.milliseconds + ahead.load(ordering: .relaxed)) } }
    }

    func run(into report: inout Report) async throws {
        let clock = LaterClock()
        let lanes = LanePool(threads: 2)
        let plugins = [InstalledPlugin(Market.self), InstalledPlugin(Matching.self)]
        let settings: [String: JSONValue] = [
            "market": .object([.init("unreviewedCategories", .array(Self.categories.map { .string($0) }))]), "matching": .object([]),
        ]
        let site = try await Site(
            card: SiteCard(id: "bench", title: "性能测试", region: RegionCode("430000")), folder: place.room("market"), settings: settings, installed: plugins,
            surroundings: Site.Surroundings(
                lanes: lanes, passwords: PasswordWorkers(threads: 1), clock: clock.source, ids: .system(.system), reference: try ReferenceData.loadLocated(), log: .silent))
        try site.open()
        try await enterprises(site, &report)
        let codes = try await fill(site)
        try search(site, &report)
        try await candidates(site, &report)
        try await orders(site, clock, &report)
        try await matchmaking(site, codes, &report)
        await site.close()
        lanes.shutdown()
    }

    private static func region(_ text: String) throws -> RegionCode {
        guard let region = RegionCode(text) else { throw BenchError("\(text) is no region") }
        return region
    }

    /// Well-formed and nobody's.
    private static func code(_ number: Int) -> CreditCode? {
        .completing("91430181" + String(100_000_000 + number).suffix(8))
    }

    private func door(_ kind: String, _ site: Site) throws -> ImportDoor {
        guard let door = site.face.parts.flatMap(\.blueprint.imports).first(where: { $0.kind == kind }) else { throw BenchError("no import of \(kind)") }
        return door
    }

    /// In batches as `shuniu import` makes them; reading the file is not in it.
    private func enterprises(_ site: Site, _ report: inout Report) async throws {
        let door = try door("enterprises", site)
        let columns = ["id", "uscc", "name", "regionCode", "industryCode", "employees", "revenue", "assets", "founded", "status"]
        let counties = try ReferenceData.loadLocated().regions.descendants(of: Self.region("430000"), tier: .county).map(\.code.description)
        let size = 20_000, batches = 10
        let texts = (0..<batches).map { batch in
            (0..<size).compactMap { row -> String? in
                let number = batch * size + row
                return Self.code(number).map {
                    "E\(number)\t\($0)\t演示·第\(number)号企业\t\(counties[number * 7919 % counties.count])\t3511\t\(number % 400)\t\(number % 9000)\t\(number % 7000)\t2004-10-26\tactive"
                }
            }.joined(separator: "\n")
        }
        let start = LoadGenerator.now()
        for text in texts {
            let reply = try await door.take(site.bus, ImportBatch(columns: columns, text: text), site.bus.ids.next())
            guard reply.added == size else { throw BenchError("\(reply.added) of \(size) rows came in") }
        }
        report.add("market.import.rate", Double(size * batches) / seconds(since: start), "rows/s")
    }

    private func seconds(since start: UInt64) -> Double { Double(LoadGenerator.now() - start) / 1e9 }

    private func agency(_ code: CreditCode) -> Actor {
        Actor(kind: .person, id: "agency", name: "演示", grants: [Grant(.agency, in: RegionCode("430100"))], organisation: code)
    }

    private func fill(_ site: Site) async throws -> [CreditCode] {
        let counties = try ReferenceData.loadLocated().regions.descendants(of: Self.region("430000"), tier: .county).map(\.code.description)
        let codes = (0..<Self.agencies).compactMap { Self.code(500_000 + $0) }
        let rows = codes.enumerated().map { index, code in
            let category = Self.categories[index % Self.categories.count], second = Self.categories[(index * 7 + 3) % Self.categories.count]
            return "A\(index)\t\(code)\t演示·第\(index)号\(Self.words[index % Self.words.count])机构\t\(counties[index * 31 % counties.count])\t\(category)|\(second)\t\(index % 12 == 0 ? "core" : "ordinary")\tactive"
        }
        let reply = try await door("agencies", site).take(
            site.bus, ImportBatch(columns: ["id", "uscc", "name", "regionCode", "categories", "level", "status"], text: rows.joined(separator: "\n")), site.bus.ids.next())
        guard reply.added == codes.count else { throw BenchError("\(reply.added) of \(codes.count) agencies came in") }
        try await many(Self.services, at: 64) { number in
            let code = codes[number % codes.count]
            // Mixed, so that no word keeps away from a region because both go by the same remainder.
            let mixed = number * 2_654_435_761 >> 7
            let regions = try [Self.region(counties[mixed % counties.count]), Self.region("430000")]
            _ = try await site.bus.tell(
                SaveService(
                    title: "\(Self.words[number % Self.words.count])\(Self.things[number / 12 % Self.things.count])第\(number)号",
                    category: Self.categories[number % Self.categories.count], nature: .paid, price: Price(.fixed, amount: Fen(Int64(number % 900 + 1) * 10_000)),
                    modes: [.online], regions: Array(regions.prefix(1 + mixed / counties.count % 2)), summary: "演示：由两名顾问走访现场，逐项打分，指出先改的三件事。",
                    deliverables: "报告一份。", days: 10, submit: true), as: agency(code))
        }
        await site.bus.settle()
        return codes
    }

    /// So many times, some at once.
    private func many(_ count: Int, at once: Int, _ body: @escaping @Sendable (Int) async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0..<once { group.addTask { for number in stride(from: lane, to: count, by: once) { try await body(number) } } }
            try await group.waitForAll()
        }
    }

    /// Words of two characters, every third with a region, with facets and the page's twenty cards.
    private func search(_ site: Site, _ report: inout Report) throws {
        let texts = ["数字", "联网", "认证", "融资", "专利", "精益", "安全", "市场", "培训", "法律", "检测", "财税", "诊断", "辅导"]
        var times = Histogram()
        for number in 0..<max(200, rounds * 60) {
            let start = LoadGenerator.now()
            let found = try site.bus.ask(
                SearchServices(text: texts[number % texts.count], region: number % 3 == 0 ? RegionCode("430181") : nil), as: .visitor)
            times.add(LoadGenerator.now() - start)
            guard found.total > 100 else { throw BenchError("\(texts[number % texts.count]) found \(found.total)") }
        }
        report.add("market.search.p99", times.milliseconds(0.99), "ms")
        report.add("market.search.p50", times.milliseconds(0.5), "ms")
    }

    private func enterprise(_ number: Int = 1) -> Actor {
        Actor(
            kind: .person, id: "enterprise-\(number)", name: "演示", grants: [Grant(.enterprise, in: RegionCode("430181"))], organisation: Self.code(number),
            organisationName: "演示·第\(number)号企业")
    }

    private func candidates(_ site: Site, _ report: inout Report) async throws {
        var demands: [MessageID] = []
        for number in 0..<20 {
            demands.append(
                try await site.bus.tell(
                    SubmitDemand(
                        title: "车间\(Self.words[number % Self.words.count])\(Self.things[number % 8])", category: Self.categories[number % 10],
                        description: "二十台设备要联网，在看板上看到开机率和产量，三个月内完成。", budget: Fen(5_000_000)), as: enterprise()
                ).demand)
        }
        var times = Histogram()
        for number in 0..<max(100, rounds * 40) {
            let start = LoadGenerator.now()
            let found = try site.bus.ask(GetCandidates(demand: demands[number % demands.count]), as: enterprise())
            times.add(LoadGenerator.now() - start)
            guard found.count == 10 else { throw BenchError("\(found.count) candidates") }
        }
        report.add("market.candidates.p99", times.milliseconds(0.99), "ms")
        report.add("market.candidates.p50", times.milliseconds(0.5), "ms")
    }

    /// Orders at a fixed price, each of another enterprise, placed and bound in one durable command; then their next states, some hours apart: begun,
    /// delivered, confirmed. So no order looks made up (`IntegrityRules`).
    private func orders(_ site: Site, _ clock: LaterClock, _ report: inout Report) async throws {
        let services = try (0..<5).flatMap { try site.bus.ask(SearchServices(category: Self.categories[$0], limit: 100), as: .visitor).items }
        let placing = Times()
        let placed = Mutex([MessageID?](repeating: nil, count: 6400))
        try await many(6400, at: 64) { number in
            let start = LoadGenerator.now()
            let receipt = try await site.bus.tell(PlaceOrder(service: services[number % services.count].id, description: "请按列明的内容办理。"), as: enterprise(number))
            placing.add(LoadGenerator.now() - start)
            placed.withLock { $0[number] = receipt.order }
        }
        report.add("market.order.p99", placing.histogram.milliseconds(0.99), "ms")
        report.add("market.order.p50", placing.histogram.milliseconds(0.5), "ms")
        await site.bus.settle()
        let orders = placed.withLock { $0.compactMap { $0 } }
        let steps = Times()
        for (action, note) in [(OrderAction.begin, nil), (.deliver, "演示：报告一份。"), (.confirm, nil)] as [(OrderAction, String?)] {
            clock.advance(milliseconds: 4 * 3_600_000)
            try await many(orders.count, at: 64) { number in
                let actor = action == .confirm ? enterprise(number) : agency(services[number % services.count].agency)
                let start = LoadGenerator.now()
                _ = try await site.bus.tell(AdvanceOrder(order: orders[number], action: action, note: note), as: actor)
                steps.add(LoadGenerator.now() - start)
            }
        }
        report.add("market.step.p99", steps.histogram.milliseconds(0.99), "ms")
        report.add("market.step.p50", steps.histogram.milliseconds(0.5), "ms")
        await site.bus.settle()
    }

    private final class Times: Sendable {
        private let kept = Mutex(Histogram())
        func add(_ time: UInt64) { kept.withLock { $0.add(time) } }
        var histogram: Histogram { kept.withLock { $0 } }
    }

    /// 300 enterprises × 80 agencies × 12 rounds: from the command to the plan on disk.
    private func matchmaking(_ site: Site, _ codes: [CreditCode], _ report: inout Report) async throws {
        guard let region = RegionCode("430181") else { return }
        let staff = Actor(kind: .person, id: "staff", name: "演示", grants: [Grant(.windowStaff, in: region)])
        let start = Timestamp(milliseconds: site.bus.clock.now.milliseconds + 20 * 86_400_000)
        let id = try await site.bus.tell(
            SaveMatchmaking(
                title: "性能测试对接会", region: region, place: "演示", description: "演示。", categories: ["digital"], startsAt: start, slots: 12, slotMinutes: 20, pauseMinutes: 5,
                tables: 60, enterpriseLimit: 4, agencyLimit: 12, wishesUntil: start), as: staff
        ).matchmaking
        let guests = (0..<300).compactMap { Self.code($0) }, hosts = Array(codes.prefix(80))
        for (side, parties) in [(MatchmakingSide.enterprise, guests), (.agency, hosts)] {
            _ = try await site.bus.tell(
                InviteToMatchmaking(
                    matchmaking: id, side: side, parties: parties.map { Invitee(party: DemandParty(code: $0, name: "演示·单位"), region: region) }), as: staff)
        }
        _ = try await site.bus.tell(AdvanceMatchmaking(matchmaking: id, action: .open), as: staff)
        for (index, party) in (guests + hosts).enumerated() {
            let side = index < guests.count ? MatchmakingSide.enterprise : .agency
            // Each is away for a quarter of the rounds.
            _ = try await site.bus.tell(
                AttendMatchmaking(matchmaking: id, side: side, party: party, isComing: true, busySlots: (0..<3).map { 1 + (index * 5 + $0 * 4) % 12 }), as: staff)
        }
        for (index, party) in guests.enumerated() {
            let others = (0..<8).map { hosts[(index * 7 + $0 * 11) % hosts.count] }
            _ = try await site.bus.tell(StateWishes(matchmaking: id, side: .enterprise, party: party, others: others), as: staff)
        }
        for (index, party) in hosts.enumerated() {
            let others = (0..<4).map { guests[(index * 3 + $0 * 17) % guests.count] }
            _ = try await site.bus.tell(StateWishes(matchmaking: id, side: .agency, party: party, others: others), as: staff)
        }
        await site.bus.settle()
        let began = LoadGenerator.now()
        _ = try await site.bus.tell(AdvanceMatchmaking(matchmaking: id, action: .plan), as: staff)
        await site.bus.settle()
        report.add("market.plan", seconds(since: began), "s")
        guard let figures = try site.bus.ask(GetMatchmakingDesk(id: id), as: staff).figures else { throw BenchError("no plan") }
        report.add("market.plan.share", Double(figures.weight) / Double(figures.bound) * 100, "% of the bound")
    }
}
