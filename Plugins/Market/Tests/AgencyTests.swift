import MarketContracts
import Messages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import MarketPlugin

@Suite("服务机构")
struct AgencyTests {
    @Test("Every pair of state and action of an agency leads where the table says, or nowhere", arguments: AgencyState.allCases)
    func everyPair(state: AgencyState) {
        let legal: [(AgencyState, AgencyAction, AgencyState)] = [
            (.draft, .submit, .submitted), (.returned, .submit, .submitted), (.submitted, .approve, .approved), (.submitted, .sendBack, .returned),
            (.approved, .suspend, .suspended), (.suspended, .resume, .approved), (.suspended, .exit, .exited),
        ]
        for action in AgencyAction.allCases {
            #expect(AgencyLife.step(from: state, by: action)?.to == legal.first { $0.0 == state && $0.1 == action }?.2)
        }
    }

    @Test("七·机构集聚：入驻由所在地审核，邻县无权；退回须写明理由；通过后公开")
    func admission() async throws {
        let stall = try await Stall(admitted: false)
        let code = try Stall.creditCode()
        #expect(try await stall.save().state == .submitted)
        #expect(throws: Refusal.self) { try stall.site.ask(GetAgency(code: code)) }
        let foreign = await refusal { _ = try await stall.site.tell(AdvanceAgency(agency: code, action: .approve), as: Stall.window) }
        #expect(foreign?.code == "market.agency-unknown")
        let mute = await refusal { _ = try await stall.site.tell(AdvanceAgency(agency: code, action: .sendBack), as: Stall.zhuzhou) }
        #expect(mute?.faults.map(\.field) == ["opinion"])
        _ = try await stall.site.tell(AdvanceAgency(agency: code, action: .sendBack, opinion: "请补充资质。"), as: Stall.zhuzhou)
        #expect(try stall.site.ask(GetAgency(code: code), as: Stall.agency).opinion == "请补充资质。")
        #expect(try await stall.save().state == .submitted)
        _ = try await stall.site.tell(AdvanceAgency(agency: code, action: .approve), as: Stall.zhuzhou)
        let shown = try stall.site.ask(GetAgency(code: code))
        #expect(shown.card.state == .approved && shown.contact == nil && shown.actions.isEmpty)
        #expect(try stall.site.ask(FindAgencies(text: "智造")).items.map(\.code) == [code])
        #expect(try stall.site.ask(FindAgencies(category: "ip", region: region("430200"))).total == 1)
        #expect(try stall.site.ask(FindAgencies(region: region("430181"))).items.isEmpty)
    }

    @Test("The core mark is the province's, with a document; who was never suspended is not put out")
    func coreAndExit() async throws {
        let stall = try await Stall()
        let code = try Stall.creditCode()
        _ = try await stall.site.tell(MarkCoreAgency(agency: code, isCore: true, document: "演示〔2026〕8号"), as: .province)
        #expect(try stall.site.ask(GetAgency(code: code)).card.isCore)
        #expect(await refusal { _ = try await stall.site.tell(AdvanceAgency(agency: code, action: .exit, opinion: "无特色。"), as: .province) }?.code == "market.illegal-step")
        _ = try await stall.site.tell(AdvanceAgency(agency: code, action: .suspend, opinion: "服务实效差，限期整改。"), as: Stall.zhuzhou)
        #expect(await refusal { _ = try await stall.site.tell(AdvanceAgency(agency: code, action: .exit, opinion: "未整改。"), as: Stall.zhuzhou) }?.code == "market.role-missing")
        _ = try await stall.site.tell(AdvanceAgency(agency: code, action: .exit, opinion: "未整改。"), as: .province)
        #expect(try stall.site.ask(FindAgencies()).items.isEmpty)
    }

    @Test("Qualifications are told 30, 7 and 0 days before their end, once each, and stand among the agency's to-dos")
    func expiry() async throws {
        let stall = try await Stall()
        let today = stall.site.clock.now.day
        _ = try await stall.site.tell(RecordQualification(title: "演示许可证", issuer: "演示机关", validUntil: today + 31), as: Stall.agency)
        func told() throws -> [Int] { try stall.site.events(QualificationExpiring.self).map(\.daysLeft) }
        await stall.site.advance(by: .seconds(3600))
        #expect(try told() == [])
        for _ in 0..<3 { await stall.site.advance(by: .seconds(86_400)) }
        #expect(try told() == [30])
        for _ in 0..<40 { await stall.site.advance(by: .seconds(86_400)) }
        #expect(try told() == [30, 7, 0])
        _ = try await stall.site.tell(RecordQualification(number: 1, title: "演示许可证", validUntil: today + 400), as: Stall.agency)
        _ = try await stall.site.tell(RecordQualification(number: 1, title: nil), as: Stall.agency)
        #expect(try stall.site.ask(GetAgency(code: Stall.creditCode())).qualifications.isEmpty)
    }

    @Test("D11: agencies without a sign of life leave the count of active ones, not that of admitted ones")
    func activity() async throws {
        let stall = try await Stall()
        #expect(try stall.site.ask(CountAgencies()).active == 1)
        await stall.site.advance(by: .seconds(400 * 86_400))
        let later = try stall.site.ask(CountAgencies())
        #expect(later.admitted == 1 && later.active == 0 && later.target == 6000)
        try await stall.list()
        #expect(try stall.site.ask(CountAgencies()).active == 1)
    }

    @Test("Whom to reach is for the agency and its region's staff; a copy for the person holds it, erasing takes it away")
    func privacy() async throws {
        let stall = try await Stall()
        let code = try Stall.creditCode()
        #expect(try stall.site.ask(GetAgency(code: code), as: Stall.zhuzhou).contact?.phone.masked == "138****8000")
        #expect(try stall.site.ask(GetAgency(code: code), as: Stall.window).contact == nil)
        let person = try #require(PersonID("agency"))
        #expect(try stall.site.bus.exportHere(person: person).flatMap(\.records).contains { $0.values.contains { $0.value == "王大锤" } })
        _ = try await stall.site.bus.erase(person: person, by: .system("test"))
        #expect(try stall.site.ask(GetAgency(code: code), as: Stall.zhuzhou).contact == nil)
    }

    @Test("Every fault of a record is told at once; whoever acts for no organisation enters none")
    func faults() async throws {
        let stall = try await Stall(admitted: false)
        let bad = SaveAgency(title: "短", region: try region("430181"), categories: ["nothing"], summary: "太短", submit: true)
        let found = await refusal { _ = try await stall.site.tell(bad, as: Stall.agency) }
        #expect(Set(found?.faults.map(\.field) ?? []) == ["title", "categories", "summary"])
        let nobody = Actor.person("nobody", .agency)
        #expect(await refusal { _ = try await stall.site.tell(bad, as: nobody) }?.code == "market.no-organisation")
    }
}
