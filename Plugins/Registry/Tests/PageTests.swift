import Messages
import Pages
import PluginKit
import RegistryContracts
import Store
import TestKit
import Testing
import Vocabulary

@testable import RegistryPlugin

@Suite("页面")
struct PageTests {
    /// The demo network, told once for all pages.
    static func demo() async throws -> TestSite {
        let site = try await TestSite(Registry.self)
        try await PageTests.tell(site)
        return site
    }

    static func tell(_ site: TestSite, region: RegionCode? = .hunan) async throws {
        try await Registry.demonstrate(
            Demonstration(
                site: "test", region: region, bus: site.bus, files: site.files, reference: try .loadLocated(),
                now: site.clock.now))
    }

    func content(_ reply: PageReply) throws -> String {
        guard case .page(let page) = reply else {
            Issue.record("not a page: \(reply)")
            return ""
        }
        #expect(page.status == 200)
        return page.title + (page.header?.lead ?? "") + page.content.description
    }

    @Test("The demo tells the whole story twice with one effect, and its figures are those of the bulletin")
    func theDemoNetwork() async throws {
        let site = try await PageTests.demo()
        func figures() throws -> [Int] {
            try site.ask(CountNodes()).kinds.map(\.count)
                + [site.ask(FindApplications(limit: 500), as: .province).total ?? 0]
        }
        let first = try figures()
        #expect(first == [1, 14, 103, 3, 2, 2, 134])
        try await PageTests.tell(site)
        #expect(try figures() == first)

        let plan = try site.ask(GetPlan(year: 2020))
        #expect(plan.completion.percent == "74.29%")
        #expect(plan.outside == 1)
        #expect(plan.missing == 9)
        #expect(try site.ask(GetCoverage(level: .county, day: day("2020-12-31"))).nodes == 104)
        #expect(try site.ask(GetCoverage(level: .city)).ratio.percent == "100.00%")
        let stages = Set(try site.ask(FindApplications(limit: 500), as: .province).items.map(\.stage))
        #expect(stages == Set(Stage.allCases).subtracting([.withdrawn]))
    }

    @Test("A site other than the province's hub is told nothing", arguments: ["430100", "430181", nil])
    func otherSitesStayEmpty(region: String?) async throws {
        let site = try await TestSite(Registry.self)
        try await PageTests.tell(site, region: region.flatMap { RegionCode($0) })
        #expect(try site.ask(CountNodes()).kinds.allSatisfy { $0.count == 0 })
    }

    @Test("十六·服务信息公开：公开页面不含工作人员姓名、电话、意见和证明材料", arguments: [
        "/registry/map", "/registry/map/430100", "/registry/tree", "/registry/nodes", "/registry/nodes/430102",
        "/registry/nodes/430102/checklist", "/registry/nodes/430224", "/registry/plan?year=2020", "/registry/coverage",
    ])
    func publicPagesHoldNoPersonalData(path: String) async throws {
        let site = try await PageTests.demo()
        let text = try content(await site.get(path))
        #expect(text.count > 500)
        for word in ["经办人", "初审人", "评审人", "demo-", "演示材料", "有改进空间", "活跃度低", "县级"] {
            #expect(!text.contains(word), "\(word) on \(path)")
        }
        #expect(text.firstMatch(of: /1[3-9]\d{9}/) == nil)
    }

    @Test("Every page of the staff answers", arguments: [
        "/registry/review", "/registry/times", "/registry/applications/mine", "/registry/applications/new",
        "/registry/nodes/430482", "/registry/plan", "/registry/nodes/430102/checklist",
    ])
    func staffPages(path: String) async throws {
        let site = try await PageTests.demo()
        #expect(try content(await site.get(path, as: .province)).count > 100)
    }

    @Test("A visitor gets no page of the staff")
    func staffPagesAreClosed() async throws {
        let site = try await PageTests.demo()
        for path in ["/registry/review", "/registry/applications/new", "/registry/applications/2026-430522-01"] {
            #expect(await refusal { _ = try await site.get(path) } != nil, "\(path)")
        }
    }

    @Test("The application form keeps what was typed and says every fault at its field")
    func theFormKeepsWhatWasTyped() async throws {
        let network = try await Network()
        let reply = try await network.site.post(
            "/registry/applications",
            [("kind", "county"), ("region", "430181"), ("title", "短"), ("builderName", "某单位"), ("builderCode", "123")],
            as: Network.liuyang)
        guard case .page(let page) = reply else {
            Issue.record("accepted")
            return
        }
        #expect(page.status == 422)
        let text = page.content.description
        #expect(text.contains("value=\"某单位\""))
        #expect(text.contains("value=\"123\""))
        #expect(text.contains("id=\"f-builderCode-error\""))
        #expect(text.contains("id=\"f-summary-error\""))
        #expect(text.contains("id=\"f-mode-error\""))
    }

    @Test("In the browser: submit with an attachment, accept, pass, send the document back to whoever may see it")
    func theFormsWork() async throws {
        let network = try await Network()
        let unit = try Network.organisation(31)
        let file = UploadedFile(
            field: "documents", name: "申报书.pdf", type: "application/pdf", bytes: Array("%PDF-1.4\n%%EOF\n".utf8))
        let reply = try await network.site.post(
            "/registry/applications",
            [
                ("kind", "county"), ("region", "430181"), ("title", "浏阳市中小企业公共服务平台"), ("builderName", unit.name),
                ("builderCode", unit.creditCode.description), ("operatingUnitName", unit.name),
                ("operatingUnitCode", unit.creditCode.description), ("mode", "joint"), ("summary", "全市服务需求集中，申请建设。"),
            ], files: [file], as: Network.liuyang)
        guard case .redirect(let path, _) = reply else {
            Issue.record("not accepted: \(reply)")
            return
        }
        #expect(path.hasSuffix("/applications/2026-430181-01"))
        _ = try await network.site.post(
            "/registry/applications/2026-430181-01/advance", [("action", "accept"), ("expected", "submitted")], as: Network.changsha)
        let detail = try network.site.ask(GetApplication(id: #require(ApplicationID("2026-430181-01"))), as: Network.changsha)
        #expect(detail.card.stage == .cityReview)
        let document = try #require(detail.steps.first?.documents.first)
        #expect(document.name == "申报书.pdf")
        let own = try await network.site.get("/registry/files/\(document.digest)", as: Network.changsha)
        guard case .file(_, let length, let name, _) = own else {
            Issue.record("no file: \(own)")
            return
        }
        #expect(length == 15)
        #expect(name == "申报书.pdf")
        #expect(
            await refusal { _ = try await network.site.get("/registry/files/\(document.digest)", as: Network.zhuzhou) }?.code
                == "registry.document-unknown")
        // A refused step keeps the form and opens it.
        let refused = try await network.site.post(
            "/registry/applications/2026-430181-01/advance", [("action", "passCityReview"), ("expected", "cityReview")],
            as: Network.changsha)
        guard case .page(let page) = refused else {
            Issue.record("accepted without opinion")
            return
        }
        #expect(page.content.description.contains("须填写意见"))
    }

    @Test("CSV holds numerator, denominator and rule beside every rate")
    func tablesAsCSV() async throws {
        let site = try await PageTests.demo()
        guard case .csv(_, let rows) = try await site.get("/registry/coverage.csv"),
            case .csv(_, let plan) = try await site.get("/registry/plan.csv?year=2020"),
            case .csv(_, let nodes) = try await site.get("/registry/nodes.csv")
        else {
            Issue.record("not CSV")
            return
        }
        #expect(rows.first == ["层级", "统计日期", "市州", "已覆盖", "应覆盖", "覆盖率", "口径"])
        #expect(rows.contains { $0[0] == "县市区" && $0[2] == "全部" && $0[6].hasPrefix("分子") })
        #expect(plan.contains { $0.first == "完成率" && $0[1] == "74.29%" })
        #expect(nodes.count == 127)
    }
}
