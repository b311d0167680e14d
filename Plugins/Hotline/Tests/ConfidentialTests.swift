import Foundation
import HotlineContracts
import Messages
import PluginKit
import Store
import TestKit
import Testing
import Vocabulary

@testable import HotlinePlugin

@Suite("保密工单")
struct ConfidentialTests {
    static let title = "绝密标题甲乙丙"

    @Test("Lists, counts, search, export, single orders, to-dos, figures and events keep it from every role without need to know", arguments: [
        Desk.colleague, Desk.changsha, .province, Desk.bank, .person("x", .departmentHandler, in: "430100"), .person("y", .agency),
    ])
    func invisible(actor: Actor) async throws {
        let desk = try await Desk()
        let number = try await desk.order(Self.title, confidential: true)
        try await desk.step(number, .accept, as: Desk.seat)
        try await desk.step(number, .dispatch, as: Desk.seat, unit: "tax")
        let site = desk.site
        #expect(await refusal { _ = try desk.detail(number, as: actor) } != nil)
        if Hotline.staff.allows(actor) {
            #expect(await refusal { _ = try desk.detail(number, as: actor) }?.code == "hotline.order-unknown")
            for query in [
                FindOrders(), FindOrders(q: Self.title), FindOrders(q: number.description), FindOrders(state: .dispatched),
                FindOrders(category: "05"), FindOrders(owner: try desk.unit("tax")),
            ] {
                let found = try site.ask(query, as: actor)
                #expect(found.items.isEmpty)
                #expect(found.total == 0)
            }
            guard case .csv(_, let rows) = try await site.get("/hotline/desk.csv", as: actor) else {
                Issue.record("no CSV")
                return
            }
            #expect(rows.count == 1)
            for path in ["/hotline/desk", "/hotline/statistics"] {
                guard case .page(let page) = try await site.get(path, as: actor) else { continue }
                #expect(!page.content.description.contains(Self.title))
            }
            #expect(await refusal { try await desk.step(number, .note, as: actor, text: "试探。") }?.code == "hotline.order-unknown")
            #expect(await site.todos(as: actor).allSatisfy { !$0.title.contains(Self.title) })
            if Hotline.desk.allows(actor) {
                let similar = FindSimilarOrders(title: Self.title, enterprise: "演示·浏阳精密件有限公司")
                #expect(try site.ask(similar, as: actor).orders.isEmpty)
                #expect(try site.ask(GetBoard(), as: actor).states.allSatisfy { $0.count == 0 })
                guard case .page(let page) = try await site.get("/hotline/supervision", as: actor) else { return }
                #expect(!page.content.description.contains(Self.title))
            }
        }
        #expect(try site.ask(GetStatistics(), as: actor).registered == 0)
        #expect(try site.events(OrderRegistered.self).isEmpty)
    }

    @Test("谁来听都听不到：其他插件收不到保密工单的任何事件，日志里只有写给承办部门的，别人的工单照常听得到")
    func hearers() async throws {
        let site = try await TestSite([(InstalledPlugin(Hotline.self), .object([])), (InstalledPlugin(Listener.self), .object([]))], now: Timestamp("2026-02-11T10:00:00+08:00"))
        let desk = try await Desk(in: site)
        let secret = try await desk.order(Self.title, confidential: true)
        try await desk.step(secret, .accept, as: Desk.seat)
        // Nobody handles it yet: nobody is told anything.
        func entries() throws -> [(subject: String?, payload: String)] {
            try site.stores[0].file.read { try $0.log(after: 0, limit: 500) }.map { ($0.subject, String(decoding: $0.payload, as: UTF8.self)) }
        }
        #expect(try entries().allSatisfy { !$0.payload.contains(secret.description) && $0.subject?.contains(secret.description) != true })
        try await desk.step(secret, .dispatch, as: Desk.seat, unit: "bank")
        try await desk.step(secret, .sendBack, as: Desk.bank, text: "属税务事项。", unit: "tax")
        try await desk.step(secret, .redispatch, as: Desk.seat, text: "改派。", unit: "tax")
        try await desk.step(secret, .sign, as: Desk.tax)
        try await desk.go(to: "2026-03-20T10:00")
        try await desk.step(secret, .answer, as: Desk.tax, text: "答复：已处理。")
        try await desk.step(secret, .approve, as: Desk.seat)
        try await desk.step(secret, .revisit, as: Desk.seat, satisfaction: .satisfied)
        let open = try await desk.order("公开的咨询事项")
        try await desk.step(open, .accept, as: Desk.seat)
        await site.settle()

        let (tax, bank) = try ("to/\(#require(Desk.taxCode))/order/\(secret)", "to/\(#require(Desk.bankCode))/order/\(secret)")
        let about = try entries().filter { $0.payload.contains(secret.description) || $0.subject?.contains(secret.description) == true }
        #expect(Set(about.map(\.subject)) == [tax, bank])
        // 派单、退回、改派 to the first; everything from 改派 on to the second, reminders included.
        #expect(about.count { $0.subject == bank } == 3)
        #expect(try site.events(OrderDue.self).contains { $0.number == secret && $0.clock == "handle" && $0.onlyFor == Desk.taxCode })
        #expect(try site.events(OrderRated.self).map(\.onlyFor) == [Desk.taxCode])
        let heard = try site.ask(Listener.Heard(), as: .province).numbers
        #expect(Set(heard) == [open.description])
        #expect(heard.count == 2)
    }

    @Test("Who registered it, the department that handles it, and whoever is admitted see it")
    func visible() async throws {
        let desk = try await Desk()
        let number = try await desk.order(Self.title, confidential: true)
        try await desk.step(number, .accept, as: Desk.seat)
        #expect(await refusal { try await desk.step(number, .dispatch, as: Desk.seat, unit: "window") }?.faults.map(\.field) == ["unit"])
        #expect(await refusal { _ = try desk.detail(number, as: Desk.tax) } != nil)
        try await desk.step(number, .dispatch, as: Desk.seat, unit: "tax")
        #expect(try desk.detail(number, as: Desk.tax).card.title == Self.title)
        try await desk.step(number, .admit, as: Desk.seat, text: nil, person: Desk.changsha.id)
        #expect(try desk.site.ask(FindOrders(), as: Desk.changsha).items.map(\.number) == [number])
        // By words it is found by nobody.
        #expect(try desk.site.ask(FindOrders(q: Self.title), as: Desk.seat).items.isEmpty)
        #expect(try desk.site.ask(FindOrders(q: number.description), as: Desk.seat).items.count == 1)
        #expect(desk.site.logLines.allSatisfy { line in !line.message.contains(Self.title) && !line.facts.contains { $0.1.contains(Self.title) } })
    }

    @Test("按字节检索备份的全部文件：保密工单的标题、内容、企业、信用代码、答复、意见、理由都不在其中；有权的人仍看得到原文")
    func backup() async throws {
        let desk = try await Desk()
        let secrets = [
            "绝密标题甲乙丙", "绝密内容丁戊己", "绝密企业庚辛", "91350100M000100Y43", "绝密答复壬癸", "绝密意见子丑", "绝密理由寅卯", "绝密记录辰巳",
        ]
        let number = try await desk.site.tell(
            RegisterOrder(
                title: secrets[0], content: secrets[1], category: "05", region: #require(RegionCode("430181")), isConfidential: true,
                callerName: Personal("张三丰"), callerPhone: Personal(#require(ContactNumber("13800000009"))), enterprise: secrets[2],
                creditCode: CreditCode(secrets[3])), as: Desk.seat
        ).number
        try await desk.step(number, .accept, as: Desk.seat, text: secrets[7])
        try await desk.step(number, .dispatch, as: Desk.seat, unit: "tax", assistants: ["bank"])
        try await desk.step(number, .sign, as: Desk.tax)
        try await desk.step(number, .assist, as: Desk.bank, text: secrets[5])
        try await desk.step(number, .askExtension, as: Desk.tax, text: secrets[6], days: 1)
        let pending = try desk.detail(number, as: Desk.tax).pending
        #expect(pending?.reason == secrets[6])
        for secret in secrets { #expect(try !contains(secret, in: desk.site.folder), "\(secret) before the answer") }
        try await desk.step(number, .answer, as: Desk.tax, text: secrets[4])
        let folder = FileManager.default.temporaryDirectory.path + "/shuniu-backup-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (index, store) in desk.site.stores.enumerated() { try store.file.backup(to: "\(folder)/\(index).sqlite") }
        for place in [desk.site.folder, folder] {
            #expect(try contains(number.description, in: place))
            for secret in secrets + ["张三丰", "13800000009"] { #expect(try !contains(secret, in: place), "\(secret) in \(place)") }
        }
        let detail = try desk.detail(number, as: Desk.tax)
        #expect(detail.card.title == secrets[0] && detail.content == secrets[1] && detail.enterprise == secrets[2])
        #expect(detail.creditCode?.description == CreditCode(secrets[3])?.description && detail.answer == secrets[4])
        #expect(detail.assistants.map(\.opinion) == [secrets[5]])
        #expect(detail.steps.compactMap(\.text).contains(secrets[7]))
        #expect(try desk.site.ask(FindOrders(), as: Desk.tax).items.map(\.title) == [secrets[0]])
        // Another call of the same caller does not show the enterprise of the confidential matter.
        let person = try #require(detail.callerPhone?.person)
        let kept = try desk.site.stores[0].file.read { try $0.value("SELECT count(*) FROM caller WHERE person = ? AND enterprise IS NOT NULL", person.description, as: Int.self) }
        #expect(kept == 0)
    }

    @Test("What an earlier version kept in plain is sealed by itself, confidential orders and lines' keys alike")
    func migrated() async throws {
        let desk = try await Desk()
        let number = try await desk.order("旧版明文保密标题", confidential: true)
        let secret = WebhookSecret.random().revealed
        _ = try await desk.site.tell(SetLine(id: #require(LineID("main")), title: "测试线路", region: #require(RegionCode("430181")), secret: secret), as: Desk.changsha)
        #expect(try !contains(secret, in: desk.site.folder))
        let file = desk.site.stores[0].file
        try await file.write { writer in
            try writer.run("UPDATE work_order SET title = '旧版明文保密标题', content = '旧版明文保密内容', enterprise = '旧版明文企业' WHERE number = ?", number)
            try writer.run("INSERT INTO to_veil (work_order) SELECT id FROM work_order WHERE is_confidential = 1")
            try writer.run("UPDATE line SET secret = ?", secret)
        }
        #expect(try contains("旧版明文保密标题", in: desk.site.folder) && contains(secret, in: desk.site.folder))
        await desk.site.advance(by: .seconds(61))
        let copy = FileManager.default.temporaryDirectory.path + "/shuniu-backup-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: copy) }
        try file.backup(to: "\(copy)/hotline.sqlite")
        for word in ["旧版明文", secret] { #expect(try !contains(word, in: copy), "\(word)") }
        #expect(try desk.detail(number).card.title == "旧版明文保密标题")
    }

    @Test("A person's data are handed out and erased once nothing is under way")
    func erasure() async throws {
        let desk = try await Desk()
        let number = try await desk.order(phone: "13800000009")
        let person = try #require(desk.detail(number).callerPhone?.person)
        let export = try await desk.site.bus.export(person: person)
        #expect(export.parts.first?.records.first?.values.contains(.init("电话", "13800000009")) == true)
        try await desk.step(number, .refuse, as: Desk.seat, text: "重复来电，并入原件。")
        _ = try await desk.site.bus.erase(person: person, by: .system("test"))
        let detail = try desk.detail(number)
        #expect(detail.callerPhone == nil)
        #expect(detail.content == "（应本人要求删除）")
    }
}

/// Whether any file below the folder holds the text.
func contains(_ text: String, in folder: String) throws -> Bool {
    let wanted = Data(text.utf8)
    guard let names = FileManager.default.subpaths(atPath: folder) else { return false }
    return names.contains { FileManager.default.contents(atPath: folder + "/" + $0)?.firstRange(of: wanted) != nil }
}

/// Another plug-in of the site, which hears everything the hotline says of orders.
struct Listener: Plugin {
    static let manifest = Manifest(id: "listener", title: "测试·旁听", version: "1.0.0")

    struct Heard: Query {
        typealias Reply = Numbers
        static let name: WireName = "listener.heard.v1"
    }

    struct Numbers: Codable, Sendable, Hashable { var numbers: [String] }

    static func register(in plugin: inout Registration<NoSettings>) {
        plugin.holdsNoPersonalData()
        plugin.migrations([Migration(1, "create heard", "CREATE TABLE heard (number TEXT NOT NULL) STRICT")])
        @Sendable func note(_ number: OrderNumber, _ tx: Transaction) throws { try tx.run("INSERT INTO heard (number) VALUES (?)", number) }
        plugin.react(to: OrderRegistered.self) { try note($0.number, $1) }
        plugin.react(to: OrderAdvanced.self) { try note($0.number, $1) }
        plugin.react(to: OrderDue.self) { try note($0.number, $1) }
        plugin.react(to: OrderRated.self) { try note($0.number, $1) }
        plugin.answer(Heard.self, access: .role(.provinceStaff)) { _, snapshot in
            Numbers(numbers: try snapshot.rows("SELECT number FROM heard") { try $0.get(0) })
        }
    }
}
