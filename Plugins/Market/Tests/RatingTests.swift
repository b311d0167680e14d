import MarketContracts
import Messages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import MarketPlugin

@Suite("评价和成效")
struct RatingTests {
    @Test("三·服务效果评价：仅被服务企业、交付确认后、一次，窗口期内可改；满意度带分子、分母和未评价数")
    func rules() async throws {
        let stall = try await Stall()
        let site = stall.site
        let open = try await stall.request().order
        #expect(await refusal { _ = try await site.tell(RateOrder(order: open, score: 5), as: Stall.enterprise) }?.code == "market.illegal-step")
        let id = try await stall.confirmed()
        #expect(try site.ask(GetSatisfaction(agency: Stall.creditCode())) == Satisfaction(satisfied: 0, rated: 0, unrated: 1))
        #expect(await refusal { _ = try await site.tell(RateOrder(order: id, score: 5), as: Stall.agency) }?.status == 403)
        #expect(await refusal { _ = try await site.tell(RateOrder(order: id, score: 1), as: Stall.enterprise) }?.faults.map(\.field) == ["comment"])
        _ = try await site.tell(RateOrder(order: id, score: 2, comment: "看板常断线。"), as: Stall.enterprise)
        #expect(try site.ask(GetSatisfaction(agency: Stall.creditCode())) == Satisfaction(satisfied: 0, rated: 1, unrated: 0))
        _ = try await site.tell(ReplyToRating(order: id, text: "已更换网关。"), as: Stall.agency)
        #expect(await refusal { _ = try await site.tell(ReplyToRating(order: id, text: "再说一次。"), as: Stall.agency) } != nil)
        await site.advance(by: .seconds(20 * 86_400))
        _ = try await site.tell(RateOrder(order: id, score: 4, comment: "修好了。"), as: Stall.enterprise)
        let card = try #require(try site.ask(FindAgencies()).items.first)
        #expect(card.satisfaction == Satisfaction(satisfied: 1, rated: 1, unrated: 0))
        #expect(try site.ask(GetSatisfaction()) == card.satisfaction)
        await site.advance(by: .seconds(20 * 86_400))
        #expect(await refusal { _ = try await site.tell(RateOrder(order: id, score: 1, comment: "后悔了。"), as: Stall.enterprise) }?.code == "market.rating-closed")
    }

    @Test("What staff enter is marked, counts in no figure, and the enterprise may put its own in its place, not the other way round")
    func staffEntered() async throws {
        let stall = try await Stall()
        let site = stall.site
        let id = try await stall.confirmed()
        _ = try await site.tell(RateOrder(order: id, score: 5, comment: "电话回访，满意。"), as: Stall.window)
        #expect(try site.ask(GetOrder(id: id), as: Stall.enterprise).rating?.isStaffEntered == true)
        #expect(try site.ask(GetSatisfaction()) == Satisfaction(satisfied: 0, rated: 0, unrated: 0, enteredByStaff: 1))
        _ = try await site.tell(RateOrder(order: id, score: 3), as: Stall.enterprise)
        #expect(try site.ask(GetSatisfaction()) == Satisfaction(satisfied: 0, rated: 1, unrated: 0))
        let card = try #require(try site.ask(FindAgencies()).items.first)
        #expect(card.satisfaction == Satisfaction(satisfied: 0, rated: 1, unrated: 0))
        #expect(await refusal { _ = try await site.tell(RateOrder(order: id, score: 5), as: Stall.window) }?.code == "market.rated-by-served")
    }

    @Test("Effects need evidence; their sums follow a change")
    func effects() async throws {
        let stall = try await Stall()
        let site = stall.site
        let id = try await stall.confirmed()
        let effects = Effects(financing: Fen(500_000_00), jobs: 3)
        #expect(await refusal { _ = try await site.tell(RateOrder(order: id, score: 5, effects: effects), as: Stall.enterprise) }?.faults.map(\.field) == ["evidence"])
        let content = Array("%PDF-1.4\n合同\n%%EOF\n".utf8)
        let kept = try site.files.keep(content, name: "合同.pdf")
        let paper = AttachmentReference(digest: kept.digest, name: kept.name, type: kept.type.mediaType, length: Int64(kept.size))
        _ = try await site.tell(RateOrder(order: id, score: 5, effects: effects, evidence: [paper]), as: Stall.enterprise)
        func sums() throws -> Effects? { try site.ask(FindAgencies()).items.first?.effects }
        #expect(try sums() == effects)
        _ = try await site.tell(RateOrder(order: id, score: 5, effects: Effects(financing: Fen(300_000_00)), evidence: [paper]), as: Stall.enterprise)
        #expect(try sums() == Effects(financing: Fen(300_000_00)))
        #expect(try site.ask(GetMarketDocument(digest: paper.digest), as: Stall.agency).name == "合同.pdf")
        #expect(throws: Refusal.self) { try site.ask(GetMarketDocument(digest: paper.digest), as: Stall.rival) }
    }

    @Test("Made-up orders leave signals: the same person on both sides, an instant delivery, both serving each other")
    func signals() async throws {
        let stall = try await Stall()
        let both = Actor(
            kind: .person, id: "both", name: "测试·两边", grants: [Grant(.agency, in: try region("430200")), Grant(.enterprise, in: try region("430200"))],
            organisation: try Stall.creditCode())
        let buyer = Actor(kind: .person, id: "both", name: "测试·两边", grants: [Grant(.enterprise, in: try region("430181"))], organisation: try Stall.creditCode("91430181MA4LDEM10U"))
        let id = try await stall.request(as: buyer).order
        try await stall.step(id, .quote, as: both, amount: 1)
        try await stall.step(id, .accept, as: buyer, agency: Stall.code)
        try await stall.step(id, .begin, as: both)
        try await stall.step(id, .deliver, as: both, note: "完成。")
        try await stall.step(id, .confirm, as: buyer)
        #expect(Set(try stall.site.events(IntegritySignalRaised.self).map(\.signal)) == [.selfDealing, .instant])
    }
}
