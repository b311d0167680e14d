import MarketContracts
import Messages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import MarketPlugin

@Suite("单位审批")
struct ApprovalTests {
    static let boss = Stall.person("boss", .enterprise, "91430181MA4LDEM10U", "430181")
    static let third = Stall.person("third", .enterprise, "91430181MA4LDEM10U", "430181")

    static func limited(_ yuan: Int64) async throws -> Stall {
        let stall = try await Stall()
        #expect(
            try await stall.site.tell(SetApprovalRule(limit: Fen(yuan * 100)), as: Stall.enterprise).limit
                == Fen(yuan * 100))
        return stall
    }

    @Test("A quote above the limit binds when a second person accepts it; twice the same person does not")
    func quote() async throws {
        let stall = try await Self.limited(1000)
        let small = try await stall.request().order, large = try await stall.request().order
        try await stall.step(small, .quote, as: Stall.agency, amount: 100_000)
        try await stall.step(large, .quote, as: Stall.agency, amount: 100_001)
        #expect(try await stall.step(small, .accept, as: Stall.enterprise, agency: Stall.code) == .accepted)
        #expect(try await stall.step(large, .accept, as: Stall.enterprise, agency: Stall.code) == .quoted)
        #expect(try stall.site.ask(GetOrder(id: large), as: Stall.enterprise).approval?.isOwn == true)
        #expect(try stall.site.ask(GetOrder(id: large), as: Self.boss).approval?.isOwn == false)
        #expect(
            try stall.site.ask(GetOrder(id: large), as: Stall.agency).approval == nil,
            "how the enterprise decides is its own matter")
        #expect(
            await refusal { try await stall.step(large, .accept, as: Stall.enterprise, agency: Stall.code) }?.code
                == "market.second-person")
        #expect(try await stall.step(large, .accept, as: Self.boss, agency: Stall.code) == .accepted)
        #expect(try stall.site.events(ApprovalAsked.self).map(\.order) == [large])
        #expect(try stall.site.ask(GetOrder(id: large), as: Self.boss).approval == nil)
    }

    @Test("Two who approve at once: the order is bound once; a quote that became dearer meanwhile is asked about anew")
    func atTheSameTime() async throws {
        let stall = try await Self.limited(1000)
        let order = try await stall.request().order
        try await stall.step(order, .quote, as: Stall.agency, amount: 200_000)
        try await stall.step(order, .accept, as: Stall.enterprise, agency: Stall.code)
        try await stall.step(order, .quote, as: Stall.agency, amount: 300_000)
        #expect(
            try await stall.step(order, .accept, as: Self.boss, agency: Stall.code) == .quoted,
            "nobody agreed to this price yet")
        let outcomes = await atOnce(6) {
            try await stall.step(order, .accept, as: $0 % 2 == 0 ? Stall.enterprise : Self.third, agency: Stall.code)
                .rawValue
        }
        #expect(
            outcomes.count { $0 == "accepted" } == 1 && outcomes.count { $0 == "market.illegal-step" } == 5,
            "\(outcomes)")
        #expect(try stall.site.events(OrderAdvanced.self).count { $0.action == .accept } == 1)
    }

    @Test("At a listed price: above the limit nothing is taken and nobody told before a second person agrees")
    func listed() async throws {
        let stall = try await Self.limited(1000)
        let service = try await stall.vouchered(places: 1)
        let receipt = try await stall.place(service)
        #expect(receipt.state == .proposed)
        #expect(try stall.site.ask(GetService(id: service)).card.placesLeft == 1)
        #expect(throws: Refusal.self) { try stall.site.ask(GetOrder(id: receipt.order), as: Stall.agency) }
        #expect(
            await refusal { try await stall.step(receipt.order, .endorse, as: Stall.enterprise) }?.code
                == "market.second-person")
        _ = try await stall.step(receipt.order, .endorse, as: Self.boss)
        #expect(try stall.site.ask(GetOrder(id: receipt.order), as: Stall.agency).card.state == .accepted)
        #expect(try stall.site.ask(GetService(id: service)).card.placesLeft == 0)
    }

    @Test("A stricter rule holds at once; a looser one when a second person sets the same")
    func rule() async throws {
        let stall = try await Self.limited(1000)
        func set(_ yuan: Int64?, as actor: Actor) async throws -> ApprovalRule {
            try await stall.site.tell(SetApprovalRule(limit: yuan.map { Fen($0 * 100) }), as: actor)
        }
        #expect(try await set(500, as: Stall.enterprise).limit == Fen(50_000))
        let wanted = try await set(nil, as: Stall.enterprise)
        #expect(wanted.limit == Fen(50_000) && wanted.wanted?.isOwn == true)
        #expect(try await set(nil, as: Stall.enterprise).limit == Fen(50_000), "the same person twice is one person")
        #expect(try await set(800, as: Self.boss).limit == Fen(50_000), "another wish takes the place of the first")
        let agreed = try await set(800, as: Stall.enterprise)
        #expect(agreed.limit == Fen(80_000) && agreed.wanted == nil)
        #expect(
            try stall.site.events(ApprovalRuleChanged.self).map(\.isWanted) == [false, false, true, true, true, false])
        #expect(
            try stall.site.ask(GetApprovalRule(), as: Stall.person("other", .enterprise, Stall.otherCode, "430181"))
                == ApprovalRule())
    }
}
