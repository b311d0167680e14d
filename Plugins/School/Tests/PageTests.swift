import Messages
import Pages
import PluginKit
import SchoolContracts
import TestKit
import Testing
import Vocabulary

@testable import SchoolPlugin

@Suite("商学院课堂的页面")
struct SchoolPageTests {
    static func demo() async throws -> TestSite {
        let site = try await TestSite(School.self)
        try await tell(site)
        return site
    }

    static func tell(_ site: TestSite) async throws {
        try await School.demonstrate(
            Demonstration(
                site: "test", region: region("430000"), bus: site.bus, files: site.files, reference: try .loadLocated(),
                now: site.clock.now))
    }

    func content(_ reply: PageReply, status: Int = 200) throws -> String {
        guard case .page(let page) = reply else {
            Issue.record("not a page: \(reply)")
            return ""
        }
        #expect(page.status == status)
        return page.title + (page.header?.lead ?? "") + page.content.description
    }

    @Test("The demo told twice has one effect, and shows a class in every state that matters")
    func demo() async throws {
        let site = try await Self.demo()
        func figures() throws -> [String] {
            try site.ask(FindClasses(mine: true), as: .province).items.map {
                "\($0.id) \($0.state.rawValue) \($0.taken)/\($0.capacity) \($0.waiting)"
            }
        }
        let first = try figures()
        #expect(first.count == 9)
        #expect(first.contains { $0.hasSuffix("published 3/3 2") })
        try await Self.tell(site)
        #expect(try figures() == first)
    }

    @Test(
        "Public pages name no participant and no enterprise, and give no link to a room",
        arguments: [
            "/school/classes", "/school/classes?past=yes", "/school/courses", "/school/courses?text=融资",
            "/school/courses/C2026-001",
            "/school/classes/K2026-001", "/school/classes/K2026-002", "/school/certificates",
        ])
    func publicPages(path: String) async throws {
        let site = try await Self.demo()
        let text = try content(await site.get(path))
        for word in ["演示·学员", "19900", "企业有限公司", "live.example.com", "school-demo"] {
            #expect(!text.contains(word), "\(word) on \(path)")
        }
    }

    @Test(
        "Every page of the staff answers, and none to a visitor",
        arguments: [
            "/school/manage", "/school/courses/new", "/school/courses/C2026-001/edit",
            "/school/courses/C2026-001/classes/new",
            "/school/classes/K2026-002/edit", "/school/classes/K2026-002/roster", "/school/classes/K2026-002/register",
            "/school/registrations/K2026-002-0003",
            "/school/classes/K2026-005", "/school/classes/K2026-006/attendance",
            "/school/classes/K2026-006/attendance/1", "/school/classes/K2026-006/door/2",
            "/school/classes/K2026-006/certificates", "/school/classes/K2026-006/survey",
            "/school/courses/C2026-002/quiz",
        ])
    func staffPages(path: String) async throws {
        let site = try await Self.demo()
        #expect(try content(await site.get(path, as: .province)).count > 200)
        #expect(await refusal { _ = try await site.get(path) } != nil)
    }

    @Test("In the browser: write a course and a class down, publish, register, answer by the pass")
    func theForms() async throws {
        let site = try await TestSite(School.self)
        let day = site.clock.now.day
        func path(_ reply: PageReply) -> String {
            if case .redirect(let path, _) = reply { return path }
            Issue.record("refused: \(reply)")
            return ""
        }
        let course = path(
            try await site.post(
                "/school/courses/new",
                [
                    ("title", "融资实务入门"), ("theme", "financing"), ("audience", "enterprises"), ("region", "430181"),
                    ("hours", "4"),
                    ("summary", "讲清银行授信和担保增信的要点。"), ("teachers", "测试教师，测试大学\n第二位"),
                ],
                files: [
                    UploadedFile(
                        field: "openMaterials", name: "讲义.pdf", type: "application/pdf",
                        bytes: Array("%PDF-1.4\n%%EOF\n".utf8))
                ],
                as: Lessons.staff))
        #expect(course.hasSuffix("/school/courses/C2026-001"))
        let shown = try site.ask(GetCourse(id: #require(CourseID("C2026-001"))))
        #expect(shown.teachers.map(\.position) == ["测试大学", nil])
        let digest = try #require(shown.materials.first?.digest)
        guard case .file(_, _, let name, _) = try await site.get("/school/files/\(digest)") else {
            Issue.record("no file")
            return
        }
        #expect(name == "讲义.pdf")

        let fields: [(name: String, value: String)] = [
            ("region", "430181"), ("capacity", "1"), ("opensDay", "\(day - 1)"), ("opensTime", "09:00"),
            ("closesDay", "\(day + 9)"), ("closesTime", "18:00"),
            ("title1", "第一讲"), ("mode1", "onsite"), ("day1", "\(day + 10)"), ("from1", "09:00"), ("until1", "8:30"),
            ("place1", "三楼"),
        ]
        let refused = try content(
            await site.post("/school/courses/C2026-001/classes/new", fields, as: Lessons.staff), status: 422)
        #expect(refused.contains("id=\"f-until1-error\""))
        let mended = fields.map { $0.name == "until1" ? ($0.name, "11:30") : $0 }
        #expect(
            path(try await site.post("/school/courses/C2026-001/classes/new", mended, as: Lessons.staff)).hasSuffix(
                "/classes/K2026-001"))
        _ = path(try await site.post("/school/classes/K2026-001/advance", [("action", "publish")], as: Lessons.staff))

        let enterprise = try Lessons.enterprise(1)
        let empty = try content(
            await site.post(
                "/school/classes/K2026-001/register", [("name1", "某人"), ("mobile1", "123")], as: enterprise),
            status: 422)
        #expect(empty.contains("value=\"某人\""))
        #expect(empty.contains("id=\"f-mobile1-error\""))
        let person: [(name: String, value: String)] = [("name1", "某人"), ("mobile1", "19900001111"), ("consent", "yes")]
        #expect(
            path(try await site.post("/school/classes/K2026-001/register", person, as: enterprise)).hasSuffix(
                "/registrations/K2026-001-0001"))
        let own = try content(await site.get("/school/registrations/K2026-001-0001", as: enterprise))
        #expect(own.contains("19900001111"))
        #expect(try content(await site.get("/school/mine", as: enterprise)).contains("某人"))
        let roster = try content(await site.get("/school/classes/K2026-001/roster", as: Lessons.staff))
        #expect(roster.contains("某**"))
        #expect(!roster.contains("19900001111"))
        #expect(
            try content(await site.post("/school/classes/K2026-001/contacts", [("purpose", "通知改期")], as: Lessons.staff))
                .contains("19900001111"))

        let id = try #require(RegistrationID("K2026-001-0001"))
        let code = try site.ask(GetRegistration(id: id), as: enterprise).code
        let pass = try content(await site.get("/school/pass/\(id)/\(code)"))
        #expect(!pass.contains("19900001111"))
        #expect(!pass.contains("某人"))
        #expect(
            path(try await site.post("/school/pass/\(id)/\(code)", [("action", "cancel")], as: .visitor)).hasSuffix(
                "/pass/\(id)/\(code)"))
        #expect(try site.ask(GetRegistration(id: id), as: enterprise).card.state == .cancelled)
        #expect(
            await refusal { _ = try await site.get("/school/pass/\(id)/\(String(repeating: "a", count: 26))") }?.status
                == 404)
    }
}
