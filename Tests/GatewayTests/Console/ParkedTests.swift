import Host
import PluginKit
import TestKit
import Testing

@testable import Gateway
@testable import Identity

/// Keeps copies of slips, and cannot keep one that says 坏.
private struct Copyist: Plugin {
    static let manifest = Manifest(id: "copyist", title: "抄写", version: "1.0.0", needs: ["desk"])

    static func register(in plugin: inout Registration<NoSettings>) {
        plugin.holdsNoPersonalData()
        plugin.migrations([Migration(1, "create copy", "CREATE TABLE copy (text TEXT NOT NULL CHECK (text <> '坏')) STRICT")])
        plugin.react(to: SlipLeft.self) { event, tx in try tx.run("INSERT INTO copy VALUES (?)", event.text) }
        plugin.answer(FindCopies.self, access: .anyone) { _, snapshot in
            .init(texts: try snapshot.rows("SELECT text FROM copy ORDER BY rowid") { try $0.get(0) })
        }
    }
}

private struct FindCopies: Query {
    static let name: WireName = "copyist.find-copies.v1"
    struct Reply: Codable, Sendable { var texts: [String] }
}

@Suite("Gateway: parked messages in the console")
struct ParkedTests {
    @Test("the cause and the attempts stand there; the content is repaired by its schema with a reason, delivered and audited")
    func repaired() async throws {
        let host = try await TestHost([InstalledPlugin(Desk.self), InstalledPlugin(Copyist.self)])
        try await host.account("wuyun", grants: [Grant(.systemAdministrator)])
        try await host.account("shen", grants: [Grant(.auditAdministrator)])
        _ = try await host.tell(LeaveSlip(text: "坏", copies: nil), as: .person("liu", .windowStaff))
        await host.settle()
        let browser = host.visitor()
        try await browser.signIn("wuyun")
        let list = try await browser.get("/test/console/parked/").text
        let path = String(try #require(list.firstMatch(of: /href="(\/test\/console\/parked\/copyist\/\d+)"/)).1)
        let detail = try await browser.get(path).text
        #expect(detail.contains("desk#1") || detail.contains("desk 日志第 1 条"))
        #expect(detail.contains("尝试次数") && detail.contains("&quot;text&quot;: &quot;坏&quot;") || detail.contains("\"text\": \"坏\""))
        let form = try await browser.get(path + "/repair").text
        #expect(form.contains("这种消息的格式"))
        let id = String(try #require(form.firstMatch(of: /(?:&quot;|")id(?:&quot;|"): (?:&quot;|")([0-9a-f-]{36})/)).1)
        let unfit = try await browser.post(path + "/repair", [("content", #"{"id": "\#(id)", "text": 5}"#), ("reason", "原文有误，经核对更正")])
        #expect(unfit.status == 422 && unfit.text.contains("text") && unfit.text.contains("原文有误，经核对更正"), "what was typed stays")
        #expect(try await browser.post(path + "/repair", [("content", #"{"id": "\#(id)", "text": "好"}"#), ("reason", "短")]).status == 422)
        let done = try await browser.post(path + "/repair", [("content", #"{"id": "\#(id)", "text": "好"}"#), ("reason", "原文有误，经核对更正")])
        #expect(done["Location"] == "/test/console/parked/")
        await host.settle()
        #expect(try host.host.sites[0].bus.ask(FindCopies(), as: .visitor).texts == ["好"])
        #expect(try await browser.get("/test/console/parked/").text.contains("没有搁置的消息"))
        let auditor = host.visitor()
        try await auditor.signIn("shen")
        let audit = try await auditor.get("/test/console/audit/?event=message-repaired").text
        #expect(audit.contains("copyist ← desk#1 desk.slip-left.v1：原文有误，经核对更正"))
        #expect(try await auditor.get(path).status == 403)
    }
}
