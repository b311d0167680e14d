import MarketContracts
import Messages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import MarketPlugin

@Suite("信息化应用")
struct SoftwareTests {
    static func software(trial: Int? = 30) -> SaveService {
        var service = Stall.service("产线看板云服务", nature: .paid, price: Price(.fixed, amount: Fen(360_000), unit: "年"))
        service.isSoftware = true
        service.trialDays = trial
        return service
    }

    @Test("A trial is free at once, its vendor is told by an event, its report delivers the order")
    func trial() async throws {
        let stall = try await Stall()
        let service = try await stall.list(Self.software())
        let receipt = try await stall.site.tell(
            PlaceOrder(service: service, description: "先试用一个月。", isTrial: true), as: Stall.enterprise)
        #expect(receipt.state == .accepted)
        let asked = try #require(try stall.site.events(ActivationRequested.self).first)
        #expect(
            asked.order == receipt.order && asked.isTrial && asked.trialDays == 30
                && asked.subject == "to/\(Stall.code)/order/\(receipt.order)")
        #expect(try stall.site.ask(GetOrder(id: receipt.order), as: Stall.enterprise).card.amount == .zero)
        // The vendor's own program, in the role that its contract names.
        let program = Actor(
            kind: .partner, id: "vendor", name: "测试·供应商", grants: [Grant(.agency)], organisation: try Stall.creditCode()
        )
        let stranger = Actor(
            kind: .partner, id: "other", name: "测试·他人", grants: [Grant(.agency)],
            organisation: try Stall.creditCode(Stall.otherCode))
        let report = ReportActivation(
            order: receipt.order, isActivated: true, reference: "YS-1", validUntil: stall.site.clock.now.day + 30,
            note: "用信用代码登录。")
        #expect(await refusal { _ = try await stall.site.tell(report, as: stranger) }?.code == "market.order-unknown")
        let failed = ReportActivation(order: receipt.order, isActivated: false, note: "信用代码查无此企业，请核对。")
        #expect(try await stall.site.tell(failed, as: program).state == .accepted)
        #expect(try await stall.site.tell(report, as: program).state == .delivered)
        #expect(try await stall.site.tell(report, as: program).state == .delivered, "told again, nothing more happens")
        let detail = try stall.site.ask(GetOrder(id: receipt.order), as: Stall.enterprise)
        #expect(detail.activation?.reference == "YS-1" && detail.proof?.contains("YS-1") == true)
        #expect(
            try stall.site.events(OrderAdvanced.self).map(\.to) == [
                .requested, .quoted, .accepted, .delivering, .delivered,
            ])
        #expect(try await stall.step(receipt.order, .confirm, as: Stall.enterprise) == .confirmed)
    }

    @Test("Without a trial none is given; what is no software is not activated; wrong reports are named")
    func refusals() async throws {
        let stall = try await Stall()
        let service = try await stall.list(Self.software(trial: nil)), plain = try await stall.list()
        #expect(
            await refusal {
                _ = try await stall.site.tell(
                    PlaceOrder(service: service, description: "先试用一个月。", isTrial: true), as: Stall.enterprise)
            }?.faults.map(\.field)
                == ["isTrial"])
        var wrong = Stall.service()
        wrong.trialDays = 30
        #expect(
            await refusal { _ = try await stall.site.tell(wrong, as: Stall.agency) }?.faults.map(\.field) == [
                "trialDays"
            ])
        let order = try await stall.place(plain).order
        #expect(
            await refusal {
                _ = try await stall.site.tell(
                    ReportActivation(order: order, isActivated: true, note: "已开通。"), as: Stall.agency)
            }?.code == "market.no-software")
        let paid = try await stall.place(service).order
        #expect(try stall.site.events(ActivationRequested.self).map(\.isTrial) == [false])
        let late = ReportActivation(
            order: paid, isActivated: true, reference: "", validUntil: stall.site.clock.now.day - 1, note: "好")
        #expect(
            await refusal { _ = try await stall.site.tell(late, as: Stall.agency) }?.faults.map(\.field) == [
                "note", "reference", "validUntil",
            ])
    }

    @Test(
        "Over the network: the vendor is told at its own site, its report delivers the order at its home; forged reports are refused"
    )
    func network() async throws {
        let network = try await TestNetwork([InstalledPlugin(Market.self)])
        let (liuyang, zhuzhou) = (network["liuyang"], network["zhuzhou"])
        _ = try await zhuzhou.tell(
            SaveAgency(
                title: "演示·株洲智造服务有限公司", region: region("430200"), categories: ["digital"], summary: "为中小制造企业提供数字化诊断服务。",
                submit: true), as: Stall.agency)
        _ = try await zhuzhou.tell(AdvanceAgency(agency: Stall.creditCode(), action: .approve), as: Stall.zhuzhou)
        let id = try await zhuzhou.tell(Self.software(), as: Stall.agency).service
        _ = try await zhuzhou.tell(AdvanceService(service: id, action: .approve), as: Stall.zhuzhou)
        let plain = try await zhuzhou.tell(Stall.service(), as: Stall.agency).service
        _ = try await zhuzhou.tell(AdvanceService(service: plain, action: .approve), as: Stall.zhuzhou)
        await network.settle()
        #expect(
            try liuyang.ask(GetService(id: id)).card.trialDays == 30
                && liuyang.ask(GetService(id: plain)).card.trialDays == nil)
        let order = try await liuyang.tell(
            PlaceOrder(service: id, description: "先试用一个月。", isTrial: true), as: Stall.enterprise
        ).order
        await network.settle()
        #expect(
            try zhuzhou.events(ActivationRequested.self).map(\.order) == [order]
                && liuyang.events(ActivationRequested.self).isEmpty)
        _ = try await zhuzhou.tell(
            ReportActivation(order: order, isActivated: true, reference: "YS-1", note: "用信用代码登录。"), as: Stall.agency)
        await network.settle()
        let detail = try liuyang.ask(GetOrder(id: order), as: Stall.enterprise)
        #expect(
            detail.card.state == .delivered && detail.card.amount == .zero && detail.activation?.state == .activated)
        let copy = try zhuzhou.ask(GetOrder(id: order), as: Stall.agency)
        #expect(copy.card.state == .delivered && copy.pending == nil)
    }
}
