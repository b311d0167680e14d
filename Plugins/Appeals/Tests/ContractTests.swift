import AppealsContracts
import FoundationEssentials
import Messages
import Pages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import AppealsPlugin

@Suite("契约、接口与页面")
struct ContractTests {
    @Test("The column keeps what every plug-in promises: contract, golden files, refusal codes, access rules")
    func conforms() async throws {
        let conformance = Conformance(
            Appeals.self, tests: #filePath, refusals: AppealsRefusal.codes.map(\.code),
            openCommands: [
                "appeals.submit-appeal.v1", "appeals.drop-anonymously.v1", "appeals.rate-case.v1", "/submit", "/anonymous", "/lookup", "/lookup/rate",
            ], beside: [Column.plugins[0]])
        #expect(try await conformance.problems() == [])
    }

    @Test("Every operation keeps to its documentation, whatever it is sent")
    func walk() async throws {
        let column = try await Column()
        let problems = await APIWalk(column.site).problems(as: .everyone)
        #expect(problems == [])
    }

    static func demo() async throws -> TestSite {
        let site = try await TestSite(Column.plugins)
        let demonstration = Demonstration(
            site: "test", region: RegionCode("430000"), bus: site.bus, files: site.files, reference: try .loadLocated(), now: site.clock.now)
        for _ in 0..<2 {
            try await FakeHotline.demonstrate(demonstration)
            try await Appeals.demonstrate(demonstration)
        }
        return site
    }

    @Test("The demo told twice has one effect")
    func theDemo() async throws {
        let site = try await Self.demo()
        let cases = try site.ask(FindCases(limit: 100), as: .province).items
        #expect(cases.count == 7)
        #expect(Set(cases.map(\.state)) == [.submitted, .processing, .merged, .answered])
        #expect(try site.ask(FindPublished()).items.first?.supporters == 3)
    }

    func content(_ reply: PageReply) throws -> String {
        guard case .page(let page) = reply else {
            Issue.record("not a page: \(reply)")
            return ""
        }
        #expect(page.status == 200)
        return page.title + page.content.description
    }

    @Test(
        "Public pages hold nobody's name, number or enterprise",
        arguments: [
            "/appeals/", "/appeals/board", "/appeals/statistics", "/appeals/submit", "/appeals/anonymous",
            "/appeals/lookup",
        ])
    func publicPages(path: String) async throws {
        let site = try await Self.demo()
        let text = try content(await site.get(path))
        for word in ["演示提交人", "某企业", "80000000", "工作人员", "出口退税"] { #expect(!text.contains(word), "\(word) on \(path)") }
    }

    @Test("Staff's pages answer and are closed to visitors; the desk merges what it ticks")
    func staffPages() async throws {
        let site = try await Self.demo()
        let cases = try site.ask(FindCases(state: .submitted), as: .province).items
        for path in ["/appeals/desk"] + cases.map({ "/appeals/cases/\($0.number)" }) {
            #expect(try content(await site.get(path, as: .province)).count > 300)
            #expect(await refusal { _ = try await site.get(path) } != nil)
        }
        let fields = cases.map { (name: "cases", value: $0.number.description) }
        guard case .page(let refused) = try await site.post("/appeals/merge", fields, as: .province) else {
            Issue.record("merged without a title")
            return
        }
        #expect(refused.content.description.contains("共性问题标题应为"))
        guard case .redirect = try await site.post("/appeals/merge", fields + [("title", "演示共性问题"), ("summary", "两件演示诉求的概述文字。")], as: .province) else {
            Issue.record("not merged")
            return
        }
    }
}

/// After an intended change: `UPDATE_FIXTURES=1 swift test --filter AppealsPluginTests`, then read the difference.
@Suite("谁能进入专栏的哪些地址")
struct AccessTests {
    @Test("every page and message lets in the persons of the stored matrix; 浏阳's case only its own county, city and province")
    func matrix() async throws {
        let host = try await TestHost(Column.plugins.map(\.plugin))
        let number = try await host.tell(
            SubmitAppeal(
                title: "建议简化备案材料", content: "同一材料在两个窗口重复提交。", kind: .suggestion, category: "05", region: #require(RegionCode("430181")),
                submitter: Personal("张三丰"), phone: Personal(#require(ContactNumber("13912345678"))), lookup: Column.lookup), as: .visitor
        ).number
        let matrix = try await AccessMatrix.asked(host, samples: ["number": "\(number)", "department": "tax"])
        let own = AccessMatrix(rows: matrix.rows.filter { $0.address.contains("/appeals/") })
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/access.txt")
        if ProcessInfo.processInfo.environment["UPDATE_FIXTURES"] == "1" { try Data(own.text.utf8).write(to: file) }
        #expect(try own.text == String(contentsOf: file, encoding: .utf8))
    }
}
