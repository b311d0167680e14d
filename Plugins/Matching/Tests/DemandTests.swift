import MatchingContracts
import Messages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import MatchingPlugin

@Suite("需求")
struct DemandTests {
    @Test("所有（状态，步骤）组合，除列明的以外一律拒绝", arguments: DemandState.allCases)
    func everyPair(state: DemandState) {
        let legal: [(DemandState, DemandAction, DemandState)] = [
            (.received, .take, .matching), (.received, .invite, .matching), (.received, .escalate, .received), (.received, .withdraw, .withdrawn),
            (.matching, .invite, .matching), (.matching, .respond, .answered), (.matching, .escalate, .matching), (.matching, .withdraw, .withdrawn),
            (.matching, .close, .unmet), (.answered, .invite, .answered), (.answered, .respond, .answered), (.answered, .agree, .agreed),
            (.answered, .reopen, .matching), (.answered, .withdraw, .withdrawn), (.agreed, .deliver, .delivered), (.agreed, .reopen, .matching),
            (.delivered, .rate, .rated), (.delivered, .reopen, .matching),
        ]
        for action in DemandAction.allCases {
            #expect(DemandLife.step(from: state, by: action)?.to == legal.first { $0.0 == state && $0.1 == action }?.2, "\(state) \(action)")
        }
        // Closed is what nothing follows, and only that.
        #expect(DemandLife.steps.allSatisfy { $0.from != state } == state.isClosed)
    }

    @Test("三·服务需求对接：提出、推荐、邀请、联系、达成、交付、评价；联系方式只给愿意承接的机构")
    func walk() async throws {
        let fair = try await Fair()
        let id = try await fair.submit()
        let site = fair.site
        #expect(try site.ask(GetDemand(id: id), as: Fair.window).card.level == .county)
        let candidates = try site.ask(GetCandidates(demand: id), as: Fair.window)
        #expect(candidates.map(\.agency.code.description) == [Fair.core, Fair.near])
        #expect(candidates[0].reasons.contains { $0.hasPrefix("类别相符") } && candidates[0].reasons.contains("核心服务机构") && candidates[1].reasons.contains("本地机构"))
        try await fair.step(id, .take, as: Fair.window)
        try await fair.step(id, .invite, as: Fair.window, [Fair.core, Fair.near])
        #expect(try site.ask(GetCandidates(demand: id), as: Fair.window).isEmpty, "who is invited is proposed no more")
        #expect(try site.ask(GetDemand(id: id), as: Fair.agency(Fair.core)).contactPhone == nil)
        #expect(throws: Refusal.self) { try site.ask(GetDemand(id: id), as: Fair.agency(Fair.other)) }
        #expect(try await fair.step(id, .respond, as: Fair.agency(Fair.near), interested: false).state == .matching)
        #expect(try await fair.step(id, .respond, as: Fair.agency(Fair.core), interested: true, note: "两周可以完成。").state == .answered)
        #expect(try site.ask(GetDemand(id: id), as: Fair.agency(Fair.core)).contactPhone?.masked == "139****9000")
        #expect(await refusal { try await fair.step(id, .agree, as: Fair.window, [Fair.core]) }?.code == "matching.other-side")
        #expect(await refusal { try await fair.step(id, .agree, as: Fair.enterprise, [Fair.near]) }?.faults.map(\.field) == ["agencies"])
        #expect(try await fair.step(id, .agree, as: Fair.enterprise, [Fair.core]).state == .agreed)
        #expect(await refusal { try await fair.step(id, .deliver, as: Fair.agency(Fair.near), note: "我来交付。") } != nil)
        #expect(try await fair.step(id, .deliver, as: Fair.agency(Fair.core), note: "二十台已联网。").state == .delivered)
        #expect(try await fair.step(id, .rate, as: Fair.enterprise, score: 5).state == .rated)
        #expect(try site.ask(GetDemand(id: id), as: Fair.enterprise).card.due == nil)
        #expect(try site.events(DemandAdvanced.self).map(\.to) == [.received, .matching, .matching, .matching, .answered, .agreed, .delivered, .rated])
    }

    @Test("五·无人响应的需求逐级上报：县级窗口、市级平台、省枢纽；到顶仍计时，从不闲置")
    func escalation() async throws {
        let fair = try await Fair()
        let id = try await fair.submit()
        func card() throws -> DemandCard { try fair.site.ask(GetDemand(id: id), as: .province).card }
        var levels: [DemandLevel] = [try card().level]
        for _ in 0..<30 {
            await fair.site.advance(by: .seconds(86_400))
            let now = try card()
            #expect((now.due ?? now.createdAt) >= fair.site.clock.now, "on no evening without a deadline ahead")
            if now.level != levels.last { levels.append(now.level) }
        }
        #expect(levels == [.county, .city, .province])
        let climbs = try fair.site.events(DemandAdvanced.self).filter { $0.action == .escalate }
        #expect(climbs.count >= 3 && climbs.allSatisfy(\.wasLate))
        #expect(try fair.site.ask(GetDemand(id: id), as: .province).reason?.contains("重新计时") == true)
    }

    @Test("Whoever it does not concern sees nothing; staff enter demands for enterprises of their region only")
    func scope() async throws {
        let fair = try await Fair()
        let id = try await fair.submit()
        for actor in [Fair.person("other", .enterprise, Fair.other, "430181"), Actor.window("430212"), .visitor] {
            #expect(throws: Refusal.self) { try fair.site.ask(GetDemand(id: id), as: actor) }
        }
        var command = SubmitDemand(
            title: "厂房消防整改咨询", category: "legal", description: "企业来电。", enterprise: DemandParty(code: try code(Fair.near), name: "演示·来电企业"),
            region: try region("430181"), channel: .hotline)
        let receipt = try await fair.site.tell(command, as: Fair.window)
        #expect(try fair.site.ask(GetDemand(id: receipt.demand), as: Fair.window).card.isOnBehalf)
        command.region = try region("430212")
        #expect(await refusal { _ = try await fair.site.tell(command, as: Fair.window) }?.code == "matching.region-not-yours")
    }

    @Test("Two who agree at once agree once; whom to reach goes with the person's key")
    func onceAndPrivacy() async throws {
        let fair = try await Fair()
        let id = try await fair.submit()
        try await fair.step(id, .invite, as: Fair.enterprise, [Fair.core])
        try await fair.step(id, .respond, as: Fair.agency(Fair.core), interested: true)
        let done = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<5 { group.addTask { (try? await fair.step(id, .agree, as: Fair.enterprise, [Fair.core])) != nil } }
            return await group.reduce(into: [Bool]()) { $0.append($1) }
        }
        #expect(done.count { $0 } == 1)
        let person = try #require(PersonID("enterprise"))
        #expect(try fair.site.bus.exportHere(person: person).flatMap(\.records).contains { $0.values.contains { $0.value == "李小花" } })
        _ = try await fair.site.bus.erase(person: person, by: .system("test"))
        #expect(try fair.site.ask(GetDemand(id: id), as: Fair.window).contactName == nil)
    }
}
