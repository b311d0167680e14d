import MarketContracts
import Messages
import Pages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import MarketPlugin

@Suite("退款、投诉和提醒")
struct AfterwardsTests {
    static let stranger = Stall.person("stranger", .enterprise, "91430100MA4LDEM02N", "430102")

    private func accepted(_ stall: Stall) async throws -> MessageID {
        let id = try await stall.request().order
        try await stall.step(id, .quote, as: Stall.agency, amount: 100_000)
        try await stall.step(id, .accept, as: Stall.enterprise, agency: Stall.code)
        return id
    }

    private func complain(_ stall: Stall, _ order: MessageID, as actor: Actor = Stall.enterprise) async throws -> MessageID {
        try await stall.site.tell(FileComplaint(order: order, kind: .delay, text: "约定本周开始，至今没有上门，请尽快安排。"), as: actor).complaint
    }

    @Test("取消和退款是记录在案的事实：金额、原因、谁、何时；累计不超过订单金额，企业确认，时间线上看得到")
    func refunds() async throws {
        let stall = try await Stall()
        let site = stall.site, id = try await accepted(stall), today = site.clock.now.day
        func refund(_ amount: Int64, _ reason: String = "减少十台，退回差价。", on day: Day? = nil, as actor: Actor = Stall.agency) async throws {
            _ = try await site.tell(RecordRefund(order: id, amount: Fen(amount), reason: reason, refundedOn: day ?? today), as: actor)
        }
        #expect(await refusal { try await refund(1, as: Stall.enterprise) }?.status == 403)
        #expect(await refusal { try await refund(1, as: Self.stranger) }?.status == 403)
        #expect(await refusal { try await refund(100_001, "退", on: today + 1) }?.faults.map(\.field) == ["amount", "reason", "refundedOn"])
        try await refund(30_000)
        let early = try site.ask(GetOrder(id: id), as: Stall.agency)
        #expect(early.refunds?.map(\.amount) == [Fen(30_000)] && early.mayRefund == true && early.cancellation == nil)
        try await stall.step(id, .cancel, as: Stall.agency, note: "设备停产，双方同意取消。")
        try await refund(70_000, "其余退回。")
        #expect(await refusal { try await refund(1) }?.faults.first?.message.contains("0.00") == true)
        _ = try await site.tell(ConfirmRefund(order: id, number: 1), as: Stall.enterprise)
        _ = try await site.tell(ConfirmRefund(order: id, number: 1), as: Stall.enterprise)
        #expect(await refusal { _ = try await site.tell(ConfirmRefund(order: id, number: 9), as: Stall.enterprise) }?.faults.map(\.field) == ["number"])
        let end = try site.ask(GetOrder(id: id), as: Stall.enterprise)
        #expect(end.cancellation?.side == .agency && end.cancellation?.reason == "设备停产，双方同意取消。" && end.mayRefund == nil)
        #expect(end.refunds?.map { $0.confirmedAt != nil } == [true, false])
        #expect(try site.events(OrderRefunded.self).map(\.refund.number) == [1, 2, 1])
        guard case .page(let page) = try await site.get("/market/orders/\(id)", as: Stall.enterprise) else {
            Issue.record("no page")
            return
        }
        let text = page.content.description
        #expect(text.contains("服务机构于") && text.contains("确认收到第 2 笔退款") && text.contains("登记退款"))
    }

    @Test("免费的、还没有选定机构的订单没有可退的款项")
    func nothingToRefund() async throws {
        let stall = try await Stall()
        let id = try await stall.request().order
        try await stall.step(id, .quote, as: Stall.agency, amount: 0)
        #expect(await refusal { _ = try await stall.site.tell(RecordRefund(order: id, amount: Fen(1), reason: "退回。", refundedOn: stall.site.clock.now.day), as: Stall.window) }?.code == "market.no-refund")
        try await stall.step(id, .accept, as: Stall.enterprise, agency: Stall.code)
        #expect(await refusal { _ = try await stall.site.tell(RecordRefund(order: id, amount: Fen(1), reason: "退回。", refundedOn: stall.site.clock.now.day), as: Stall.agency) }?.code == "market.no-refund")
    }

    @Test("投诉：企业提出，机构限期答复，企业所在地窗口办结；机构所在地审核人员看得到，别人看不到")
    func complaints() async throws {
        let stall = try await Stall()
        let site = stall.site, order = try await accepted(stall)
        let id = try await complain(stall, order)
        #expect(await refusal { _ = try await complain(stall, order) }?.code == "market.complaint-open")
        #expect(try site.ask(FindComplaints(box: .agency), as: Stall.agency).items.map(\.id) == [id])
        #expect(try site.ask(FindComplaints(box: .staff), as: Stall.zhuzhou).items.map(\.id) == [id], "the agency's reviewers")
        #expect(try site.ask(FindComplaints(box: .staff), as: .window("430102")).items.isEmpty)
        #expect(throws: Refusal.self) { try site.ask(GetComplaint(id: id), as: Self.stranger) }
        func step(_ action: ComplaintAction, _ outcome: ComplaintOutcome? = nil, as actor: Actor) async throws {
            _ = try await site.tell(AdvanceComplaint(complaint: id, action: action, text: "设备未到，已改约并致歉。", outcome: outcome), as: actor)
        }
        #expect(await refusal { try await step(.close, .upheld, as: Stall.zhuzhou) }?.code == "market.complaint-side")
        #expect(await refusal { try await step(.answer, as: Stall.enterprise) }?.code == "market.complaint-side")
        #expect(await site.todos(as: Stall.agency).contains { $0.step == "答复" })
        try await step(.answer, as: Stall.agency)
        #expect(await refusal { try await step(.close, as: Stall.window) }?.faults.map(\.field) == ["outcome"])
        #expect(await site.todos(as: Stall.window).contains { $0.step == "办结" })
        try await step(.close, .partly, as: Stall.window)
        #expect(await refusal { try await step(.withdraw, as: Stall.enterprise) }?.code == "market.illegal-step")
        let end = try site.ask(GetComplaint(id: id), as: Stall.agency)
        #expect(end.card.state == .closed && end.card.outcome == .partly && end.card.due == nil && end.actions.isEmpty)
        #expect(try site.ask(GetAgency(code: Stall.creditCode()), as: Stall.zhuzhou).complaints == ComplaintCount(open: 0, closed: 1, upheld: 1))
        #expect(try site.ask(GetAgency(code: Stall.creditCode())).complaints == nil, "not for everybody")
        #expect(try site.ask(GetOrder(id: order), as: Stall.enterprise).complaints?.map(\.id) == [id])
        #expect(try site.events(ComplaintAdvanced.self).map(\.action) == [nil, .answer, .close])
        // Once closed, it may be complained of again.
        _ = try await complain(stall, order)
    }

    @Test("所有（投诉状态，步骤）组合，除列明的以外一律拒绝", arguments: ComplaintState.allCases)
    func everyPair(state: ComplaintState) {
        let legal: [(ComplaintState, ComplaintAction, ComplaintState)] = [
            (.filed, .answer, .answered), (.filed, .close, .closed), (.filed, .withdraw, .withdrawn), (.answered, .close, .closed), (.answered, .withdraw, .withdrawn),
        ]
        for action in ComplaintAction.allCases {
            #expect(ComplaintLife.step(from: state, by: action)?.to == legal.first { $0.0 == state && $0.1 == action }?.2)
        }
        #expect(ComplaintLife.steps.allSatisfy { $0.from != state } == state.isClosed)
    }

    @Test("机构不答复：逾期报一次，窗口可以径行办结")
    func silence() async throws {
        let stall = try await Stall()
        let id = try await complain(stall, accepted(stall))
        for _ in 0..<12 { await stall.site.advance(by: .seconds(86_400)) }
        #expect(try stall.site.events(ComplaintOverdue.self).map(\.complaint) == [id])
        #expect(await stall.site.todos(as: Stall.window).contains { $0.step == "催办：机构未答复" })
        _ = try await stall.site.tell(AdvanceComplaint(complaint: id, action: .close, text: "机构未答复，按企业陈述认定。", outcome: .upheld), as: Stall.window)
        #expect(try stall.site.events(ComplaintAdvanced.self).last?.wasLate == true)
    }

    @Test("期限前一个工作日提醒一次，逾期再报一次；评价不催")
    func reminders() async throws {
        let stall = try await Stall()
        let id = try await stall.request().order
        try await stall.step(id, .quote, as: Stall.agency, amount: 100)
        // Monday; seven working days to accept: Wednesday of next week, reminded on Tuesday at nine.
        for _ in 0..<7 { await stall.site.advance(by: .seconds(86_400)) }
        #expect(try stall.site.events(OrderDueSoon.self).isEmpty)
        await stall.site.advance(by: .seconds(86_400))
        #expect(try stall.site.events(OrderDueSoon.self).map(\.order) == [id] && stall.site.events(OrderOverdue.self).isEmpty)
        for _ in 0..<9 { await stall.site.advance(by: .seconds(86_400)) }
        #expect(try stall.site.events(OrderDueSoon.self).count == 1 && stall.site.events(OrderOverdue.self).map(\.order) == [id])
        let rated = try await stall.confirmed()
        for _ in 0..<40 { await stall.site.advance(by: .seconds(86_400)) }
        #expect(try stall.site.events(OrderDueSoon.self).filter { $0.order == rated && $0.state == .confirmed }.isEmpty)
    }

    @Test("By pages: complain from the order, answer at the agency's desk, close at the window; faults stand at the form")
    func pages() async throws {
        let stall = try await Stall()
        let site = stall.site, order = try await accepted(stall)
        func text(_ reply: PageReply) throws -> String {
            guard case .page(let page) = reply else {
                Issue.record("not a page: \(reply)")
                return ""
            }
            return page.title + page.content.description
        }
        #expect(try text(await site.get("/market/orders/\(order)", as: Stall.enterprise)).contains("对该订单提出投诉"))
        #expect(try text(await site.get("/market/complaints/new?order=\(order)", as: Stall.enterprise)).contains("演示·株洲智造服务有限公司"))
        #expect(try text(await site.post("/market/complaints", [("order", "\(order)"), ("kind", "fee"), ("text", "太贵")], as: Stall.enterprise)).contains("10–2000 个字"))
        let filed = try await site.post("/market/complaints", [("order", "\(order)"), ("kind", "fee"), ("text", "报价以外又收了上门费，请退回。")], as: Stall.enterprise)
        guard case .redirect(let path, _) = filed else {
            Issue.record("refused")
            return
        }
        let page = String(path.dropFirst("/test".count))
        _ = try await site.post("\(page)/advance", [("action", "answer"), ("text", "上门费已退回。")], as: Stall.agency)
        #expect(try text(await site.get(page, as: Stall.window)).contains("调查结论"))
        _ = try await site.post("\(page)/advance", [("action", "close"), ("text", "已退回。"), ("outcome", "settled")], as: Stall.window)
        #expect(try text(await site.get(page, as: Stall.enterprise)).contains("双方和解"))
        for (box, actor) in [("enterprise", Stall.enterprise), ("agency", Stall.agency), ("staff", Stall.window)] {
            #expect(try text(await site.get("/market/complaints?box=\(box)", as: actor)).contains("T20260302-00001"), "\(box)")
        }
    }
}

extension NetworkTests {
    @Test("跨站点：浏阳的投诉到株洲的机构和审核人员，答复回到浏阳办结；退款由株洲登记，浏阳确认")
    func afterwards() async throws {
        let order = try await liuyang.tell(
            PlaceOrder(agencies: [try Stall.creditCode()], title: "注塑车间设备联网", category: "digital", description: "二十台注塑机联网。"), as: Stall.enterprise
        ).order
        await network.settle()
        try await step(zhuzhou, order, .quote, as: Stall.agency, amount: 100_000)
        try await step(liuyang, order, .accept, as: Stall.enterprise, agency: Stall.code)
        let id = try await liuyang.tell(FileComplaint(order: order, kind: .delay, text: "约定本周开始，至今没有上门，请尽快安排。"), as: Stall.enterprise).complaint
        await network.settle()
        #expect(try zhuzhou.ask(FindComplaints(box: .staff), as: Stall.zhuzhou).items.map(\.id) == [id])
        #expect(try hunan.ask(FindComplaints(box: .staff), as: .province).items.isEmpty, "above they know the event, not the text")
        #expect(await refusal { _ = try await zhuzhou.tell(AdvanceComplaint(complaint: id, action: .close, text: "办结。", outcome: .upheld), as: Stall.zhuzhou) }?.code == "market.decided-elsewhere")
        _ = try await zhuzhou.tell(AdvanceComplaint(complaint: id, action: .answer, text: "设备未到，已改约。"), as: Stall.agency)
        await network.settle()
        _ = try await liuyang.tell(AdvanceComplaint(complaint: id, action: .close, text: "已改约。", outcome: .settled), as: Stall.window)
        await network.settle()
        let copy = try zhuzhou.ask(GetComplaint(id: id), as: Stall.agency)
        #expect(copy.card.state == .closed && copy.answer == "设备未到，已改约。" && copy.isPending == nil)
        _ = try await zhuzhou.tell(RecordRefund(order: order, amount: Fen(20_000), reason: "延误，退回两成。", refundedOn: zhuzhou.clock.now.day), as: Stall.agency)
        await network.settle()
        _ = try await liuyang.tell(ConfirmRefund(order: order, number: 1), as: Stall.enterprise)
        await network.settle()
        #expect(try zhuzhou.ask(GetOrder(id: order), as: Stall.agency).refunds?.first?.confirmedAt != nil)
    }
}
