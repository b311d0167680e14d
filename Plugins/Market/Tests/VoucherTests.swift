import MarketContracts
import Messages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import MarketPlugin

extension Stall {
    static let price = Price(.fixed, amount: Fen(500_000), unit: "次")

    /// A listed service at ¥5,000 that takes vouchers.
    func vouchered(places: Int? = nil) async throws -> MessageID {
        var service = Stall.service("注塑车间设备联网", nature: .paid, price: Stall.price, places: places)
        service.takesVouchers = true
        return try await list(service)
    }

    func issue(_ count: Int, region code: String = "430181", perEnterprise: Int = 100, as actor: Actor = Stall.window)
        async throws -> MessageID
    {
        try await site.tell(
            IssueVouchers(
                title: "数字化转型服务券", value: Fen(200_000), count: count, region: region(code), categories: ["digital"],
                perEnterprise: perEnterprise,
                validUntil: site.clock.now.day + 30), as: actor
        ).batch
    }

    func place(_ service: MessageID, slot: MessageID? = nil, as actor: Actor = Stall.enterprise) async throws
        -> OrderReceipt
    {
        try await site.tell(PlaceOrder(service: service, description: "请按列明的内容办理。", slot: slot), as: actor)
    }
}

/// So many at once; what each met: the value's words or the code of the refusal.
func atOnce(_ count: Int, _ body: @escaping @Sendable (Int) async throws -> String) async -> [String] {
    await withTaskGroup(of: String.self) { group in
        for number in 0..<count {
            group.addTask {
                do { return try await body(number) } catch { return (error as? Refusal)?.code ?? "\(error)" }
            }
        }
        return await group.reduce(into: [String]()) { $0.append($1) }
    }
}

@Suite("服务券")
struct VoucherTests {
    @Test(
        "The last vouchers under concurrency: of twelve orders at once exactly three get one; cancelling gives it back, once"
    )
    func lastVoucher() async throws {
        let stall = try await Stall()
        let service = try await stall.vouchered(), batch = try await stall.issue(3)
        var orders: [MessageID] = []
        for _ in 0..<12 { orders.append(try await stall.place(service).order) }
        let placed = orders
        let outcomes = await atOnce(12) {
            try await stall.site.tell(RedeemVoucher(order: placed[$0], batch: batch), as: Stall.enterprise).state
                .rawValue
        }
        #expect(
            outcomes.count { $0 == "used" } == 3 && outcomes.count { $0 == "market.vouchers-gone" } == 9, "\(outcomes)")
        func left() throws -> Int { try stall.site.ask(GetVouchers(id: batch)).left }
        #expect(try left() == 0)
        let entries = try stall.site.ask(FindVoucherEntries(batch: batch), as: Stall.window).items
        #expect(
            entries.count == 3
                && entries.allSatisfy { $0.discount == Fen(200_000) && $0.agency.code.description == Stall.code })
        let lucky = try #require(entries.first?.order)
        let again = await atOnce(4) { _ in
            try await stall.step(lucky, .cancel, as: Stall.enterprise, note: "计划有变。").rawValue
        }
        #expect(again.count { $0 == "cancelled" } == 1)
        #expect(
            try left() == 1 && stall.site.ask(GetOrder(id: lucky), as: Stall.enterprise).voucher?.state == .returned)
        let other = try #require(orders.first { order in !entries.contains { $0.order == order } })
        #expect(
            try await stall.site.tell(RedeemVoucher(order: other, batch: batch), as: Stall.enterprise).discount
                == Fen(200_000))
        #expect(try left() == 0)
    }

    @Test(
        "A double click uses one voucher; a second one on the same order, a second one of the same enterprise are refused"
    )
    func limits() async throws {
        let stall = try await Stall()
        let service = try await stall.vouchered(), batch = try await stall.issue(10, perEnterprise: 1),
            more = try await stall.issue(10)
        let order = try await stall.place(service).order, second = try await stall.place(service).order
        let clicks = await atOnce(6) { _ in
            try await stall.site.tell(RedeemVoucher(order: order, batch: batch), as: Stall.enterprise).state.rawValue
        }
        #expect(clicks == Array(repeating: "used", count: 6))
        #expect(try stall.site.ask(GetVouchers(id: batch)).taken == 1)
        func redeem(_ order: MessageID, _ batch: MessageID) async -> String? {
            await refusal {
                _ = try await stall.site.tell(RedeemVoucher(order: order, batch: batch), as: Stall.enterprise)
            }?.code
        }
        #expect(await redeem(order, more) == "market.voucher-in-use")
        #expect(await redeem(second, batch) == "market.voucher-unfit")
        #expect(
            try stall.site.ask(FindVouchers(order: second), as: Stall.enterprise).map(\.id) == [more],
            "only what can be used is offered")
        let elsewhere = try await stall.issue(10, region: "430200", as: Stall.zhuzhou)
        #expect(await redeem(second, elsewhere) == "market.voucher-unfit")
        _ = try await stall.site.tell(CloseVouchers(batch: more), as: Stall.window)
        #expect(await redeem(second, more) == "market.voucher-unfit")
        let free = try await stall.list(Stall.service("免费的数字化诊断"))
        let gift = try await stall.place(free).order
        #expect(await redeem(gift, batch) == "market.voucher-unfit")
        #expect(await refusal { _ = try await stall.issue(10, region: "430200") }?.code == "market.region-not-yours")
        #expect(throws: Refusal.self) { try stall.site.ask(FindVoucherEntries(batch: elsewhere), as: Stall.window) }
    }

    @Test("What is wrong with a batch is said all at once")
    func faults() async throws {
        let stall = try await Stall()
        let wrong = IssueVouchers(
            title: "券", value: .zero, count: 0, region: try region("430181"), categories: ["none"], perEnterprise: 0,
            validUntil: stall.site.clock.now.day - 1)
        let faults = await refusal { _ = try await stall.site.tell(wrong, as: Stall.window) }?.faults.map(\.field) ?? []
        #expect(faults == ["title", "value", "count", "perEnterprise", "categories", "validUntil"])
    }

    @Test(
        "Over the network: a county's order uses a voucher of the hub, the hub counts it, the agency sees it; of two for the last one, one is refused with the reason"
    )
    func network() async throws {
        let network = try await TestNetwork([InstalledPlugin(Market.self)])
        let (hunan, liuyang, zhuzhou) = (network["hunan"], network["liuyang"], network["zhuzhou"])
        _ = try await zhuzhou.tell(
            SaveAgency(
                title: "演示·株洲智造服务有限公司", region: region("430200"), categories: ["digital"], summary: "为中小制造企业提供数字化诊断服务。",
                submit: true), as: Stall.agency)
        _ = try await zhuzhou.tell(AdvanceAgency(agency: Stall.creditCode(), action: .approve), as: Stall.zhuzhou)
        var service = Stall.service("注塑车间设备联网", nature: .paid, price: Stall.price)
        service.takesVouchers = true
        let id = try await zhuzhou.tell(service, as: Stall.agency).service
        _ = try await zhuzhou.tell(AdvanceService(service: id, action: .approve), as: Stall.zhuzhou)
        let batch = try await hunan.tell(
            IssueVouchers(
                title: "全省数字化服务券", value: Fen(900_000), count: 1, region: region("430000"),
                validUntil: hunan.clock.now.day + 30), as: .province
        ).batch
        await network.settle()
        let actors = [Stall.enterprise, Stall.person("second", .enterprise, "91430181MA0TE5T168", "430181")]
        var orders: [MessageID] = []
        for actor in actors {
            orders.append(try await liuyang.tell(PlaceOrder(service: id, description: "请按列明的内容办理。"), as: actor).order)
        }
        await network.settle()
        for (order, actor) in zip(orders, actors) {
            #expect(try liuyang.ask(FindVouchers(order: order), as: actor).map(\.id) == [batch])
        }
        for (order, actor) in zip(orders, actors) {
            #expect(try await liuyang.tell(RedeemVoucher(order: order, batch: batch), as: actor).state == .asked)
        }
        await network.settle()
        let uses = try zip(orders, actors).map { try #require(try liuyang.ask(GetOrder(id: $0), as: $1).voucher) }
        #expect(Set(uses.map(\.state)) == [.used, .refused])
        #expect(uses.first { $0.state == .refused }?.note?.contains("已用完") == true)
        #expect(uses.allSatisfy { $0.discount == Fen(500_000) }, "never more than the order costs")
        let winner = uses[0].state == .used ? 0 : 1
        #expect(try zhuzhou.ask(GetOrder(id: orders[winner]), as: Stall.agency).voucher?.state == .used)
        #expect(try hunan.ask(FindVoucherEntries(batch: batch), as: .province).items.map(\.order) == [orders[winner]])
        #expect(try liuyang.ask(GetVouchers(id: batch)).left == 0)
        _ = try await liuyang.tell(
            AdvanceOrder(order: orders[winner], action: .cancel, note: "计划有变。"), as: actors[winner])
        await network.settle()
        #expect(try hunan.ask(GetVouchers(id: batch)).left == 1 && liuyang.ask(GetVouchers(id: batch)).left == 1)
        #expect(
            await refusal {
                _ = try await hunan.tell(ReturnVoucher(batch: batch, order: orders[winner]), as: .system("market"))
            }?.code == "market.voucher-unknown")
    }
}
