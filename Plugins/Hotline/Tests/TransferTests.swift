import HotlineContracts
import Messages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import HotlinePlugin

@Suite("与 12345 互转")
struct TransferTests {
    static let twelve = Actor(
        kind: .partner, id: "changsha-12345", name: "演示·12345", grants: [Grant(.cityStaff, in: RegionCode("430100"))])
    /// The same partner in the role that its contract names for steps of a unit.
    static let asUnit = Actor(
        kind: .partner, id: "changsha-12345", name: "演示·12345",
        grants: [Grant(.departmentHandler, in: RegionCode("430100"))], organisation: Desk.bankCode)

    private func handOver(_ desk: Desk, _ number: String = "CS-1", due: String? = nil) async throws -> TransferReceipt {
        try await desk.site.tell(
            TransferOrder(
                foreignNumber: number, title: "咨询加计扣除的资料", content: "想了解研发费用辅助账。", category: "05",
                region: #require(RegionCode("430181")),
                acceptedAt: #require(Timestamp("2026-02-10T09:00:00+08:00")), due: due.flatMap { Timestamp($0) }),
            as: Self.twelve)
    }

    @Test("转入：一对编号，重复转入是同一件；期限自对方受理起算且不晚于对方承诺；由对方评价一次，不满意在本站重办")
    func received() async throws {
        let desk = try await Desk()
        let receipt = try await handOver(desk)
        #expect(receipt.direction == .received)
        #expect(try await handOver(desk).number == receipt.number)
        #expect(try desk.site.ask(FindOrders(), as: Desk.seat).total == 1)
        let number = receipt.number
        try await desk.step(number, .accept, as: Desk.seat)
        try await desk.step(number, .dispatch, as: Desk.seat, unit: "tax")
        // Five working days from 02-10 over 春节: 02-11, 12, 13, the worked Saturday 02-14, then 02-24.
        #expect(try desk.site.ask(GetTransfer(foreignNumber: "CS-1"), as: Self.twelve).due == Day("2026-02-24")?.end)
        try await desk.step(number, .sign, as: Desk.tax)
        try await desk.step(number, .answer, as: Desk.tax, text: "答复：请留存辅助账。")
        #expect(try desk.site.ask(GetTransfer(foreignNumber: "CS-1"), as: Self.twelve).answer == nil)
        let early = RateTransfer(foreignNumber: "CS-1", satisfaction: .satisfied)
        #expect(await refusal { _ = try await desk.site.tell(early, as: Self.twelve) }?.code == "hotline.illegal-step")
        try await desk.step(number, .approve, as: Desk.seat)
        #expect(try desk.site.ask(GetTransfer(foreignNumber: "CS-1"), as: Self.twelve).answer == "答复：请留存辅助账。")
        #expect(
            await refusal { try await desk.step(number, .revisit, as: Desk.colleague, satisfaction: .satisfied) }?.code
                == "hotline.rated-elsewhere")
        let rated = try await desk.site.tell(
            RateTransfer(foreignNumber: "CS-1", satisfaction: .unsatisfied, text: "没有说清"), as: Self.twelve)
        #expect(rated.state == .dispatching)
        #expect(try desk.detail(number).card.redo == 1)
        // The work that is done again has a time of its own, not what is left of the first.
        await desk.site.advance(by: .seconds(20 * 86_400))
        try await desk.step(number, .dispatch, as: Desk.seat, unit: "tax")
        let due = try #require(try desk.site.ask(GetTransfer(foreignNumber: "CS-1"), as: Self.twelve).due)
        #expect(due > desk.site.clock.now)
    }

    @Test("对方承诺的期限更早时以其为准")
    func promised() async throws {
        let desk = try await Desk()
        let number = try await handOver(desk, due: "2026-02-12T18:00:00+08:00").number
        try await desk.step(number, .accept, as: Desk.seat)
        try await desk.step(number, .dispatch, as: Desk.seat, unit: "tax")
        #expect(
            try desk.site.ask(GetTransfer(foreignNumber: "CS-1"), as: Self.twelve).due
                == Timestamp("2026-02-12T18:00:00+08:00"))
    }

    @Test("转出：派给对方即转交，对方登记编号、签收、答复；评价在本站进行，对方不能评价；编号一一对应")
    func handedOver() async throws {
        let desk = try await Desk()
        var orders: [OrderNumber] = []
        for _ in 0..<2 {
            let number = try await desk.order()
            try await desk.step(number, .accept, as: Desk.seat)
            try await desk.step(number, .dispatch, as: Desk.seat, unit: "bank")
            orders.append(number)
        }
        let receipt = try await desk.site.tell(NumberTransfer(order: orders[0], foreignNumber: "CS-9"), as: Self.asUnit)
        #expect(receipt.direction == .handedOver)
        #expect(
            try await desk.site.tell(NumberTransfer(order: orders[0], foreignNumber: "CS-9"), as: Self.asUnit)
                == receipt)
        for (order, number) in [(orders[1], "CS-9"), (orders[0], "CS-10")] {
            #expect(
                await refusal {
                    _ = try await desk.site.tell(NumberTransfer(order: order, foreignNumber: number), as: Self.asUnit)
                }?.faults.map(\.field) == ["foreignNumber"])
        }
        #expect(
            await refusal {
                _ = try await desk.site.tell(NumberTransfer(order: orders[0], foreignNumber: "CS-9"), as: Desk.tax)
            }?.code == "hotline.order-unknown")
        try await desk.step(orders[0], .sign, as: Self.asUnit)
        try await desk.step(orders[0], .answer, as: Self.asUnit, text: "答复：已由12345办理。")
        try await desk.step(orders[0], .approve, as: Desk.seat)
        let rating = RateTransfer(foreignNumber: "CS-9", satisfaction: .satisfied)
        #expect(
            await refusal { _ = try await desk.site.tell(rating, as: Self.twelve) }?.code == "hotline.rated-elsewhere")
        try await desk.step(orders[0], .revisit, as: Desk.colleague, satisfaction: .satisfied)
        #expect(try desk.site.ask(GetTransfer(foreignNumber: "CS-9"), as: Self.asUnit).satisfaction == .satisfied)
    }

    @Test("Another partner's numbers are its own; moments that cannot be are refused together")
    func foreign() async throws {
        let desk = try await Desk()
        _ = try await handOver(desk)
        let other = Actor(
            kind: .partner, id: "zhuzhou-12345", name: "演示", grants: [Grant(.cityStaff, in: RegionCode("430100"))])
        #expect(
            await refusal { _ = try desk.site.ask(GetTransfer(foreignNumber: "CS-1"), as: other) }?.code
                == "hotline.transfer-unknown")
        let wrong = TransferOrder(
            foreignNumber: "CS-2", title: "咨询加计扣除的资料", content: "想了解资料。", category: "05",
            region: try #require(RegionCode("430181")),
            acceptedAt: desk.site.clock.now + .seconds(3600), due: desk.site.clock.now)
        #expect(
            await refusal { _ = try await desk.site.tell(wrong, as: Self.twelve) }?.faults.map(\.field) == [
                "acceptedAt", "due",
            ])
    }
}
