import FoundationEssentials
import MarketContracts
import MatchingContracts
import Messages
import Pages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import MatchingPlugin

@Suite("契约、接口和页面")
struct ContractTests {
    @Test("The matching keeps what every plug-in promises: contract, golden files, refusal codes, access rules, repetition")
    func conforms() async throws {
        let conformance = Conformance(
            Matching.self, tests: #filePath, refusals: MatchingRefusal.codes.map(\.code),
            samples: [.init(SubmitDemand(title: "注塑车间设备联网", category: "digital", description: "二十台注塑机联网。"), as: Fair.enterprise)])
        let problems = try await conformance.problems()
        #expect(problems == [])
    }

    @Test("Every operation keeps to its documentation, whatever it is sent")
    func walk() async throws {
        let fair = try await Fair()
        _ = try await fair.submit()
        var everyone = Actor.everyone
        everyone.organisation = try code(Fair.core)
        #expect(await APIWalk(fair.site).problems(as: everyone) == [])
    }

    @Test("After an intended change: UPDATE_FIXTURES=1, then read the difference: who gets in where")
    func access() async throws {
        let host = try await TestHost([InstalledPlugin(FakeMarket.self), InstalledPlugin(Matching.self)])
        // A demand and a fair of 浏阳; an agency and the enterprise at the fair are those of the matrix's people.
        let own = "914301000000000000", county = try region("430181")
        for agency in [own, Fair.near] {
            _ = try await host.tell(
                TellAgency(
                    event: AgencyChanged(
                        agency: try code(agency), revision: 1, title: "演示·机构", region: try region("430100"), categories: ["digital"], summary: "演示。",
                        state: .approved, isCore: false)), as: .system("market"))
        }
        await host.settle()
        let demand = try await host.tell(
            SubmitDemand(
                title: "注塑车间设备联网改造", category: "digital", description: "二十台注塑机要联网。", budget: Fen(500_000), contactName: Personal("李小花"),
                contactPhone: Personal(try #require(ContactNumber("13900139000")))), as: Fair.enterprise
        ).demand
        let start = host.clock.now.advanced(by: .seconds(10 * 86_400))
        let fair = try await host.tell(
            SaveMatchmaking(
                title: "浏阳制造业数字化对接会", region: county, place: "浏阳市服务中心", description: "一对一洽谈。", categories: ["digital"], startsAt: start, slots: 4, slotMinutes: 20,
                pauseMinutes: 5, tables: 2, enterpriseLimit: 2, agencyLimit: 4, wishesUntil: start.advanced(by: .seconds(-86_400))), as: Fair.window
        ).matchmaking
        _ = try await host.tell(AdvanceMatchmaking(matchmaking: fair, action: .open), as: Fair.window)
        let sides: [(MatchmakingSide, Actor)] = [(.enterprise, Fair.person("e", .enterprise, own, "430100")), (.agency, Fair.agency(Fair.near))]
        for (side, actor) in sides {
            _ = try await host.tell(AttendMatchmaking(matchmaking: fair, side: side, isComing: true, busySlots: []), as: actor)
        }
        _ = try await host.tell(StateWishes(matchmaking: fair, side: .enterprise, others: [try code(Fair.near)]), as: sides[0].1)
        _ = try await host.tell(AdvanceMatchmaking(matchmaking: fair, action: .plan), as: Fair.window)
        _ = try await host.tell(
            ImportEnterprises(batch: ImportBatch(columns: DutyTests.columns, text: "E1\t91430181MA4LDEM10U\t演示·精工\t430181\t3511\t120\t3000\t2000\t2004-10-26\tactive")), as: .system("import"))
        await host.settle()
        let call = try await host.tell(
            PublishCall(
                region: try region("430100"), category: "testing", title: "征集检验检测服务机构", text: "企业需要出口认证，现征集能上门的机构。",
                until: host.clock.now.day + 30), as: .city("430100")
        ).call
        let talk = try #require(try host.ask(GetMatchmakingDesk(id: fair), as: Fair.window).talks.first).id
        let matrix = try await AccessMatrix.asked(
            host,
            samples: [
                "demand": "\(demand)", "matchmaking": "\(fair)", "code": "91430181MA4LDEM10U", "/matching/demands/{id}:id": "\(demand)",
                "/matching/matchmaking/{id}:id": "\(fair)", "/matching/matchmaking/{id}/edit:id": "\(fair)", "/matching/matchmaking/{id}/schedule:id": "\(fair)",
                "/matching/matchmakings/{id}:id": "\(fair)", "/matching/matchmakings/{id}/desk:id": "\(fair)", "/matching/talks/{id}:id": "\(talk)",
                "/matching/calls/{id}:id": "\(call)", "call": "\(call)",
            ], isHidingRefusing: true)
        // That list wants a parameter.
        #expect(matrix.unproven.filter { $0.contains(" GET /matching/") } == ["api GET /matching/demands"])
        let rows = AccessMatrix(rows: matrix.rows.filter { $0.address.contains("/matching/") })
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/access.txt")
        if ProcessInfo.processInfo.environment["UPDATE_FIXTURES"] == "1" { try Data(rows.text.utf8).write(to: file) }
        #expect(try rows.text == String(contentsOf: file, encoding: .utf8))
    }

    private func content(_ reply: PageReply) throws -> String {
        guard case .page(let page) = reply else {
            Issue.record("not a page: \(reply)")
            return ""
        }
        return page.title + (page.header?.nextStep?.description ?? "") + page.content.description
    }

    @Test("By pages alone: state a need, invite a candidate, respond, agree; the public page names nobody")
    func pages() async throws {
        let fair = try await Fair()
        let site = fair.site
        let fields = [("title", "注塑车间设备联网改造"), ("category", "digital"), ("description", "二十台注塑机要联网。"), ("contactName", "李小花"), ("contactPhone", "13900139000")]
        let wrong = try await site.post("/matching/demands", fields.filter { $0.0 != "category" }, as: Fair.enterprise)
        #expect(try content(wrong).contains("请填写服务类别") && content(wrong).contains("注塑车间设备联网改造"))
        guard case .redirect(let path, _) = try await site.post("/matching/demands", fields, as: Fair.enterprise) else {
            Issue.record("not taken")
            return
        }
        let page = String(path.dropFirst("/test".count))
        let shown = try content(await site.get(page, as: Fair.window))
        #expect(shown.contains("推荐机构") && shown.contains("理由：类别相符") && shown.contains("13900139000"))
        _ = try await site.post("\(page)/advance", [("action", "invite"), ("agencies", Fair.core)], as: Fair.window)
        #expect(try content(await site.get(page, as: Fair.agency(Fair.core))).contains("是否愿意承接"))
        _ = try await site.post("\(page)/advance", [("action", "respond"), ("interested", "yes")], as: Fair.agency(Fair.core))
        #expect(try content(await site.get(page, as: Fair.enterprise)).contains("达成意向"))
        _ = try await site.post("\(page)/advance", [("action", "agree"), ("agencies", Fair.core)], as: Fair.enterprise)
        #expect(try content(await site.get("/matching/demands", as: Fair.enterprise)).contains("已达成"))
        let gap = try content(await site.get("/matching/gap"))
        #expect(gap.contains("长沙市") && !gap.contains("李小花") && !gap.contains("精工"))
    }
}
