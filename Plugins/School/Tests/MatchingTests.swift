import MatchingContracts
import Messages
import PluginKit
import SchoolContracts
import TestKit
import Testing
import Vocabulary

@testable import SchoolPlugin

/// Stands in for Matching: takes a demand, says so, and agrees when told to take it over.
struct FakeMatching: Plugin {
    static let manifest = Manifest(id: "matching", title: "需求对接", version: "1.0.0")

    static func register(in plugin: inout Registration<NoSettings>) {
        plugin.privacy(export: { _, _ in [] }, erase: { _, _ in .done })
        plugin.announces(DemandAdvanced.self, titled: "需求")
        plugin.handle(SubmitDemand.self, access: .system) { demand, tx in
            guard let party = demand.enterprise, let region = demand.region, demand.contactPhone != nil else {
                throw Refusal.notFound
            }
            let id = tx.newID()
            for (action, state) in [
                (nil, DemandState.received), (.agree, demand.title.contains("不成") ? .unmet : .agreed),
            ] as [(DemandAction?, DemandState)] {
                try tx.announce(
                    DemandAdvanced(
                        demand: id, number: "XQ2026-0001", title: demand.title, category: demand.category,
                        region: region, enterprise: party,
                        channel: demand.channel, action: action, from: nil, to: state, level: .county, due: nil,
                        agency: nil, score: nil,
                        revision: 1, wasLate: false))
            }
            return DemandReceipt(demand: id, number: "XQ2026-0001", state: .received, level: .county)
        }
    }
}

@Suite("公益培训+服务对接")
struct SchoolMatchingTests {
    /// A class whose participants were there; the first of two has a seat and came, the second never did.
    private func prepared(offers: Bool = true) async throws -> (
        site: TestSite, schoolClass: ClassID, codes: [(RegistrationID, String)]
    ) {
        let site = try await TestSite([
            (InstalledPlugin(FakeMatching.self), .object([])), (InstalledPlugin(School.self), .object([])),
        ])
        let course = try await site.tell(Lessons.course(), as: Lessons.staff).course
        var draft = try Lessons.draft(of: course, capacity: 5, now: site.clock.now)
        draft.offersMatching = offers
        let id = try await site.tell(draft, as: Lessons.staff).schoolClass
        _ = try await site.tell(AdvanceClass(schoolClass: id, action: .publish), as: Lessons.staff)
        let results = try await site.tell(
            Register(schoolClass: id, participants: [Lessons.person(1), Lessons.person(2)], consent: true),
            as: Lessons.enterprise(1)
        ).results.map(\.registration)
        await site.advance(by: .seconds(10 * 86_400 + 600))
        _ = try await site.tell(
            CheckIn(schoolClass: id, session: 1, registrations: [results[0]], way: .counter), as: Lessons.staff)
        let codes = try results.map { ($0, try site.ask(GetRegistration(id: $0), as: Lessons.staff).code) }
        return (site, id, codes)
    }

    private func request(
        _ site: TestSite, _ who: (RegistrationID, String), title: String = "申请设备贷款", consent: Bool = true
    ) async throws {
        let category = try ReferenceData.loadLocated().serviceCategories[0].id
        _ = try await site.tell(
            RequestMatching(
                registration: who.0, code: who.1, title: title, category: category, description: "技术改造需要设备贷款。",
                consent: consent),
            as: .visitor)
        await site.settle()
    }

    @Test("Who was there states a need with consent; it becomes a demand, and the class's report shows both")
    func both() async throws {
        let (site, id, codes) = try await prepared()
        #expect(await refusal { try await request(site, codes[0], consent: false) }?.faults.map(\.field) == ["consent"])
        #expect(await refusal { try await request(site, codes[1]) }?.code == "school.matching-closed")
        try await request(site, codes[0])
        #expect(await refusal { try await request(site, codes[0]) }?.message.contains("无需再登记") == true)
        let pass = try site.ask(GetPass(id: codes[0].0, code: codes[0].1))
        #expect(pass.matching?.demand == "XQ2026-0001")
        #expect(pass.matching?.progress == .agreed)
        let report = try site.ask(GetClassReport(schoolClass: id), as: Lessons.staff)
        #expect(report.figures.enrolled == 2 && report.figures.attended == 1 && report.figures.enterprises == 1)
        #expect(report.figures.demands == 1 && report.figures.agreed == 1 && report.figures.failed == 0)
        let year = try site.ask(GetThemeReport(year: 2026), as: Lessons.staff)
        #expect(year.themes.map(\.theme) == [.financing])
        #expect(year.themes.map(\.figures.demands) == [1])
        #expect(try site.ask(GetThemeReport(year: 2025), as: Lessons.staff).themes.isEmpty)
        #expect(
            await refusal { _ = try site.ask(GetThemeReport(region: region("430100")), as: Lessons.staff) }?.status
                == 403)
        guard case .page(let page) = try await site.get("/school/classes/\(id)/report", as: Lessons.staff) else {
            return
        }
        #expect(page.content.description.contains("XQ2026-0001"))
    }

    @Test("A need that nobody could meet is counted as failed; a class that offers nothing takes none")
    func failed() async throws {
        let (site, id, codes) = try await prepared()
        try await request(site, codes[0], title: "这个不成的需求")
        #expect(try site.ask(GetClassReport(schoolClass: id), as: Lessons.staff).figures.failed == 1)
        let (other, _, people) = try await prepared(offers: false)
        #expect(await refusal { try await request(other, people[0]) }?.code == "school.matching-closed")
    }
}
