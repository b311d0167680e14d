import Foundation
import Host
import PluginKit
import TestKit
import Testing

@testable import Gateway
@testable import Identity

@Suite("Gateway: requests of persons about their data")
struct PrivacyPageTests {
    let host: TestHost

    init() async throws {
        host = try await TestHost([InstalledPlugin(Desk.self)])
        try await host.account("zhao", grants: [Grant(.securityAdministrator)])
        try await host.account("shen", grants: [Grant(.auditAdministrator)])
        try await host.account("ouyang.moumou", grants: [])
        try await host.account("liu", grants: [Grant(.windowStaff, in: RegionCode("430181"))])
    }

    private var identity: IdentityStore { host.host.sites[0].identity }

    private func holders(of text: String) throws -> [String] {
        let folder = host.host.sites[0].folder
        let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return files.filter { FileManager.default.contents(atPath: "\(folder)/\($0)")?.range(of: Data(text.utf8)) != nil }
    }

    @Test("A person gets a copy, is erased, and no file of the site holds name or login any more; the acts stand in the audit log")
    func copyAndErase() async throws {
        // The person was here: signed in, and so stands in the logs.
        let person = host.visitor()
        _ = try await person.signIn("ouyang.moumou")
        let id = try #require(try identity.account(login: "ouyang.moumou")).id
        let name = try #require(try identity.account(id)).name
        #expect(try !holders(of: "ouyang.moumou").isEmpty)
        let drafts = host.host.sites[0].face.drafts
        try await withCheckedThrowingContinuation { done in
            drafts.keep(id, of: .account(id), page: "/test/notes/new", title: "便签", fields: [["text", "打了一半"]], saved: true, account: id) { done.resume(with: $0) }
        }
        #expect(try drafts.saved(by: id).count == 1)

        let zhao = host.visitor()
        try await zhao.signIn("zhao")
        let page = "/test/console/privacy/\(id)"
        #expect(try await zhao.get("/test/console/privacy/?q=ouyang.moumou")["Location"] == page)
        #expect(try await zhao.get("/test/console/privacy/?q=niemand").text.contains("没有找到"))
        #expect(try await zhao.get(page).text.contains("平台账号"))
        #expect(try await zhao.post(page + "/copy", [("reason", "短")]).status == 422)
        let copy = try await zhao.post(page + "/copy", [("reason", "申请 2026-01 号")])
        #expect(copy.status == 200 && copy.text.contains("ouyang.moumou") && copy.text.contains(name))
        #expect(copy["Content-Disposition"]?.hasPrefix("attachment") == true)

        _ = try await zhao.get(page)
        let done = try await zhao.post(page + "/erase", [("reason", "申请 2026-02 号")])
        #expect(done.status == 200 && done.text.contains("已注销") && done.text.contains("已删除"))
        #expect(try holders(of: "ouyang.moumou") == [])
        #expect(try holders(of: name) == [])
        #expect(try drafts.saved(by: id).isEmpty)
        #expect(try await person.get("/test/me").status == 303)
        guard case .intact = try identity.verifyAudit() else { return #expect(Bool(false), "the chain broke") }

        let shen = host.visitor()
        try await shen.signIn("shen")
        let audit = try await shen.get("/test/console/audit/").text
        #expect(audit.contains("导出个人信息副本") && audit.contains("删除个人信息") && audit.contains("申请 2026-02 号"))
    }

    @Test("Who works here is not erased before the roles are taken back; others may not enter the chapter")
    func staff() async throws {
        let zhao = host.visitor()
        try await zhao.signIn("zhao")
        let id = try #require(try identity.account(login: "liu")).id
        _ = try await zhao.get("/test/console/privacy/\(id)")
        #expect(try await zhao.post("/test/console/privacy/\(id)/erase", [("reason", "申请 2026-03 号")]).status == 409)
        #expect(try identity.account(login: "liu") != nil)
        #expect(try await zhao.get("/test/console/privacy/nobody-here").status == 404)
        let shen = host.visitor()
        try await shen.signIn("shen")
        #expect(try await shen.get("/test/console/privacy/\(id)").status == 403)
    }
}
