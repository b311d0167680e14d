import MarketContracts
import Messages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import MarketPlugin

extension Stall {
    /// A listed service that is booked.
    func booked(_ price: Price = Price(.free), nature: ServiceNature = .publicGood) async throws -> MessageID {
        var service = Stall.service("专家上门诊断生产现场", nature: nature, price: price)
        service.isByAppointment = true
        return try await list(service)
    }

    func open(_ service: MessageID, capacity: Int = 1, count: Int = 1, after hours: Int = 48, resource: Int? = nil)
        async throws -> [AppointmentSlot]
    {
        _ = try await site.tell(
            OpenSlots(
                service: service, startsAt: site.clock.now.advanced(by: .seconds(hours * 3600)), minutes: 60,
                count: count, capacity: capacity, place: "浏阳窗口",
                resource: resource), as: Stall.agency)
        return try site.ask(FindSlots(service: service))
    }
}

@Suite("预约")
struct SlotTests {
    @Test(
        "The last seat of a slot under concurrency: of twelve orders at once exactly two get one, with the appointment; cancelling gives it back"
    )
    func lastSeat() async throws {
        let stall = try await Stall()
        let service = try await stall.booked()
        let slot = try #require(try await stall.open(service, capacity: 2).first)
        let outcomes = await atOnce(12) { _ in try await stall.place(service, slot: slot.id).state.rawValue }
        #expect(outcomes.count { $0 == "scheduled" } == 2, "\(outcomes)")
        #expect(outcomes.count { $0 == "market.slot-full" || $0 == "market.invalid-input" } == 10, "\(outcomes)")
        #expect(try stall.site.ask(FindSlots(service: service)).map(\.left) == [0])
        let order = try #require(try stall.site.ask(FindOrders(box: .enterprise), as: Stall.enterprise).items.first).id
        #expect(try stall.site.ask(GetOrder(id: order), as: Stall.agency).appointment == slot.startsAt)
        try await stall.step(order, .cancel, as: Stall.enterprise, note: "计划有变。")
        #expect(try stall.site.ask(FindSlots(service: service)).map(\.left) == [1])
        #expect(
            await refusal { _ = try await stall.site.tell(CloseSlot(slot: slot.id), as: Stall.agency) }?.code
                == "market.slot-taken")
    }

    @Test("An order whose time the agency moves leaves its slot; a slot that has begun or is empty is gone")
    func moved() async throws {
        let stall = try await Stall()
        let service = try await stall.booked(Stall.price, nature: .paid)
        let slots = try await stall.open(service, count: 2)
        #expect(slots.count == 2 && slots[1].startsAt == slots[0].endsAt)
        let order = try await stall.place(service, slot: slots[0].id).order
        let later = stall.site.clock.now.advanced(by: .seconds(90 * 3600))
        _ = try await stall.site.tell(
            AdvanceOrder(order: order, action: .schedule, appointment: later), as: Stall.agency)
        #expect(try stall.site.ask(FindSlots(service: service)).map(\.left) == [1, 1])
        #expect(try await stall.site.tell(CloseSlot(slot: slots[0].id), as: Stall.agency).open == 1)
        await stall.site.advance(by: .seconds(50 * 3600))
        #expect(
            await refusal { _ = try await stall.place(service, slot: slots[1].id) }?.faults.map(\.field) == ["slot"])
        #expect(try stall.site.ask(FindSlots(service: service)).isEmpty)
    }

    @Test("One expert is in one place at a time; only listed services with a price that needs no quote are booked")
    func clashes() async throws {
        let stall = try await Stall()
        let profile = "从事注塑车间数字化改造二十年。"
        _ = try await stall.site.tell(
            RecordResource(
                kind: .expert, title: "陈高工", profile: profile, categories: ["digital"], region: region("430200")),
            as: Stall.agency)
        let first = try await stall.booked(), second = try await stall.booked(Stall.price, nature: .paid)
        #expect(try await stall.open(first, resource: 1).map(\.resource) == ["陈高工"])
        #expect(await refusal { _ = try await stall.open(second, resource: 1) }?.faults.map(\.field) == ["resource"])
        #expect(await refusal { _ = try await stall.open(first, resource: 1) }?.faults.map(\.field) == ["startsAt"])
        #expect(await refusal { _ = try await stall.open(second, resource: 7) }?.faults.map(\.field) == ["resource"])
        #expect(try await stall.open(second, after: 50, resource: 1).count == 1)
        let plain = try await stall.list(Stall.service("免费的数字化诊断"))
        #expect(await refusal { _ = try await stall.open(plain) }?.code == "market.not-bookable")
        #expect(
            await refusal {
                _ = try await stall.site.tell(
                    OpenSlots(service: first, startsAt: stall.site.clock.now, minutes: 60), as: Stall.rival)
            }?.code
                == "market.service-unknown")
    }

    @Test(
        "Over the network: four orders of 浏阳 for the last seat at 株洲: one is booked, the others refused with the reason; all sites count alike"
    )
    func network() async throws {
        let network = try await TestNetwork([InstalledPlugin(Market.self)])
        let (liuyang, zhuzhou) = (network["liuyang"], network["zhuzhou"])
        _ = try await zhuzhou.tell(
            SaveAgency(
                title: "演示·株洲智造服务有限公司", region: region("430200"), categories: ["digital"], summary: "为中小制造企业提供数字化诊断服务。",
                submit: true), as: Stall.agency)
        _ = try await zhuzhou.tell(AdvanceAgency(agency: Stall.creditCode(), action: .approve), as: Stall.zhuzhou)
        var service = Stall.service("专家上门诊断生产现场")
        service.isByAppointment = true
        let id = try await zhuzhou.tell(service, as: Stall.agency).service
        _ = try await zhuzhou.tell(AdvanceService(service: id, action: .approve), as: Stall.zhuzhou)
        let start = zhuzhou.clock.now.advanced(by: .seconds(72 * 3600))
        _ = try await zhuzhou.tell(OpenSlots(service: id, startsAt: start, minutes: 60), as: Stall.agency)
        await network.settle()
        let slot = try #require(try liuyang.ask(FindSlots(service: id)).first)
        // They choose from a copy; one that the news reached in time is refused at once.
        let placed = await withTaskGroup(of: MessageID?.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    try? await liuyang.tell(
                        PlaceOrder(service: id, description: "想请专家上门看看。", slot: slot.id), as: Stall.enterprise
                    ).order
                }
            }
            return await group.reduce(into: [MessageID]()) { all, one in if let one { all.append(one) } }
        }
        await network.settle()
        let details = try placed.map { try liuyang.ask(GetOrder(id: $0), as: Stall.enterprise) }
        let winners = details.filter { $0.card.state == .scheduled }
        #expect(winners.count == 1)
        for loser in details where loser.card.state != .scheduled {
            #expect(loser.card.state == .lapsed && loser.quotes.first?.note == "该时段已约满或已开始。")
        }
        let winner = try #require(winners.first)
        #expect(winner.appointment == start)
        let sites = [liuyang, zhuzhou, network["hunan"], network["liling"]]
        for site in sites { #expect(try site.ask(FindSlots(service: id)).map(\.left) == [0]) }
        _ = try await liuyang.tell(
            AdvanceOrder(order: winner.card.id, action: .cancel, note: "计划有变。"), as: Stall.enterprise)
        await network.settle()
        for site in sites { #expect(try site.ask(FindSlots(service: id)).map(\.left) == [1]) }
    }
}
