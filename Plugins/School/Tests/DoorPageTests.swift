import FoundationEssentials
import Messages
import Pages
import PluginKit
import SchoolContracts
import TestKit
import Testing

@testable import SchoolPlugin

@Suite("签到页面")
struct SchoolDoorPageTests {
    @Test("The door's page alone may use the camera; its module comes from our own address")
    func headers() async throws {
        let host = try await TestHost([InstalledPlugin(School.self)])
        try await host.account("men", grants: [Grant(.windowStaff, in: region("430181"))])
        let course = try await host.tell(Lessons.course(), as: Lessons.staff).course
        let id = try await host.tell(Lessons.draft(of: course, capacity: 2, now: host.clock.now), as: Lessons.staff)
            .schoolClass
        _ = try await host.tell(AdvanceClass(schoolClass: id, action: .publish), as: Lessons.staff)
        let visitor = host.visitor(.tls)
        _ = try await visitor.signIn("men")
        let page = try await visitor.get("/test/school/classes/\(id)/door/1")
        #expect(page.status == 200)
        #expect(page.all("Permissions-Policy") == ["camera=(self), geolocation=(), microphone=(), payment=(), usb=()"])
        #expect(page["Content-Security-Policy"] == Assets.contentSecurityPolicy)
        let path = SchoolAssets.door.path
        #expect(page.text.contains("<script type=\"module\" src=\"\(path)\"></script>"))
        #expect(page.text.contains("<link rel=\"stylesheet\" href=\"\(SchoolAssets.styles.path)\">"))
        let script = try await visitor.get(path)
        #expect(script.status == 200)
        #expect(script["Content-Type"] == "text/javascript; charset=utf-8")
        #expect(script.body == SchoolAssets.door.bytes)
        // The worker may look after this one page; what it fetches is ours.
        let worker = try await visitor.get(SchoolAssets.doorWorker.path)
        #expect(worker["Service-Worker-Allowed"] == "/")
        #expect(worker["Content-Security-Policy"] == "default-src 'none'; connect-src 'self'")
        #expect(script["Service-Worker-Allowed"] == nil)
        #expect(page.text.contains("data-scope=\"/test/school/classes/\(id)/door/1\""))
        let other = try await visitor.get("/test/school/classes/\(id)/attendance")
        #expect(other.all("Permissions-Policy") == ["camera=(), geolocation=(), microphone=(), payment=(), usb=()"])
        #expect(!other.text.contains(path))
        #expect(try await visitor.get("/assets/school-door-0000000000000000.js").status == 404)
    }

    @Test("Without the module each ticket is a form; with it scans go as JSON")
    func forms() async throws {
        let lessons = try await Lessons()
        let id = try await lessons.register(1).registration
        let address = "/school/classes/\(lessons.schoolClass)/door/1"
        try await lessons.go(to: 5)
        func content(_ reply: PageReply) -> String {
            guard case .page(let page) = reply else { return "\(reply)" }
            return page.content.description
        }
        let ticket = try lessons.ticket(id)
        let shown = content(
            try await lessons.site.post(address, [("ticket", ticket), ("device", "东门")], as: Lessons.staff))
        #expect(shown.contains("<strong>已签到</strong>"))
        #expect(shown.contains("value=\"东门\""))
        #expect(!shown.contains(ticket))
        #expect(
            content(try await lessons.site.post(address, [("ticket", ticket), ("device", "西门")], as: Lessons.staff))
                .contains("在「东门」签到"))
        #expect(
            content(try await lessons.site.post(address, [("device", "东门")], as: Lessons.staff)).contains(
                "id=\"f-ticket-error\""))

        func send(_ scans: String) async throws -> PageReply {
            try await lessons.site.post("\(address)/scans", [("device", "南门"), ("scans", scans)], as: Lessons.staff)
        }
        let scan = String(decoding: try JSON.encode([lessons.scan(ticket, at: 4)]), as: UTF8.self)
        guard case .download(_, let type, let bytes) = try await send(scan) else {
            Issue.record("no answer")
            return
        }
        #expect(type == "application/json")
        let receipt = try JSON.decode(ScanReceipt.self, from: bytes)
        #expect(receipt.counted == 1 && receipt.results.first?.countedBy == "南门")
        #expect(await refusal { _ = try await send("[{]") }?.faults.map(\.field) == ["scans"])
        #expect(await refusal { _ = try await send("[{\"id\":\"x\"}]") }?.status == 422)
    }

    @Test("Staff tick who came, and take it back")
    func list() async throws {
        let lessons = try await Lessons()
        let id = try await lessons.register(1).registration
        let address = "/school/classes/\(lessons.schoolClass)/attendance"
        try await lessons.go(to: 5)
        func content(_ reply: PageReply) -> String {
            guard case .page(let page) = reply else { return "\(reply)" }
            return page.content.description
        }
        let empty = content(try await lessons.site.post("\(address)/1", [("way", "manual")], as: Lessons.staff))
        #expect(empty.contains("请勾选到场人员") && empty.contains("补录须填写到场日期和时间"))
        _ = try await lessons.site.post(
            "\(address)/1", [("registrations", id.description), ("way", "counter")], as: Lessons.staff)
        #expect(try lessons.presences() == ["\(id) 1 counter +5"])
        #expect(content(try await lessons.site.get("\(address)", as: Lessons.staff)).contains("（1/1）"))
        let unsaid = content(
            try await lessons.site.post("\(address)/1/withdraw", [("registration", id.description)], as: Lessons.staff))
        #expect(unsaid.contains("请填写原因"))
        _ = try await lessons.site.post(
            "\(address)/1/withdraw", [("registration", id.description), ("reason", "登记错人")], as: Lessons.staff)
        #expect(try lessons.presences() == [])
    }
}
