import MatchingContracts
import Messages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import MatchingPlugin

@Suite("共性需求和供需短板")
struct CommonTests {
    @Test("Wording: the same is 100, nothing shared is 0, order of the two does not matter")
    func wording() {
        let one = Wording.pairs("注塑车间设备联网改造"), other = Wording.pairs("注塑车间的设备联网"), far = Wording.pairs("商标被抢注怎么办")
        #expect(Wording.similarity(one, one) == 100 && Wording.similarity(one, far) == 0)
        #expect(Wording.similarity(one, other) == Wording.similarity(other, one) && Wording.similarity(one, other) >= 50)
        #expect(Wording.similarity([], one) == 0)
        #expect(Wording.coverage(of: "设备联网", by: one) == 100 && Wording.coverage(of: "设备设备托管", by: one) == 25 && Wording.coverage(of: "，", by: one) == 0)
    }

    @Test("Near-duplicates are proposed and merged; every member gets every answer; splitting restores, answers stay")
    func merging() async throws {
        let fair = try await Fair()
        let site = fair.site
        let first = try await fair.submit()
        let second = try await fair.submit("注塑车间设备联网", "二十多台注塑机联网，想看到开机率。", as: Fair.person("second", .enterprise, Fair.near, "430181"))
        _ = try await fair.submit("办公软件选型", "想换一套财务软件，不知道选哪个。", as: Fair.person("third", .enterprise, Fair.other, "430181"))
        let proposed = try site.ask(FindSimilarDemands(demand: first), as: Fair.window)
        #expect(proposed.map(\.card.id) == [second])
        let merged = try await site.tell(MergeDemands(demands: [first, second], title: "注塑设备联网"), as: Fair.window)
        #expect(merged.members == 2)
        _ = try await site.tell(AnswerCommonDemand(cluster: merged.cluster, text: "下周三在窗口集中讲解。"), as: Fair.window)
        for (id, actor) in [(first, Fair.enterprise), (second, Fair.person("second", .enterprise, Fair.near, "430181"))] {
            #expect(try site.ask(GetDemand(id: id), as: actor).answers.map(\.text) == ["下周三在窗口集中讲解。"])
        }
        #expect(try site.ask(FindCommonDemands(), as: Fair.window).map(\.members.count) == [2])
        _ = try await site.tell(SplitDemand(demand: second), as: Fair.window)
        _ = try await site.tell(AnswerCommonDemand(cluster: merged.cluster, text: "第二次讲解。"), as: Fair.window)
        #expect(try site.ask(GetDemand(id: first), as: Fair.enterprise).answers.count == 2)
        let split = try site.ask(GetDemand(id: second), as: Fair.window)
        #expect(split.answers.count == 1 && split.card.cluster == nil && split.card.state == .received)
        _ = try await site.tell(MergeDemands(demands: [second], cluster: merged.cluster), as: Fair.window)
        #expect(try site.ask(FindCommonDemands(), as: Fair.window).map(\.members.count) == [2])
        #expect(await refusal { _ = try await site.tell(MergeDemands(demands: [first]), as: Fair.window) }?.status == 409)
    }

    @Test("一·补齐服务短板：有需求而少供给的列为短板，按市州和类别")
    func gap() async throws {
        let fair = try await Fair()
        _ = try await fair.submit()
        _ = try await fair.site.tell(
            SubmitDemand(title: "产品检测去哪里做", category: "testing", description: "要做可靠性检测。"), as: Fair.enterprise)
        for number in 2...4 { try await fair.offer(Fair.core, "数字化服务\(number)", "digital", UInt64(number)) }
        await fair.site.settle()
        let gaps = try fair.site.ask(GetSupplyGap())
        #expect(gaps.map(\.category) == ["testing", "digital"])
        #expect(gaps[0].isShort && gaps[0].services == 0 && gaps[0].city.description == "430100")
        #expect(!gaps[1].isShort && gaps[1].services == 4 && gaps[1].demands == 1)
    }

    @Test("Candidates are reckoned as written: nearness, core mark, satisfaction, budget add up and are said")
    func ranking() throws {
        let need = Ranking.Need(
            category: "digital", categoryTitle: "信息化应用", region: try region("430181"), budget: Fen(100_000), pairs: Wording.pairs("注塑车间设备联网"))
        var agency = Ranking.Agency(
            party: DemandParty(code: try code(Fair.near), name: "演示"), region: try region("430200"), hasCategory: true, isCore: false, completed: 0, rated: 0,
            satisfied: 0, serves: false, isAffordable: false)
        #expect(Ranking.rank(agency, for: need)?.score == 30)
        agency.isCore = true
        agency.region = try region("430181")
        (agency.rated, agency.satisfied, agency.completed) = (10, 9, 8)
        #expect(Ranking.rank(agency, for: need)?.score == 30 + 10 + 15 + 9 + 5)
        agency.closest = Ranking.Offer(title: "设备联网", wording: Wording.coverage(of: "设备联网", by: need.pairs))
        (agency.serves, agency.isAffordable) = (true, true)
        #expect(Ranking.rank(agency, for: need)?.score == 30 + 10 + 15 + 9 + 5 + 25 + 5)
        agency.hasCategory = false
        agency.closest = nil
        #expect(Ranking.rank(agency, for: need) == nil)
    }
}
