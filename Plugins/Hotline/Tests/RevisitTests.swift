import HotlineContracts
import Messages
import PluginKit
import Store
import TestKit
import Testing
import Vocabulary

@testable import HotlinePlugin

@Suite("回访：话术、链接、短信")
struct RevisitTests {
    func text(_ reply: PageReply, status: Int = 200) throws -> String {
        guard case .page(let page) = reply else {
            Issue.record("not a page: \(reply)")
            return ""
        }
        #expect(page.status == status)
        return page.title + page.content.description
    }

    /// The link that the page shows, as a path of the site.
    func link(_ desk: Desk, _ number: OrderNumber) async throws -> String {
        let page = try text(
            await desk.site.post("/hotline/orders/\(number)/rating-link", [("means", "link")], as: Desk.colleague))
        let found = try #require(page.firstMatch(of: /\/hotline\/rate\?number=[A-Z0-9-]+(&amp;|&)code=[2-9A-Z-]{14}/))
            .output.0
        return String(found).replacing("&amp;", with: "&")
    }

    @Test("待回访的工单页面列出电话话术，填好事项、单位和答复")
    func script() async throws {
        let desk = try await Desk()
        let number = try await desk.concluded()
        let page = try text(await desk.site.get("/hotline/orders/\(number)", as: Desk.colleague))
        for word in ["电话话术", "就您2026年2月11日反映的“咨询加计扣除的资料”回访", "本件由测试·tax办理，答复为：答复：请留存辅助账。", "换人重新办理"] {
            #expect(page.contains(word), "\(word)")
        }
        #expect(!page.contains("{"))
        // Before its answer there is nothing to ask about.
        let other = try await desk.handled()
        #expect(try !text(await desk.site.get("/hotline/orders/\(other)", as: Desk.colleague)).contains("电话话术"))
    }

    @Test("一次性链接：不用登录即可评价，只能用一次；原文不在任何文件里，记为本人评价")
    func once() async throws {
        let desk = try await Desk()
        let number = try await desk.concluded()
        let path = try await link(desk, number)
        let code = String(try #require(path.split(separator: "=").last))
        #expect(try !contains(code, in: desk.site.folder))
        let page = try text(await desk.site.get(path))
        #expect(page.contains("答复：请留存辅助账。") && page.contains("不满意"))
        let fields = [("number", number.description), ("code", code)]
        #expect(try text(await desk.site.post("/hotline/rate", fields, as: .visitor), status: 422).contains("请选择是否满意"))
        #expect(
            try text(await desk.site.post("/hotline/rate", fields + [("satisfaction", "satisfied")], as: .visitor))
                .contains("到此归档"))
        #expect(try desk.detail(number).ratingSource == .caller && desk.detail(number).card.state == .archived)
        let used = try await desk.site.get(path)
        guard case .page(let gone) = used else { return }
        #expect(gone.status == 404 && gone.content.description.contains("已使用"))
        #expect(
            await refusal {
                _ = try await desk.site.tell(
                    RateOrder(number: number, code: code, satisfaction: .satisfied), as: .visitor)
            }?.code == "hotline.lookup-failed")
    }

    @Test("不满意转入重办，链接随即失效；新一轮办结后须另发")
    func redone() async throws {
        let desk = try await Desk()
        let number = try await desk.concluded()
        let path = try await link(desk, number)
        let code = String(try #require(path.split(separator: "=").last))
        _ = try await desk.site.tell(
            RateOrder(number: number, code: code, satisfaction: .unsatisfied, text: "没有说清。"), as: .visitor)
        #expect(try desk.detail(number).card.redo == 1)
        try await desk.step(number, .dispatch, as: Desk.seat, unit: "tax")
        try await desk.step(number, .sign, as: Desk.otherTax)
        try await desk.step(number, .answer, as: Desk.otherTax, text: "答复：附样表。")
        try await desk.step(number, .approve, as: Desk.seat)
        #expect(
            await refusal { _ = try desk.site.ask(LookUpOrder(number: number, code: code)) }?.code
                == "hotline.lookup-failed")
        #expect(try await link(desk, number) != path)
    }

    @Test("链接到期、被新链接替换后无效；登记时的查询码始终有效")
    func expiry() async throws {
        let desk = try await Desk()
        let number = try await desk.concluded()
        func opens(_ path: String) throws -> Bool {
            let code = String(path.split(separator: "=").last ?? "")
            return (try? desk.site.ask(LookUpOrder(number: number, code: code))) != nil
        }
        let first = try await link(desk, number)
        #expect(try opens(first))
        let second = try await link(desk, number)
        #expect(try !opens(first) && opens(second))
        desk.site.clock.advance(by: .seconds(8 * 86_400))
        #expect(try !opens(second))
        #expect(try desk.site.ask(LookUpOrder(number: number, code: "K7QP-3M9X-W2RT")).mayRate)
    }

    @Test("办理过的人不能发链接，其他辖区和未办结的也不能；保密工单不交给短信平台")
    func refused() async throws {
        let desk = try await Desk(
            in: TestSite(
                [(InstalledPlugin(Hotline.self), .object([.init("sendsMessages", .bool(true))]))],
                now: Timestamp("2026-02-11T10:00:00+08:00")))
        let open = try await desk.handled()
        #expect(
            await refusal {
                _ = try await desk.site.tell(
                    InviteRating(number: open, lookup: Desk.code?.digest(for: "hotline")), as: Desk.seat)
            }?.code == "hotline.illegal-step")
        let number = try await desk.order()
        try await desk.step(number, .accept, as: Desk.seat)
        try await desk.step(number, .answerAtOnce, as: Desk.seat, text: "当场答复。")
        #expect(
            await refusal {
                _ = try await desk.site.tell(
                    InviteRating(number: number, lookup: Desk.code?.digest(for: "hotline")), as: Desk.seat)
            }?.code == "hotline.own-rating")
        #expect(
            await refusal {
                _ = try await desk.site.tell(InviteRating(number: number, lookup: "short"), as: Desk.colleague)
            }?.faults.map(\.field) == ["lookup"])
        #expect(
            await refusal { _ = try await desk.site.tell(InviteRating(number: number), as: .window("430212")) }?.code
                == "hotline.order-unknown")
        #expect(
            await refusal { _ = try await desk.site.tell(InviteRating(number: number), as: Desk.colleague) }?.message
                .contains("没有登记来电人的电话") == true)
        let secret = try await desk.order(confidential: true, phone: "13800000009", as: Desk.changsha)
        try await desk.step(secret, .accept, as: Desk.changsha)
        try await desk.step(secret, .answerAtOnce, as: Desk.changsha, text: "当场答复。")
        try await desk.step(secret, .admit, as: Desk.changsha, text: nil, person: Desk.seat.id)
        #expect(
            await refusal { _ = try await desk.site.tell(InviteRating(number: secret), as: Desk.seat) }?.code
                == "hotline.confidential-stays")
        #expect(try desk.site.events(RatingWanted.self).isEmpty)
    }

    private static func firm(_ id: String, _ code: String) -> Actor {
        Actor(kind: .person, id: id, name: "测试·\(id)", grants: [Grant(.enterprise, in: RegionCode("430181"))], organisation: CreditCode(code))
    }

    /// A matter of the enterprise, answered at once by the seat.
    private func concluded(_ desk: Desk, for firm: Actor, confidential: Bool = false) async throws -> OrderNumber {
        let order = RegisterOrder(
            title: "咨询加计扣除的资料", content: "想了解研发费用辅助账。", category: "05", region: try #require(RegionCode("430181")), isConfidential: confidential,
            enterprise: "演示·浏阳精密件有限公司", creditCode: firm.organisation)
        let receipt = try await desk.site.tell(order, as: Desk.seat)
        try await desk.step(receipt.number, .accept, as: Desk.seat)
        try await desk.step(receipt.number, .answerAtOnce, as: Desk.seat, text: "当场答复。")
        return receipt.number
    }

    @Test("请企业账号评价：代表该信用代码的人员在待办中看到，登录评价一次，记为本人评价；别的企业、到期后、办理过的人都不能；不满意重办后须另请")
    func account() async throws {
        let desk = try await Desk()
        let site = desk.site
        let member = Self.firm("firm-1", "91350100M000100Y43"), stranger = Self.firm("firm-2", "91430181MA4LDEM10U")
        let number = try await concluded(desk, for: member)
        #expect(try text(await site.get("/hotline/orders/\(number)", as: Desk.colleague)).contains("请企业账号评价"))
        #expect(await site.todos(as: member).isEmpty)
        #expect(await refusal { _ = try await site.tell(InviteRating(number: number, toAccount: true), as: Desk.seat) }?.code == "hotline.own-rating")
        guard case .redirect = try await site.post("/hotline/orders/\(number)/rating-link", [("means", "account")], as: Desk.colleague) else {
            Issue.record("not asked")
            return
        }
        let waiting = await site.todos(as: member)
        #expect(waiting.map(\.step) == ["评价办理结果"] && waiting.first?.path == "/asked/\(number)" && waiting.first?.due == Day("2026-02-18")?.end)
        #expect(await site.todos(as: stranger).isEmpty)
        let page = try text(await site.get("/hotline/asked/\(number)", as: member))
        #expect(page.contains("当场答复。") && page.contains("提交评价"))
        #expect(try text(await site.get("/hotline/asked/\(number)", as: stranger), status: 404).contains("没有请您的单位评价"))
        #expect(await refusal { _ = try await site.tell(RateOrder(number: number, satisfaction: .satisfied), as: stranger) }?.code == "hotline.order-unknown")
        for actor in [Actor.visitor, Desk.seat] {
            let refused = await refusal { _ = try await site.tell(RateOrder(number: number, satisfaction: .satisfied), as: actor) }
            #expect(refused?.code == "hotline.invalid-input" && refused?.faults.map(\.field) == ["code"])
            #expect(refused?.message.contains("12 位查询码") == true && refused?.message.contains("以企业人员身份登录") == true)
        }
        let both = InviteRating(number: number, lookup: Desk.code?.digest(for: "hotline"), toAccount: true)
        #expect(await refusal { _ = try await site.tell(both, as: Desk.colleague) }?.faults.map(\.field) == ["toAccount"])
        #expect(try text(await site.post("/hotline/asked/\(number)", [], as: member), status: 422).contains("请选择是否满意"))
        let done = try await site.post("/hotline/asked/\(number)", [("satisfaction", "satisfied")], as: member)
        #expect(try text(done).contains("到此归档"))
        #expect(try desk.detail(number).ratingSource == .caller && desk.detail(number).satisfaction == .satisfied)
        #expect(try desk.detail(number).steps.suffix(2).map(\.title) == ["请企业账号评价", "企业评价：满意"])
        #expect(await site.todos(as: member).isEmpty)
        #expect(await refusal { _ = try await site.tell(RateOrder(number: number, satisfaction: .satisfied), as: member) }?.code == "hotline.order-unknown")

        // 不满意 begins it anew; the next answer is asked about anew.
        let again = try await concluded(desk, for: member)
        _ = try await site.tell(InviteRating(number: again, toAccount: true), as: Desk.colleague)
        _ = try await site.tell(RateOrder(number: again, satisfaction: .unsatisfied, text: "没有说清。"), as: member)
        #expect(try desk.detail(again).card.redo == 1)
        try await desk.step(again, .answerAtOnce, as: Desk.colleague, text: "另行答复。")
        #expect(await site.todos(as: member).isEmpty)

        // Whoever handled it does not rate, whatever else they are; later nobody is asked.
        let late = try await concluded(desk, for: member)
        _ = try await site.tell(InviteRating(number: late, toAccount: true), as: Desk.colleague)
        let twofold = Actor(kind: .person, id: Desk.seat.id, name: "测试·两任", grants: [Grant(.enterprise)], organisation: member.organisation)
        #expect(await refusal { _ = try await site.tell(RateOrder(number: late, satisfaction: .satisfied), as: twofold) }?.code == "hotline.own-rating")
        site.clock.advance(by: .seconds(8 * 86_400))
        #expect(await site.todos(as: member).isEmpty)
        #expect(await refusal { _ = try site.ask(LookUpOrder(number: late), as: member) }?.code == "hotline.order-unknown")

        // A confidential matter is told to no account, and one without a code to nobody.
        let secret = try await concluded(desk, for: member, confidential: true)
        try await desk.step(secret, .admit, as: Desk.seat, text: nil, person: Desk.colleague.id)
        #expect(await refusal { _ = try await site.tell(InviteRating(number: secret, toAccount: true), as: Desk.colleague) }?.code == "hotline.confidential-stays")
        #expect(try !text(await site.get("/hotline/orders/\(secret)", as: Desk.colleague)).contains("请企业账号评价"))
        let nameless = try await desk.concluded()
        #expect(
            await refusal { _ = try await site.tell(InviteRating(number: nameless, toAccount: true), as: Desk.colleague) }?.message.contains("统一社会信用代码") == true)
    }

    private func isHeld(_ person: String, _ desk: Desk) async throws -> Bool {
        let reports = try await desk.site.bus.erase(person: try #require(PersonID(person)), by: .system("test"))
        return reports.contains { if case .held = $0.outcome { true } else { false } }
    }

    @Test("评价的企业人员查阅时列为企业评价，要求删除时不算经办，评价留下、姓名和说明删去；经办人的仍须留存")
    func raterErased() async throws {
        let desk = try await Desk()
        let member = Self.firm("firm-1", "91350100M000100Y43")
        let number = try await concluded(desk, for: member)
        _ = try await desk.site.tell(InviteRating(number: number, toAccount: true), as: Desk.colleague)
        _ = try await desk.site.tell(RateOrder(number: number, satisfaction: .unsatisfied, text: "没有说清。"), as: member)
        let person = try #require(PersonID(member.id))
        let records = try desk.site.bus.exportHere(person: person).flatMap(\.records)
        #expect(records.map(\.title) == ["企业评价", "企业评价"])
        #expect(records.last?.values.contains(.init("说明", "没有说清。")) == true)
        #expect(try desk.detail(number).steps.suffix(2).map(\.actorName) == [member.name, member.name])
        #expect(try await !isHeld(member.id, desk))
        let steps = try desk.detail(number).steps
        #expect(steps.suffix(2).map(\.title) == ["不满意，转入重办", "企业评价：不满意"])
        #expect(steps.suffix(2).map(\.actorName) == ["企业人员", "企业人员"] && steps.allSatisfy { $0.text != "没有说清。" })
        #expect(try desk.site.bus.exportHere(person: person).flatMap(\.records).isEmpty)
        #expect(try await isHeld(Desk.seat.id, desk))
        #expect(try await isHeld(Desk.colleague.id, desk), "asking for the rating is an official act")
    }

    @Test("未评价而归档、来电人要求删除后，邀请评价的记录不再留着")
    func invitationsEnd() async throws {
        let desk = try await Desk()
        let file = desk.site.stores[0].file
        func waiting() throws -> Int? {
            try file.read { try $0.value("SELECT (SELECT count(*) FROM rating_link) + (SELECT count(*) FROM rating_notice)", as: Int.self) }
        }
        let number = try await concluded(desk, for: Self.firm("firm-1", "91350100M000100Y43"))
        _ = try await desk.site.tell(InviteRating(number: number, toAccount: true), as: Desk.colleague)
        _ = try await link(desk, number)
        #expect(try waiting() == 2)
        for _ in 0..<3 { try await desk.step(number, .revisit, as: Desk.colleague, text: "无人接听。") }
        try await desk.step(number, .archive, as: Desk.colleague)
        #expect(try waiting() == 0)

        // What an earlier version left behind.
        let other = try await desk.order(phone: "13800000009")
        let person = try #require(desk.detail(other).callerPhone?.person)
        try await desk.step(other, .refuse, as: Desk.seat, text: "重复来电，并入原件。")
        _ = try await file.write { writer in
            try writer.run(
                "INSERT INTO rating_notice (work_order, credit_code, asked_at, until_at) SELECT id, '91350100M000100Y43', 1, 2 FROM work_order WHERE number = ?", other)
        }
        #expect(try await !isHeld(person.description, desk))
        #expect(try waiting() == 0)
    }

    @Test("以短信发送：承担短信的插件听到事件，自拟查询码、报送摘要，发出的链接可用；号码不以明文存放，没有短信插件时说明")
    func message() async throws {
        let site = try await TestSite(
            [
                (InstalledPlugin(Hotline.self), .object([.init("sendsMessages", .bool(true))])),
                (InstalledPlugin(Carrier.self), .object([])),
            ], now: Timestamp("2026-02-11T10:00:00+08:00"))
        let desk = try await Desk(in: site)
        let number = try await desk.order(phone: "13800000009")
        try await desk.step(number, .accept, as: Desk.seat)
        try await desk.step(number, .answerAtOnce, as: Desk.seat, text: "当场答复。")
        #expect(try text(await site.get("/hotline/orders/\(number)", as: Desk.colleague)).contains("以短信发送"))
        guard
            case .redirect = try await site.post(
                "/hotline/orders/\(number)/rating-link", [("means", "message")], as: Desk.colleague)
        else {
            Issue.record("not asked")
            return
        }
        await site.settle()
        let sent = try site.ask(Carrier.Sent(), as: .province)
        #expect(sent.phone == "138****0009" && sent.until == Day("2026-02-18")?.end)
        #expect(try !contains("13800000009", in: site.folder))
        let page = try text(await site.get(String(sent.link.dropFirst("/test".count))))
        #expect(page.contains("当场答复。") && page.contains("提交评价"))
        #expect(try desk.detail(number).steps.suffix(2).map(\.title) == ["以短信发送评价链接", "生成评价链接"])

        let alone = try await Desk()
        let other = try await alone.order(phone: "13800000009")
        try await alone.step(other, .accept, as: Desk.seat)
        try await alone.step(other, .answerAtOnce, as: Desk.seat, text: "当场答复。")
        #expect(
            await refusal { _ = try await alone.site.tell(InviteRating(number: other), as: Desk.colleague) }?.code
                == "hotline.no-carrier")
        #expect(try !text(await alone.site.get("/hotline/orders/\(other)", as: Desk.colleague)).contains("以短信发送"))
    }
}

/// A plug-in that carries messages: it keeps what it would send.
struct Carrier: Plugin {
    static let manifest = Manifest(id: "carrier", title: "测试·短信", version: "1.0.0", needs: ["hotline"])

    struct Sent: Query {
        typealias Reply = Message
        static let name: WireName = "carrier.sent.v1"
    }

    struct Message: Codable, Sendable, Hashable {
        var phone: String
        var link: String
        var until: Timestamp
    }

    static func register(in plugin: inout Registration<NoSettings>) {
        plugin.privacy(export: { _, _ in [] }, erase: { _, _ in .done })
        plugin.migrations([
            Migration(
                1, "create sent",
                "CREATE TABLE sent (phone TEXT NOT NULL, link TEXT NOT NULL, until_at INTEGER NOT NULL) STRICT")
        ])
        plugin.sends(InviteRating.self)
        plugin.react(to: RatingWanted.self) { wanted, tx in
            let code = LookupCode.random()
            try tx.send(
                InviteRating(number: wanted.number, lookup: code.digest(for: "hotline")), subject: wanted.number.subject
            )
            try tx.run(
                "INSERT INTO sent (phone, link, until_at) VALUES (?, ?, ?)", wanted.phone.masked,
                wanted.path + code.description, wanted.until)
        }
        plugin.answer(Sent.self, access: .role(.provinceStaff)) { _, snapshot in
            guard
                let sent = try snapshot.first(
                    "SELECT phone, link, until_at FROM sent",
                    as: { Message(phone: try $0.get(0), link: try $0.get(1), until: try $0.get(2)) })
            else { throw Refusal.notFound }
            return sent
        }
    }
}
