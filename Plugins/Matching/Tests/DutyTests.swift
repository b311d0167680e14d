import MatchingContracts
import Messages
import Pages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import MatchingPlugin

@Suite("企业名录和服务专员")
struct DutyTests {
    let site: TestSite
    static let columns = ["id", "uscc", "name", "regionCode", "industryCode", "employees", "revenue", "assets", "founded", "status"]

    init() async throws {
        site = try await TestSite(Matching.self)
        let rows = [
            "E1\t91430181MA4LDEM10U\t演示·精工\t430181\t3511\t120\t3000\t2000\t2004-10-26\tactive", "E2\t91430181MA4LDEM37K\t演示·永和\t430181\t5241\t8\t90\t100\t\tactive",
            "E3\t91430200MA4LDEM29K\t演示·株洲\t430212\t\t\t\t\t\tactive", "E4\t91430100MA4LDEM02N\t演示·歇业\t430181\t\t\t\t\t\tclosed",
        ]
        let reply = try await take(rows)
        #expect(reply.added == 4 && reply.rejected.isEmpty, "\(reply)")
    }

    func take(_ rows: [String]) async throws -> ImportReply {
        try await site.tell(ImportEnterprises(batch: ImportBatch(columns: Self.columns, text: rows.joined(separator: "\n"))), as: .system("import"))
    }

    func names(_ query: FindEnterprises = FindEnterprises(), as actor: Actor = Fair.window) throws -> [String] {
        try site.ask(query, as: actor).items.map(\.name)
    }

    @Test("三十·每家企业按地址有责任窗口；久未联系的列出来，登记联系后不再列；别的辖区看不到")
    func silence() async throws {
        #expect(try names() == ["演示·精工", "演示·永和", "演示·歇业"] && names(as: .window("430212")) == ["演示·株洲"])
        #expect(try names(as: .city("430100")).count == 3 && names(as: .province).count == 4)
        #expect(try site.ask(FindEnterprises(), as: Fair.window).items.map(\.size) == [.small, .micro, nil])
        let silent = FindEnterprises(silentDays: 90)
        #expect(try names(silent) == ["演示·精工", "演示·永和"])
        let contact = RecordContact(enterprise: try code("91430181MA4LDEM10U"), channel: .visit, note: "走访车间。")
        #expect(await refusal { _ = try await site.tell(contact, as: .window("430212")) }?.code == "matching.enterprise-unknown")
        _ = try await site.tell(contact, as: Fair.window)
        #expect(try names(silent) == ["演示·永和"])
        await site.advance(by: .seconds(91 * 86_400))
        #expect(try names(silent) == ["演示·精工", "演示·永和"])
        // Entered afterwards: the day it was, not today; a day to come is none.
        var late = contact
        late.on = site.clock.now.day - 100
        _ = try await site.tell(late, as: Fair.window)
        #expect(try names(silent).count == 2)
        late.on = site.clock.now.day + 1
        #expect(await refusal { _ = try await site.tell(late, as: Fair.window) }?.faults.map(\.field) == ["on"])
        #expect(try site.ask(GetEnterprise(code: late.enterprise), as: Fair.window).contacts.count == 2)
        #expect(try site.events(EnterpriseContacted.self).count == 2)
    }

    @Test("A specialist takes over an enterprise, or all of a county that have none; the name goes with the person's key")
    func specialist() async throws {
        let own = try code("91430181MA4LDEM10U")
        _ = try await site.tell(TakeServiceDuty(enterprises: [own]), as: Fair.window)
        let second = Actor.person("second", .windowStaff, in: "430181")
        #expect(try await site.tell(TakeServiceDuty(region: try region("430181")), as: second).enterprises == 2)
        #expect(try names(FindEnterprises(isOwn: true)) == ["演示·精工"] && names(FindEnterprises(isOwn: true), as: second).count == 2)
        #expect(await refusal { _ = try await site.tell(TakeServiceDuty(region: try region("430212")), as: Fair.window) }?.code == "matching.region-not-yours")
        #expect(await refusal { _ = try await site.tell(TakeServiceDuty(), as: Fair.window) }?.faults.map(\.field) == ["enterprises"])
        let right = UnmaskingRight(purpose: "测试", holder: "test")
        #expect(try site.ask(GetEnterprise(code: own), as: second).card.specialist?.reveal(by: right) == Fair.window.name)
        let person = try #require(PersonID(Fair.window.id))
        #expect(try site.bus.exportHere(person: person).flatMap(\.records).contains { $0.values.contains { $0.value == "1 家" } })
        _ = try await site.bus.erase(person: person, by: .system("test"))
        #expect(try site.ask(GetEnterprise(code: own), as: second).card.specialist == nil)
    }

    @Test("Rows that came before change or stay the same by their key; a code of another key, and every wrong cell, is named; good rows stay")
    func rows() async throws {
        let reply = try await take([
            "E1\t91430181MA4LDEM10U\t演示·精工机械\t430181\t3511\t120\t3000\t2000\t2004-10-26\tactive",
            "E2\t91430181MA4LDEM37K\t演示·永和\t430181\t5241\t8\t90\t100\t\tactive", "E9\t91430181MA4LDEM37K\t演示·重复\t430181\t\t\t\t\t\tactive",
            "E8\t91430181MA4LDEM37X\t\t439999\t9999\t-1\tx\t1\t2026-02-30\tgone", "E7\t91430181MA4LDEM45E",
        ])
        #expect(reply.added == 0 && reply.changed == 1 && reply.same == 1)
        #expect(reply.rejected.map(\.row) == [2, 3, 4] && reply.rejected[0].faults.map(\.field) == ["uscc"])
        #expect(Set(reply.rejected[1].faults.map(\.field)) == ["uscc", "name", "regionCode", "employees", "revenue", "founded", "industryCode", "status"])
        #expect(try names(FindEnterprises(text: "演示·精工机")) == ["演示·精工机械"])
        #expect(try site.events(EnterprisesImported.self).map(\.changed) == [0, 1])
        let demand = ImportDemands(
            batch: ImportBatch(
                columns: ["id", "enterpriseId", "regionCode", "category", "title", "channel", "createdAt", "status"],
                text: "D1\tE1\t430181\tdigital\t设备联网\tweb\t2026-01-05T09:00:00+08:00\tsubmitted\nD2\tE77\t430181\tnonsense\t设备\tweb\t\tsubmitted"))
        let demands = try await site.tell(demand, as: .system("import"))
        #expect(demands.added == 1 && demands.rejected.map { Set($0.faults.map(\.field)) } == [["category", "createdAt", "enterpriseId"]])
        #expect(try await site.tell(demand, as: .system("import")).same == 1)
        // Imported as it was, and from now on as any other: it climbs when nobody answers.
        let card = try #require(try site.ask(FindDemands(box: .staff), as: Fair.window).items.first)
        #expect(card.state == .received && card.createdAt.day.description == "2026-01-05" && card.due.map { $0 > site.clock.now } == true)
        await site.advance(by: .seconds(8 * 86_400))
        #expect(try site.ask(GetDemand(id: card.id), as: Fair.window).card.level == .city)
    }

    @Test("By pages: the register with its filters, one enterprise, taking duty, recording a contact, the table to download")
    func pages() async throws {
        func content(_ reply: PageReply) -> String {
            guard case .page(let page) = reply else { return "not a page: \(reply)" }
            return page.title + page.content.description
        }
        #expect(content(try await site.get("/matching/enterprises", as: Fair.window)).contains("长沙市浏阳市窗口"))
        #expect(content(try await site.get("/matching/enterprises?silentDays=90", as: Fair.window)).contains("演示·永和"))
        let path = "/matching/enterprises/91430181MA4LDEM10U"
        guard case .redirect = try await site.post("/matching/enterprises", [("enterprise", "91430181MA4LDEM10U")], as: Fair.window) else {
            Issue.record("not taken")
            return
        }
        let wrong = try await site.post(path, [("channel", "visit"), ("on", "2026-03-02"), ("note", "短")], as: Fair.window)
        #expect(content(wrong).contains("联系情况应为"))
        guard case .redirect = try await site.post(path, [("channel", "visit"), ("on", "2026-03-02"), ("note", "走访车间。")], as: Fair.window) else {
            Issue.record("not recorded")
            return
        }
        let shown = content(try await site.get(path, as: Fair.window))
        #expect(shown.contains("走访车间。") && shown.contains("锅炉") == false && shown.contains("120 人"))
        guard case .csv(_, let rows) = try await site.get("/matching/enterprises.csv?own=yes", as: Fair.window) else {
            Issue.record("no table")
            return
        }
        #expect(rows.count == 2 && rows[1][0] == "演示·精工" && rows[1][8] == "2026-03-02")
    }

    @Test("需求上有名录算出的企业规模；整表下载里联系方式只给企业和辖区工作人员")
    func sizes() async throws {
        let id = try await site.tell(
            SubmitDemand(
                title: "注塑车间设备联网", category: "digital", description: "二十台注塑机要联网。", contactName: Personal("李小花"),
                contactPhone: Personal(try #require(ContactNumber("13900139000")))), as: Fair.enterprise
        ).demand
        #expect(try site.ask(GetDemand(id: id), as: Fair.window).size == .small)
        func rows(_ actor: Actor) async throws -> [[String]] {
            guard case .csv(_, let rows) = try await site.get("/matching/demands.csv", as: actor) else { return [] }
            return rows
        }
        for actor in [Fair.window, Fair.enterprise] {
            let found = try await rows(actor)
            #expect(found.count == 2 && found[1].contains("13900139000") && found[1].contains("小型") && found[0].count == found[1].count)
        }
        for actor in [.window("430212"), Fair.agency(Fair.core)] { #expect(try await rows(actor).count == 1) }
    }
}
