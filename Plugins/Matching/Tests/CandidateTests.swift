import MatchingContracts
import Messages
import PluginKit
import Store
import TestKit
import Testing
import Vocabulary

@testable import MatchingPlugin

@Suite("推荐机构")
struct CandidateTests {
    /// Invented, the same every time.
    private struct Draw {
        var state: UInt64
        mutating func callAsFunction(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        mutating func callAsFunction<T>(_ list: [T]) -> T { list[self(list.count)] }
    }

    /// An agency with all that it offers.
    private struct Supplier {
        struct Offer {
            var title: String
            var category: String
            var wording: Int
            var serves: Bool
            var amount: Fen
        }
        var agency: Ranking.Agency
        var offers: [Offer] = []

        func ranked(for need: Ranking.Need, offering category: String?) -> Candidate? {
            let shown = category == nil ? offers : offers.filter { $0.category == category }
            guard category == nil || agency.hasCategory || !shown.isEmpty else { return nil }
            var agency = agency
            agency.serves = shown.contains { $0.serves }
            agency.isAffordable = shown.contains { one in one.category == need.category && need.budget.map { one.amount <= $0 } ?? false }
            agency.closest = shown.max { $0.wording < $1.wording }.map { Ranking.Offer(title: $0.title, wording: $0.wording) }
            return Ranking.rank(agency, for: need)
        }
    }

    private static let words = ["设备联网", "精益管理", "质量认证", "专利申请", "法律咨询", "财税规范"], things = ["诊断", "改造", "辅导", "托管"]

    /// Agencies with offers, in the tables and as values.
    private func fill(_ site: TestSite, _ count: Int, need: Ranking.Need, above: [RegionCode], _ draw: inout Draw) async throws -> [Supplier] {
        var supply: [Supplier] = []
        var rows: [[any SQLValue]] = [], offers: [[any SQLValue]] = []
        for number in 0..<count {
            let code = try #require(CreditCode.completing("91430181" + String(200_000_000 + number).suffix(8)))
            let categories = [draw(["digital", "legal", "ip"]), draw(["digital", "training"])]
            let place = try region(draw(["430181", "430102", "430200", "430000", "431300"]))
            let rated = draw(12), satisfied = rated == 0 ? 0 : draw(rated + 1), completed = draw(9), isCore = draw(10) == 0
            var one = Supplier(
                agency: Ranking.Agency(
                party: DemandParty(code: code, name: "演示·机构\(number)"), region: place, hasCategory: categories.contains(need.category), isCore: isCore,
                completed: completed, rated: rated, satisfied: satisfied, serves: false, isAffordable: false))
            rows.append([code, one.agency.party.name, place, " \(categories.joined(separator: " ")) ", isCore, completed, rated, satisfied])
            for index in 0..<draw(4) {
                let title = draw(Self.words) + draw(Self.things), category = draw(categories), served = try region(draw(["430000", "430181", "431300"]))
                let amount = Fen(Int64(draw(9)) * 100_000)
                offers.append([MessageID(high: UInt64(number + 1), low: UInt64(index + 1)), code, title, category, served, amount])
                one.offers.append(
                    Supplier.Offer(
                        title: title, category: category, wording: Wording.coverage(of: title, by: need.pairs),
                        serves: above.contains(served) || need.region.contains(served), amount: amount))
            }
            supply.append(one)
        }
        let file = try file(of: site)
        try await file.write { [rows, offers] writer in
            for row in rows {
                try writer.run(
                    "INSERT INTO agency (code, title, region, categories, is_core, completed, rated, satisfied, is_open, revision) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, 1)",
                    binding: row)
            }
            for row in offers {
                try writer.run(
                    """
                    INSERT INTO offer (id, agency, title, category, regions, amount, price_kind, is_listed, revision) VALUES (?, ?, ?, ?, ?, ?, 'fixed', 1, 1)
                    """, binding: row)
            }
        }
        return supply
    }

    private func file(of site: TestSite) throws -> StoreFile { try #require(site.stores.first { $0.plugin == "matching" }).file }

    /// Everybody ranked, whatever it costs.
    private func exhaustive(_ supply: [Supplier], _ need: Ranking.Need, _ limit: Int) -> [Candidate] {
        func best(offering category: String?) -> [Candidate] {
            let all = supply.compactMap { $0.ranked(for: need, offering: category) }
            return Array(all.sorted { ($1.score, $0.agency.code) < ($0.score, $1.agency.code) }.prefix(limit))
        }
        let found = best(offering: need.category)
        return found.count < limit ? best(offering: nil) : found
    }

    @Test("推荐的与逐家计算的完全一样", arguments: [UInt64(1), 2, 3, 4], [3, 10, 50])
    func same(seed: UInt64, limit: Int) async throws {
        var draw = Draw(state: seed)
        let site = try await TestSite(Matching.self)
        for count in [12, 150] {
            let title = draw(Self.words) + draw(Self.things), category = draw(["digital", "legal", "training"])
            let budget = draw(2) == 0 ? nil : Fen(400_000)
            let demand = try await site.tell(
                SubmitDemand(title: title, category: category, description: "请说明方案和报价。", budget: budget), as: Fair.enterprise
            ).demand
            let need = Ranking.Need(
                category: category, categoryTitle: "", region: try region("430181"), budget: budget, pairs: Wording.pairs(title + " 请说明方案和报价。"))
            let above = try ["430000", "430100", "430181"].map { try region($0) }
            try await file(of: site).write {
                try $0.run("DELETE FROM offer")
                try $0.run("DELETE FROM agency")
            }
            let supply = try await fill(site, count, need: need, above: above, &draw)
            let found = try site.ask(GetCandidates(demand: demand, limit: limit), as: Fair.enterprise)
            let expected = exhaustive(supply, need, limit)
            #expect(found.map(\.agency.code) == expected.map(\.agency.code) && found.map(\.score) == expected.map(\.score) && found.map { $0.reasons.dropFirst() } == expected.map { $0.reasons.dropFirst() })
        }
    }

    @Test("六百家中推荐十家：服务和机构各走一遍，只细读被推荐的十家")
    func few() async throws {
        var draw = Draw(state: 7)
        let site = try await TestSite(Matching.self)
        let demand = try await site.tell(
            SubmitDemand(title: "注塑车间设备联网", category: "digital", description: "二十台注塑机要联网。", budget: Fen(500_000)), as: Fair.enterprise
        ).demand
        let need = Ranking.Need(
            category: "digital", categoryTitle: "", region: try region("430181"), budget: Fen(500_000), pairs: Wording.pairs("注塑车间设备联网 二十台注塑机要联网。"))
        _ = try await fill(site, 600, need: need, above: [], &draw)
        let file = try file(of: site)
        func runs() throws -> Runs {
            try file.read { reading in
                func count(_ pattern: String) throws -> Int {
                    try reading.value("SELECT coalesce(sum(run), 0) FROM sqlite_stmt WHERE sql LIKE ?", pattern, as: Int.self) ?? 0
                }
                return Runs(services: try count("%FROM offer%"), agencies: try count("%FROM agency WHERE is_open%"), whole: try count("%FROM agency WHERE code%"))
            }
        }
        // The counters belong to one connection, which other tests may close in between (`ReaderLimit.shared`): then again.
        for _ in 0..<20 {
            let before = try runs()
            #expect(try site.ask(GetCandidates(demand: demand), as: Fair.enterprise).count == 10)
            let after = try runs()
            guard after.services > before.services else { continue }
            #expect(after.services - before.services == 1)
            #expect((1...2).contains(after.agencies - before.agencies))
            #expect(after.whole - before.whole == 10)
            return
        }
        Issue.record("the connection was closed in between, twenty times")
    }

    /// How often statements ran on a connection.
    private struct Runs {
        var services: Int
        var agencies: Int
        var whole: Int
    }
}
