import Foundation
import HotlineContracts
import Identity
import MarketContracts
import Messages
import PluginKit
import TestKit
import Testing
import Vocabulary

/// What the demo does not come to: an order that was paid back and complained about, and a rating that the enterprise was asked for.
@Suite("Browser: refund, complaint and a rating asked for", .serialized, .enabled(if: DemoNetwork.isPossible, DemoNetwork.missing))
struct AfterwardsPageTests {
    private static let firm = "91430181MA4LDEM10U"

    @Test("退款表、投诉详情、请企业账号评价，宽 1280 和 360；企业用键盘从“我的”进入并评价")
    func pages() async throws {
        let stage = try await Stage(width: 1280)
        let county = try #require(RegionCode("430181")), code = try #require(CreditCode(Self.firm))
        let person = try await stage.host.account(
            "buyer", grants: [Grant(.enterprise, in: county)], organisation: Organisation(code: code, name: "走查·浏阳精工机械有限公司", kind: .enterprise))
        let buyer = Actor(kind: .person, id: person.description, name: "测试·buyer", grants: [Grant(.enterprise, in: county)], organisation: code)
        let (order, complaint) = try await order(stage, buyer)
        let number = try await answered(stage, code)

        let browser = try await stage.enter("buyer")
        try await look(browser, stage, "me-enterprise", "/test/me", "咨询加计扣除的资料")
        try await look(browser, stage, "market-order-refunds", "/test/market/orders/\(order)", "确认收到")
        try await look(browser, stage, "market-complaint", "/test/market/complaints/\(complaint)", "报价以外又收了上门费")
        try await look(browser, stage, "hotline-asked", "/test/hotline/asked/\(number)", "请留存辅助账")
        try await browser.go("\(stage.address)/test/me")
        try await browser.follow("咨询加计扣除的资料", tag: "a")
        try await browser.tab(to: "满意", tag: "input")
        try await browser.press(.space)
        try await browser.follow("提交评价", tag: "button")
        #expect(try await browser.run("return document.body.innerText").string?.contains("评价已收到") == true)
        try await browser.go("\(stage.address)/test/me")
        #expect(try await browser.run("return document.body.innerText").string?.contains("咨询加计扣除的资料") == false)
        #expect(try await browser.complaints() == [])
        await stage.end()
    }

    /// An order whose price was partly paid back twice, and the complaint about it.
    private func order(_ stage: Stage, _ buyer: Actor) async throws -> (order: MessageID, complaint: MessageID) {
        let host = stage.host, agency = try #require(Stage.agency.organisation)
        let order = try await host.tell(
            PlaceOrder(agencies: [agency], title: "注塑车间设备联网", category: "digital", description: "二十台注塑机联网，在看板上看到开机率。"), as: buyer
        ).order
        func step(_ action: MarketContracts.OrderAction, as actor: Actor, agency: CreditCode? = nil, amount: Fen? = nil) async throws {
            try await host.tell(MarketContracts.AdvanceOrder(order: order, action: action, agency: agency, amount: amount), as: actor)
        }
        try await step(.quote, as: Stage.agency, amount: Fen(3_600_000))
        try await step(.accept, as: buyer, agency: agency)
        for (amount, reason) in [(Int64(300_000), "减少十台，退回差价。"), (120_000, "上门费退回。")] {
            try await host.tell(RecordRefund(order: order, amount: Fen(amount), reason: reason, refundedOn: host.clock.now.day), as: Stage.agency)
        }
        try await host.tell(ConfirmRefund(order: order, number: 1), as: buyer)
        let complaint = try await host.tell(FileComplaint(order: order, kind: .fee, text: "报价以外又收了上门费，请说明并退回。"), as: buyer).complaint
        try await host.tell(AdvanceComplaint(complaint: complaint, action: .answer, text: "上门费系误收，已经退回，今后不再收取。"), as: Stage.agency)
        await host.settle()
        return (order, complaint)
    }

    /// A work order of the enterprise that was answered, and about which its account was asked.
    private func answered(_ stage: Stage, _ code: CreditCode) async throws -> OrderNumber {
        let host = stage.host, window = Actor.window("430181")
        let number = try await host.tell(
            RegisterOrder(
                title: "咨询加计扣除的资料", content: "想了解研发费用辅助账。", category: "05", region: #require(RegionCode("430181")),
                enterprise: "走查·浏阳精工机械有限公司", creditCode: code), as: window
        ).number
        try await host.tell(HotlineContracts.AdvanceOrder(order: number, action: .accept), as: window)
        try await host.tell(HotlineContracts.AdvanceOrder(order: number, action: .answerAtOnce, text: "答复：请留存辅助账。"), as: window)
        try await host.tell(InviteRating(number: number, toAccount: true), as: .person("colleague", .windowStaff, in: "430181"))
        return number
    }

    /// The page at both widths, with what is wrong with it.
    private func look(_ browser: BrowserSession, _ stage: Stage, _ name: String, _ path: String, _ word: String) async throws {
        try await browser.go(stage.address + path)
        #expect(try await browser.run("return document.body.innerText").string?.contains(word) == true, "\(name)")
        for width in [1280, 360] {
            try await browser.show(.init(width: width))
            #expect(try await browser.faults() == [], "\(name) at \(width)")
            try await browser.screenshot(to: "\(stage.pictures)/\(name)-\(width).png")
        }
        try await browser.show(.init(width: 1280))
    }
}
