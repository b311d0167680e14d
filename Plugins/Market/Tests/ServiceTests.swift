import MarketContracts
import Messages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import MarketPlugin

@Suite("服务产品")
struct ServiceTests {
    @Test("Every pair of state and action of a service leads where the table says, or nowhere", arguments: ListingState.allCases)
    func everyPair(state: ListingState) {
        let legal: [(ListingState, ListingAction, ListingState)] = [
            (.draft, .submit, .submitted), (.returned, .submit, .submitted), (.withdrawn, .submit, .submitted), (.submitted, .withdraw, .withdrawn),
            (.listed, .withdraw, .withdrawn), (.submitted, .approve, .listed), (.submitted, .sendBack, .returned), (.listed, .suspend, .suspended),
            (.suspended, .resume, .listed), (.suspended, .sendBack, .returned),
        ]
        for action in ListingAction.allCases {
            #expect(ListingLife.step(from: state, by: action)?.to == legal.first { $0.0 == state && $0.1 == action }?.2)
        }
    }

    @Test("A service is found after its review only; mending it takes it back to review; withdrawing hides it")
    func review() async throws {
        let stall = try await Stall()
        let receipt = try await stall.site.tell(Stall.service(), as: Stall.agency)
        #expect(receipt.state == .submitted)
        #expect(try stall.site.ask(SearchServices(text: "数字化")).total == 0)
        #expect(throws: Refusal.self) { try stall.site.ask(GetService(id: receipt.service)) }
        #expect(try stall.site.ask(FindMyServices(), as: Stall.zhuzhou).items.map(\.id) == [receipt.service])
        #expect(try stall.site.ask(FindMyServices(), as: Stall.window).items.isEmpty)
        _ = try await stall.site.tell(AdvanceService(service: receipt.service, action: .approve), as: Stall.zhuzhou)
        #expect(try stall.site.ask(SearchServices(text: "数字化")).total == 1)
        _ = try await stall.site.tell(Stall.service("中小企业数字化深度诊断", id: receipt.service), as: Stall.agency)
        #expect(try stall.site.ask(SearchServices(text: "数字化")).total == 0)
        _ = try await stall.site.tell(AdvanceService(service: receipt.service, action: .approve), as: Stall.zhuzhou)
        _ = try await stall.site.tell(AdvanceService(service: receipt.service, action: .withdraw), as: Stall.agency)
        #expect(try stall.site.ask(SearchServices()).total == 0)
        let other = await refusal { _ = try await stall.site.tell(Stall.service(id: receipt.service), as: Stall.rival) }
        #expect(other?.code == "market.agency-not-admitted")
    }

    @Test("Trusted categories and core agencies list without review, where the settings say so")
    func trust() async throws {
        let stall = try await Stall(settings: #"{"unreviewedCategories":["digital"]}"#)
        #expect(try await stall.site.tell(Stall.service(), as: Stall.agency).state == .listed)
        #expect(try await stall.site.tell(Stall.service("发明专利申请代理", category: "ip"), as: Stall.agency).state == .submitted)
        _ = try await stall.site.tell(MarkCoreAgency(agency: Stall.creditCode(), isCore: true, document: "演示〔2026〕8号"), as: .province)
        #expect(try await stall.site.tell(Stall.service("实用新型专利代理", category: "ip"), as: Stall.agency).state == .listed)
    }

    @Test("One character, two characters and a typing error find it; filters narrow; facets count as if their own filter were away")
    func search() async throws {
        let stall = try await Stall()
        let free = try await stall.list()
        let paid = try await stall.list(Stall.service("发明专利申请代理", category: "ip", nature: .paid, price: Price(.fixed, amount: Fen(450_000), unit: "件")))
        func ids(_ query: SearchServices) throws -> [MessageID] { try stall.site.ask(query).items.map(\.id) }
        #expect(try ids(SearchServices(text: "专利")) == [paid])
        #expect(try ids(SearchServices(text: "利")) == [paid])
        #expect(try ids(SearchServices(text: "智造")) .count == 2, "by the agency's name")
        let wrong = try stall.site.ask(SearchServices(text: "发明专立申请"))
        #expect(wrong.items.map(\.id) == [paid] && wrong.isSimilar && wrong.items[0].reasons.contains("用词相近"))
        #expect(try ids(SearchServices(text: "完全无关的话")).isEmpty)
        #expect(try ids(SearchServices(nature: .publicGood)) == [free])
        #expect(try ids(SearchServices(region: region("430181"))).count == 2)
        let found = try stall.site.ask(SearchServices(category: "ip"))
        let categories = try #require(found.facets.first { $0.field == "category" })
        #expect(categories.values.map(\.value) == ["ip", "digital"] && categories.values.map(\.count) == [1, 1])
        #expect(found.facets.first { $0.field == "price" }?.values.map(\.value) == ["fixed"])
        #expect(try stall.site.ask(CompareServices(ids: [paid, free])).map(\.card.id) == [paid, free])
    }

    @Test("A service for one region is found from inside it and from the places above, not from the neighbour")
    func regions() async throws {
        let stall = try await Stall()
        let id = try await stall.list(Stall.service(regions: ["430200"]))
        for (from, isFound) in [("430200", true), ("430212", true), ("430000", true), ("430181", false)] {
            #expect(try stall.site.ask(SearchServices(region: region(from))).items.map(\.id) == (isFound ? [id] : []), "\(from)")
        }
    }

    @Test("The ranked list is read to its end by its cursors, each service once")
    func cursors() async throws {
        let stall = try await Stall(settings: #"{"unreviewedCategories":["digital"]}"#)
        for number in 0..<7 { _ = try await stall.list(Stall.service("数字化诊断第\(number)号")) }
        var ids: [MessageID] = []
        var after: Cursor?
        repeat {
            let page = try stall.site.ask(SearchServices(text: "诊断", after: after, limit: 3))
            #expect(page.total == 7)
            ids += page.items.map(\.id)
            after = page.next
        } while after != nil
        #expect(ids.count == 7 && Set(ids).count == 7)
    }

    @Test("Every fault of a service is told at once: public benefit costs nothing, a fixed price has an amount")
    func faults() async throws {
        let stall = try await Stall()
        var bad = Stall.service("短", category: "nothing", nature: .publicGood, price: Price(.fixed), regions: [])
        bad.modes = []
        bad.days = 0
        let found = await refusal { _ = try await stall.site.tell(bad, as: Stall.agency) }
        #expect(Set(found?.faults.map(\.field) ?? []) == ["title", "category", "price", "modes", "regions", "days"])
    }
}
