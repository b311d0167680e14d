import Foundation
import HotlineContracts
import Messages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import HotlinePlugin

@Suite("保密工单")
struct ConfidentialTests {
    static let title = "绝密标题甲乙丙"

    @Test("Lists, counts, search, export, single orders, to-dos, figures and events keep it from every role without need to know", arguments: [
        Desk.colleague, Desk.changsha, .province, Desk.bank, .person("x", .departmentHandler, in: "430100"), .person("y", .agency),
    ])
    func invisible(actor: Actor) async throws {
        let desk = try await Desk()
        let number = try await desk.order(Self.title, confidential: true)
        try await desk.step(number, .accept, as: Desk.seat)
        try await desk.step(number, .dispatch, as: Desk.seat, unit: "tax")
        let site = desk.site
        #expect(await refusal { _ = try desk.detail(number, as: actor) } != nil)
        if Hotline.staff.allows(actor) {
            #expect(await refusal { _ = try desk.detail(number, as: actor) }?.code == "hotline.order-unknown")
            for query in [
                FindOrders(), FindOrders(q: Self.title), FindOrders(q: number.description), FindOrders(state: .dispatched),
                FindOrders(category: "05"), FindOrders(owner: try desk.unit("tax")),
            ] {
                let found = try site.ask(query, as: actor)
                #expect(found.items.isEmpty)
                #expect(found.total == 0)
            }
            guard case .csv(_, let rows) = try await site.get("/hotline/desk.csv", as: actor) else {
                Issue.record("no CSV")
                return
            }
            #expect(rows.count == 1)
            for path in ["/hotline/desk", "/hotline/statistics"] {
                guard case .page(let page) = try await site.get(path, as: actor) else { continue }
                #expect(!page.content.description.contains(Self.title))
            }
            #expect(await refusal { try await desk.step(number, .note, as: actor, text: "试探。") }?.code == "hotline.order-unknown")
        }
        #expect(try site.ask(GetStatistics(), as: actor).registered == 0)
        #expect(try site.events(OrderRegistered.self).allSatisfy { $0.category == nil })
    }

    @Test("Who registered it, the department that handles it, and whoever is admitted see it")
    func visible() async throws {
        let desk = try await Desk()
        let number = try await desk.order(Self.title, confidential: true)
        try await desk.step(number, .accept, as: Desk.seat)
        #expect(await refusal { try await desk.step(number, .dispatch, as: Desk.seat, unit: "window") }?.faults.map(\.field) == ["unit"])
        #expect(await refusal { _ = try desk.detail(number, as: Desk.tax) } != nil)
        try await desk.step(number, .dispatch, as: Desk.seat, unit: "tax")
        #expect(try desk.detail(number, as: Desk.tax).card.title == Self.title)
        try await desk.step(number, .admit, as: Desk.seat, text: nil, person: Desk.changsha.id)
        #expect(try desk.site.ask(FindOrders(), as: Desk.changsha).items.map(\.number) == [number])
        // By words it is found by nobody.
        #expect(try desk.site.ask(FindOrders(q: Self.title), as: Desk.seat).items.isEmpty)
        #expect(try desk.site.ask(FindOrders(q: number.description), as: Desk.seat).items.count == 1)
        #expect(desk.site.logLines.allSatisfy { line in !line.message.contains(Self.title) && !line.facts.contains { $0.1.contains(Self.title) } })
    }

    @Test("A person's data are handed out and erased once nothing is under way")
    func erasure() async throws {
        let desk = try await Desk()
        let number = try await desk.order(phone: "13800000009")
        let person = try #require(desk.detail(number).callerPhone?.person)
        let export = try await desk.site.bus.export(person: person)
        #expect(export.parts.first?.records.first?.values.contains(.init("电话", "13800000009")) == true)
        try await desk.step(number, .refuse, as: Desk.seat, text: "重复来电，并入原件。")
        _ = try await desk.site.bus.erase(person: person, by: .system("test"))
        let detail = try desk.detail(number)
        #expect(detail.callerPhone == nil)
        #expect(detail.content == "（应本人要求删除）")
    }
}

/// Whether any file below the folder holds the text.
func contains(_ text: String, in folder: String) throws -> Bool {
    let wanted = Data(text.utf8)
    guard let names = FileManager.default.subpaths(atPath: folder) else { return false }
    return names.contains { FileManager.default.contents(atPath: folder + "/" + $0)?.firstRange(of: wanted) != nil }
}
