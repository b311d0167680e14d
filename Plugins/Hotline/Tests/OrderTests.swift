import HotlineContracts
import Messages
import PluginKit
import Store
import TestKit
import Testing
import Vocabulary

@testable import HotlinePlugin

@Suite("工单办理")
struct OrderTests {
    func at(_ text: String) throws -> Timestamp { try #require(Timestamp(text + ":00+08:00")) }
    func clock(_ title: String, _ detail: OrderDetail) throws -> OrderDetail.ClockView { try #require(detail.clocks.first { $0.title == title }) }

    @Test("来电→登记→派单→退回→改派并协办→答复→办结→回访不满意→重办换人→办结归档，跨2026年春节各项期限正确")
    func wholeWay() async throws {
        let desk = try await Desk()
        let number = try await desk.order(phone: "13800000001")
        #expect(number.description == "HT20260211-430181-0001")
        // One working day from Wednesday; 五个工作日 over 春节 ends on 02-25, since Saturday 02-14 is worked.
        #expect(try clock("审核", desk.detail(number)).due == Day("2026-02-12")?.end)
        try await desk.step(number, .accept, as: Desk.seat)
        try await desk.step(number, .dispatch, as: Desk.seat, unit: "bank")
        // Banks do not work the make-up Saturday: one day more.
        #expect(try clock("办理", desk.detail(number)).due == Day("2026-02-26")?.end)
        try await desk.go(to: "2026-02-12T09:00")
        try await desk.step(number, .sendBack, as: Desk.bank, text: "属税务事项。", unit: "tax")
        #expect(try desk.detail(number).card.state == .returned)
        try await desk.step(number, .redispatch, as: Desk.seat, text: "改派税务。", unit: "tax", assistants: ["bank"])
        // One order, one clock: it runs on.
        #expect(try clock("办理", desk.detail(number)).due == Day("2026-02-26")?.end)
        try await desk.step(number, .sign, as: Desk.tax)
        try await desk.step(number, .assist, as: Desk.bank, text: "资金监管方面无意见。")
        try await desk.step(number, .answer, as: Desk.tax, text: "答复：请留存辅助账。")
        try await desk.step(number, .approve, as: Desk.seat)
        let first = try desk.detail(number)
        #expect(first.assistants.first?.opinion == "资金监管方面无意见。")
        #expect(try clock("办理", first).stopped != nil)
        #expect(try clock("回访", first).due == Day("2026-02-24")?.end)
        try await desk.step(number, .revisit, as: Desk.colleague, text: "企业认为没有说清。", satisfaction: .unsatisfied)
        #expect(try desk.detail(number).card.state == .dispatching)
        #expect(try desk.detail(number).card.redo == 1)
        // The second round begins on the last day before the holidays, and every clock of it is its own: 派单 and 签收 one working day,
        // which is the made-up Saturday; 办理 five, over 春节.
        try await desk.go(to: "2026-02-13T15:00")
        let again = try desk.detail(number)
        #expect(try clock("派单", again).start == at("2026-02-12T09:00") && clock("派单", again).due == Day("2026-02-13")?.end)
        #expect(try clock("办理", again).stopped != nil)
        try await desk.step(number, .dispatch, as: Desk.seat, unit: "tax")
        let dispatched = try desk.detail(number)
        #expect(try clock("派单", dispatched).stopped == at("2026-02-13T15:00") && !clock("派单", dispatched).isOverdue)
        #expect(try clock("签收", dispatched).due == Day("2026-02-14")?.end)
        let handling = try clock("办理", dispatched)
        #expect(try handling.start == at("2026-02-13T15:00") && handling.stopped == nil && handling.changes.isEmpty)
        // 02-14, then 24, 25, 26, 27.
        #expect(handling.due == Day("2026-02-27")?.end)
        #expect(try dispatched.card.due == clock("签收", dispatched).due)
        #expect(await refusal { try await desk.step(number, .sign, as: Desk.tax) }?.code == "hotline.same-handler")
        try await desk.go(to: "2026-02-14T10:00")
        try await desk.step(number, .sign, as: Desk.otherTax)
        #expect(try !clock("签收", desk.detail(number)).isOverdue)
        // Nothing is overdue over the holidays; answered on the first day after them.
        try await desk.go(to: "2026-02-24T09:30")
        #expect(try !desk.detail(number).card.isOverdue)
        // Nor may the first one answer once a colleague has signed.
        #expect(await refusal { try await desk.step(number, .answer, as: Desk.tax, text: "同一答复。") }?.code == "hotline.same-handler")
        try await desk.step(number, .answer, as: Desk.otherTax, text: "答复：附辅助账样表。")
        #expect(try clock("答复审核", desk.detail(number)).due == Day("2026-02-25")?.end)
        try await desk.step(number, .approve, as: Desk.seat)
        // Three working days: 25, 26, 27.
        #expect(try clock("回访", desk.detail(number)).due == Day("2026-02-27")?.end)
        try await desk.step(number, .revisit, as: Desk.colleague, text: "企业满意。", satisfaction: .satisfied)
        #expect(try desk.detail(number).clocks.allSatisfy { $0.stopped != nil && !$0.isOverdue })
        let last = try desk.detail(number)
        #expect(last.card.state == .archived)
        #expect(last.satisfaction == .satisfied)
        #expect(last.steps.map(\.title).prefix(4) == ["登记", "审核通过", "派单", "退回"])
        #expect(try desk.site.events(OrderRated.self).map(\.redone) == [true, false])
        let figures = try desk.site.ask(GetStatistics())
        #expect(figures.shares.first { $0.title == "满意率" }.map { [$0.numerator, $0.denominator] } == [1, 2])
        #expect(figures.shares.first { $0.title == "重办率" }.map { [$0.numerator, $0.denominator] } == [1, 2])
    }

    @Test("Who handled a matter cannot rate it, approve their own answer, or grant their own extension")
    func nobodyJudgesTheirOwn() async throws {
        let desk = try await Desk()
        let number = try await desk.order()
        try await desk.step(number, .accept, as: Desk.seat)
        try await desk.step(number, .dispatch, as: Desk.seat, unit: "window")
        try await desk.step(number, .sign, as: Desk.seat)
        try await desk.step(number, .answer, as: Desk.seat, text: "答复：见附件。")
        #expect(await refusal { try await desk.step(number, .approve, as: Desk.seat) }?.code == "hotline.own-answer")
        try await desk.step(number, .approve, as: Desk.colleague)
        #expect(await refusal { try await desk.step(number, .revisit, as: Desk.seat, satisfaction: .satisfied) }?.code == "hotline.own-rating")
        try await desk.step(number, .revisit, as: Desk.colleague, satisfaction: .satisfied)
    }

    @Test("延期：主办单位申请，主管批准，次数和时长有限；批准后期限可见地移动")
    func extensions() async throws {
        let desk = try await Desk()
        let number = try await desk.handled()
        #expect(await refusal { try await desk.step(number, .askExtension, as: Desk.tax, text: "情况复杂", days: 11) }?.code == "hotline.clock")
        try await desk.step(number, .askExtension, as: Desk.tax, text: "需要现场核实", days: 3)
        #expect(await refusal { try await desk.step(number, .askExtension, as: Desk.tax, text: "再来", days: 2) }?.code == "hotline.request-pending")
        #expect(await refusal { try await desk.step(number, .grantExtension, as: Desk.tax) }?.code == "hotline.not-your-step")
        try await desk.step(number, .grantExtension, as: Desk.changsha, text: nil)
        let handling = try clock("办理", desk.detail(number))
        #expect(handling.due == Day("2026-02-28")?.end)
        #expect(handling.changes.count == 1)
        #expect(await refusal { try await desk.step(number, .askExtension, as: Desk.tax, text: "还要", days: 1) }?.message.contains("最多延期 1 次") == true)
    }

    @Test("单位自己的休息日和上班日由主管填写，保存后开始的期限按它算，已经告知的不变；写错的逐项说明")
    func ownDays() async throws {
        let desk = try await Desk(now: "2026-03-02T10:00:00+08:00")
        let first = try await desk.handled()
        #expect(try clock("办理", desk.detail(first)).due == Day("2026-03-09")?.end)
        func save(_ fields: [(String, String)]) async throws -> PageReply {
            try await desk.site.post(
                "/hotline/units",
                [("id", "tax"), ("title", "测试·tax"), ("region", "430100"), ("creditCode", "11430000MA0D03015X"), ("categories", "05")] + fields, as: Desk.changsha)
        }
        guard case .page(let wrong) = try await save([("closedDays", "三月五日"), ("openDays", "2026-03-09 至 2026-03-01")]) else {
            Issue.record("accepted")
            return
        }
        #expect(wrong.status == 422 && wrong.content.description.ranges(of: "日期应一行一个").count >= 4)
        guard case .page(let both) = try await save([("closedDays", "2026-03-05"), ("openDays", "2026-03-05")]) else {
            Issue.record("accepted")
            return
        }
        #expect(both.content.description.contains("2026-03-05 不能既是本单位休息日又是上班日"))
        guard case .redirect = try await save([("closedDays", "2026-03-05 至 2026-03-06\n2026-04-01"), ("openDays", "2026-03-07")]) else {
            Issue.record("not saved")
            return
        }
        let second = try await desk.handled()
        // Thursday and Friday off, Saturday worked: one day later.
        #expect(try clock("办理", desk.detail(second)).due == Day("2026-03-10")?.end)
        #expect(try clock("办理", desk.detail(first)).due == Day("2026-03-09")?.end)
        #expect(try desk.site.events(UnitSet.self).last?.unit.closedDays?.map(\.description) == ["2026-03-05", "2026-03-06", "2026-04-01"])
        // A change of something else leaves them; cleared they are gone.
        _ = try await save([])
        guard case .page(let page) = try await desk.site.get("/hotline/units", as: Desk.changsha) else { return }
        #expect(page.content.description.contains("另休 2026-03-05 至 2026-03-06、2026-04-01；另上班 2026-03-07"))
        _ = try await save([("clearsDays", "yes")])
        #expect(try desk.site.events(UnitSet.self).last?.unit.closedDays == [])
        let third = try await desk.handled()
        #expect(try clock("办理", desk.detail(third)).due == Day("2026-03-09")?.end)
    }

    @Test("挂起：批准后停止计时，只能做少数动作，期满自动恢复")
    func suspension() async throws {
        let desk = try await Desk(now: "2026-03-02T10:00:00+08:00")
        let number = try await desk.handled()
        try await desk.step(number, .askSuspension, as: Desk.tax, text: "等企业补充材料", days: 2)
        try await desk.step(number, .grantSuspension, as: Desk.changsha, text: nil)
        #expect(try desk.detail(number).card.due == nil)
        #expect(await refusal { try await desk.step(number, .answer, as: Desk.tax) }?.code == "hotline.suspended")
        try await desk.go(to: "2026-03-05T01:00")
        let detail = try desk.detail(number)
        #expect(!detail.card.isSuspended)
        #expect(detail.steps.last?.title == "挂起期满，自动恢复办理")
        // Paused from 03-02 to 03-05: 03-03, 04 and 05 do not count.
        #expect(detail.card.due == Day("2026-03-12")?.end)
    }

    @Test("催办有自己的计时，主办单位反馈后停止；督办由主管发起和解除")
    func marks() async throws {
        let desk = try await Desk()
        let number = try await desk.handled()
        try await desk.step(number, .urge, as: Desk.seat)
        #expect(try desk.detail(number).card.isUrged)
        try await desk.step(number, .note, as: Desk.tax, text: "正在核实。")
        #expect(try !desk.detail(number).card.isUrged)
        #expect(try clock("催办反馈", desk.detail(number)).stopped != nil)
        #expect(await refusal { try await desk.step(number, .supervise, as: Desk.seat) }?.code == "hotline.not-your-step")
        try await desk.step(number, .supervise, as: Desk.changsha, text: "三日内报告。")
        #expect(try desk.detail(number).card.isSupervised)
        try await desk.step(number, .endSupervision, as: Desk.changsha, text: "已报告。")
        #expect(try !desk.detail(number).card.isSupervised)
    }

    @Test("退回须在期限内并指明应由谁办理")
    func sendingBack() async throws {
        let desk = try await Desk(now: "2026-03-02T10:00:00+08:00")
        let number = try await desk.handled()
        #expect(await refusal { try await desk.step(number, .sendBack, as: Desk.tax, text: "不是我们的。") }?.faults.map(\.field) == ["unit"])
        #expect(await refusal { try await desk.step(number, .sendBack, as: Desk.tax, text: "不是我们的。", unit: "tax") }?.faults.map(\.field) == ["unit"])
        try await desk.go(to: "2026-03-04T08:00")
        #expect(await refusal { try await desk.step(number, .sendBack, as: Desk.tax, text: "不是我们的。", unit: "bank") }?.code == "hotline.return-too-late")
    }

    @Test("临期提醒、逾期、逾期后再提醒并自动督办，各一次")
    func reminders() async throws {
        let desk = try await Desk(now: "2026-03-02T10:00:00+08:00")
        let number = try await desk.handled()
        try await desk.go(to: "2026-03-20T10:00")
        let calls = try desk.site.events(OrderDue.self).filter { $0.clock == "handle" }
        #expect(calls.map(\.kind) == [.near, .overdue, .stillOverdue, .stillOverdue])
        let detail = try desk.detail(number)
        #expect(detail.card.isOverdue)
        #expect(detail.card.isSupervised)
        #expect(detail.steps.count { $0.title == "逾期未办，自动督办" } == 1)
        try await desk.step(number, .answer, as: Desk.tax, text: "答复：迟复为歉。")
        try await desk.step(number, .approve, as: Desk.seat)
        let share = try desk.site.ask(GetStatistics()).shares.first { $0.title == "按期办结率" }
        #expect(share.map { [$0.numerator, $0.denominator] } == [0, 1])
    }

    @Test("A command sent twice has one effect, and who saw an older state is told so")
    func repetition() async throws {
        let desk = try await Desk()
        let number = try await desk.order()
        let id = try #require(MessageID("01900000-0000-7000-8000-0000000000ab"))
        let accept = AdvanceOrder(order: number, action: .accept, expected: .registered)
        #expect(try await desk.site.tell(accept, as: Desk.seat, id: id) == desk.site.tell(accept, as: Desk.seat, id: id))
        #expect(try desk.detail(number).steps.count == 2)
        #expect(await refusal { _ = try await desk.site.tell(accept, as: Desk.seat) }?.code == "hotline.state-moved-on")
    }

    @Test("Numbers count by day and region; the directory proposes the unit by category and region, with the reason")
    func numbersAndProposals() async throws {
        let desk = try await Desk()
        #expect(try await desk.order().description.hasSuffix("-0001"))
        #expect(try await desk.order().description.hasSuffix("-0002"))
        let units = try desk.site.ask(FindUnits(region: RegionCode("430181"), category: "05"), as: Desk.seat).units
        #expect(units.first?.unit.id.description == "tax")
        #expect(units.first?.reason == "承办“税费”，管辖长沙市")
        #expect(units.dropFirst().allSatisfy { $0.reason == nil })
    }
}

@Suite("查询码与评价")
struct LookUpTests {
    @Test("Number and code show the matter without names; the rating counts as the caller's own, once")
    func lookUpAndRate() async throws {
        let desk = try await Desk()
        let number = try await desk.concluded()
        let found = try desk.site.ask(LookUpOrder(number: number, code: "k7qp 3m9x w2rt"))
        #expect(found.answer == "答复：请留存辅助账。")
        #expect(found.mayRate)
        _ = try await desk.site.tell(RateOrder(number: number, code: "K7QP-3M9X-W2RT", satisfaction: .satisfied), as: .visitor)
        #expect(try desk.detail(number).ratingSource == .caller)
        #expect(await refusal { _ = try await desk.site.tell(RateOrder(number: number, code: "K7QP-3M9X-W2RT", satisfaction: .satisfied), as: .visitor) }?.code == "hotline.illegal-step")
    }

    @Test("Wrong codes and unknown numbers get one answer and are slowed; later it goes on")
    func guessing() async throws {
        let desk = try await Desk()
        let number = try await desk.order()
        let unknown = try #require(OrderNumber("HT20260211-430181-9999"))
        for _ in 0..<10 {
            #expect(await refusal { _ = try desk.site.ask(LookUpOrder(number: number, code: "2222-2222-2222")) }?.code == "hotline.lookup-failed")
        }
        #expect(await refusal { _ = try desk.site.ask(LookUpOrder(number: unknown, code: "2222-2222-2222")) }?.code == "hotline.lookup-failed")
        let slowed = await refusal { _ = try desk.site.ask(LookUpOrder(number: number, code: "K7QP-3M9X-W2RT")) }
        #expect(slowed?.status == 429)
        #expect(slowed?.retryAfter != nil)
        desk.site.clock.advance(by: .seconds(601))
        #expect(try desk.site.ask(LookUpOrder(number: number, code: "K7QP-3M9X-W2RT")).number == number)
    }

    @Test("A lost code is replaced by the desk, and the old one is void")
    func newCode() async throws {
        let desk = try await Desk()
        let number = try await desk.order()
        let code = LookupCode.random()
        _ = try await desk.site.tell(IssueCode(number: number, lookup: code.digest(for: Rulebook.lookupPurpose)), as: Desk.seat)
        #expect(try desk.site.ask(LookUpOrder(number: number, code: code.description)).number == number)
        #expect(await refusal { _ = try desk.site.ask(LookUpOrder(number: number, code: "K7QP-3M9X-W2RT")) } != nil)
    }

    @Test("The code that the page shows is nowhere in the site's files, nor is the caller's number")
    func nothingInTheOpen() async throws {
        let desk = try await Desk()
        let reply = try await desk.site.post(
            "/hotline/orders",
            [
                ("title", "咨询贷款贴息"), ("content", "想了解今年贴息的比例。"), ("category", "03"), ("region", "430181"), ("urgency", "normal"),
                ("channel", "telephone"), ("phone", "13912345678"), ("name", "诸葛亮亮"),
            ], as: Desk.seat)
        guard case .page(let page) = reply else {
            Issue.record("not a page: \(reply)")
            return
        }
        let text = page.content.description
        let code = try #require(text.firstMatch(of: /[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}/)).output
        #expect(try desk.site.ask(LookUpOrder(number: #require(OrderNumber("HT20260211-430181-0001")), code: String(code))).state == .registered)
        let file = try #require(desk.site.stores.first)
        try #expect(!contains(String(code), in: desk.site.folder))
        try #expect(!contains("13912345678", in: desk.site.folder))
        try #expect(!contains("诸葛亮亮", in: desk.site.folder))
        #expect(file.plugin == "hotline")
        // Who handles it sees them.
        let detail = try desk.detail(#require(OrderNumber("HT20260211-430181-0001")))
        #expect(detail.callerPhone?.masked == "139****5678")
    }
}
