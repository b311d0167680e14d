import FoundationEssentials
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
        let host = try await TestHost([InstalledPlugin(Matching.self)])
        let matrix = try await AccessMatrix.asked(host)
        let own = AccessMatrix(rows: matrix.rows.filter { $0.address.contains("/matching/") })
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/access.txt")
        if ProcessInfo.processInfo.environment["UPDATE_FIXTURES"] == "1" { try Data(own.text.utf8).write(to: file) }
        #expect(try own.text == String(contentsOf: file, encoding: .utf8))
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
