import Host
import PluginKit
import TestKit
import Testing

@testable import Gateway
@testable import Identity

@Suite("Gateway: the console")
struct ConsoleTests {
    let host: TestHost

    init() async throws {
        host = try await TestHost([InstalledPlugin(Desk.self)])
        try await host.account("wuyun", grants: [Grant(.systemAdministrator)])
        try await host.account("zhao", grants: [Grant(.securityAdministrator)])
        try await host.account("shen", grants: [Grant(.auditAdministrator)])
        try await host.account("liu", grants: [Grant(.windowStaff, in: RegionCode("430181"))])
    }

    private func browser(_ login: String, _ transport: TestTransport = .router) async throws -> TestVisitor {
        let browser = host.visitor(transport)
        try await browser.signIn(login)
        return browser
    }

    private func id(_ login: String) throws -> MessageID {
        let account = try host.host.sites[0].identity.account(login: login)
        return try #require(account).id
    }

    @Test("the three administrators have chapters that do not overlap but for what takes two; nobody else has any", arguments: TestTransport.both)
    func separation(transport: TestTransport) async throws {
        let own = [
            "wuyun": ["exchange", "plugins", "erasures", "links", "parked", "jobs", "flow", "emergency", "operation"], "zhao": ["accounts", "organisations", "partners", "policy", "erasures", "emergency", "privacy"],
            "shen": ["audit", "policy", "emergency"], "liu": [],
        ]
        for (login, chapters) in own {
            let browser = try await browser(login, transport)
            let front = try await browser.get("/test/console")
            #expect(front.status == (chapters.isEmpty ? 403 : 200))
            for chapter in Console.chapters {
                let isOpen = chapters.contains(chapter.id)
                #expect(try await browser.get("/test/console/\(chapter.id)/").status == (isOpen ? 200 : 403), "\(login) \(chapter.id)")
                #expect(front.text.contains("/test/console/\(chapter.id)/") == isOpen)
            }
        }
        #expect(try await host.visitor(transport).get("/test/console/audit/")["Location"] == "/test/login?return=%2Ftest%2Fconsole%2Faudit%2F")
        #expect(try await browser("zhao").get("/test/console/absent/").status == 404)
    }

    @Test("a security administrator opens an account, grants and revokes by region, and the person works with it at once")
    func accounts() async throws {
        let zhao = try await browser("zhao")
        _ = try await zhao.get("/test/console/accounts/new")
        let bad = try await zhao.post("/test/console/accounts/new", [("login", "admin"), ("name", ""), ("role", "city-staff"), ("region", "430181")])
        #expect(bad.status == 422)
        #expect(bad.text.contains("默认名称") && bad.text.contains("只能授予市级区划"), "all faults at once")
        let opened = try await zhao.post("/test/console/accounts/new", [("login", "sun.yi"), ("name", "孙一"), ("role", ""), ("region", "")])
        let password = try #require(opened.text.firstMatch(of: /<code>([A-Za-z0-9-]{19})<\/code>/)).1
        let sun = try id("sun.yi")
        let page = "/test/console/accounts/\(sun)"
        #expect(try await zhao.get("/test/console/accounts/?q=sun").text.contains(page))
        #expect(try await zhao.get("/test/console/accounts/?role=agency").text.contains("没有符合条件的记录"))

        let person = host.visitor()
        #expect(try await person.signIn("sun.yi", password: String(password))["Location"] == "/test/password")
        _ = try await person.get("/test/password")
        let own = "Xin-Kouling-2026"
        _ = try await person.post("/test/password", [("old", String(password)), ("new", own), ("repeat", own)])
        #expect(try await person.get("/test/desk/staff").status == 403)
        _ = try await zhao.get(page)
        #expect(try await zhao.post(page + "/grant", [("role", "window-staff"), ("region", "430181")])["Location"] == page)
        #expect(try await person.get("/test/desk/staff").status == 200)
        #expect(try await zhao.post(page + "/grant", [("role", "window-staff"), ("region", "43")]).status == 422)
        #expect(try await zhao.post(page + "/grant", [("role", "window-staff"), ("region", "440100")]).status == 422)
        #expect(try await zhao.post(page + "/revoke", [("role", "window-staff"), ("region", "430181")])["Location"] == page)
        #expect(try await person.get("/test/desk/staff").status == 403)
        #expect(try await zhao.post(page + "/name", [("name", "孙一一"), ("organisation", "")])["Location"] == page)
        #expect(try await zhao.get(page).text.contains("孙一一"))

        #expect(try await zhao.post(page + "/sessions", [("end", "all")])["Location"] == page)
        #expect(try await person.get("/test/me").status == 303)
        let reset = try await zhao.post(page + "/password")
        #expect(reset.text.contains("密码只显示这一次"))
        #expect(try await host.visitor().signIn("sun.yi", password: own).status == 401)
        #expect(try await zhao.post(page + "/state", [("state", "disabled")])["Location"] == page)
        #expect(try await zhao.get(page).text.contains("停用"))
        #expect(try await zhao.post(page + "/state", [("state", "enabled")])["Location"] == page)
        #expect(try await zhao.post(page + "/second-factor").status == 409)
        #expect(try await zhao.get("/test/console/accounts/nobody").status == 404)
    }

    @Test("a security administrator records, corrects, ends and resumes an organisation; a wrong credit code is named at its field")
    func organisations() async throws {
        let zhao = try await browser("zhao")
        let root = "/test/console/organisations/"
        _ = try await zhao.get(root + "new")
        let wrong = try await zhao.post(root + "new", [("code", "91350100M000100Y44"), ("name", "演示·单位"), ("kind", "agency")])
        #expect(wrong.status == 422 && wrong.text.contains("GB 32100-2015"))
        let page = root + "91350100M000100Y43"
        #expect(try await zhao.post(root + "new", [("code", "91350100M000100Y43"), ("name", "演示·单位"), ("kind", "agency")])["Location"] == page)
        #expect(try await zhao.post(root + "new", [("code", "91350100M000100Y43"), ("name", "另一个"), ("kind", "agency")]).status == 409)
        #expect(try await zhao.get(root + "?q=演示").text.contains(page))
        #expect(try await zhao.get(page).text.contains("服务机构"))
        #expect(try await zhao.post(page + "/correct", [("name", ""), ("kind", "agency")]).status == 422)
        #expect(try await zhao.post(page + "/correct", [("name", "演示·更正后的单位"), ("kind", "association")])["Location"] == page)
        #expect(try await zhao.get(page).text.contains("演示·更正后的单位"))
        #expect(try await zhao.post(page + "/end", [("reason", "短")]).status == 422)
        #expect(try await zhao.post(page + "/end", [("reason", "机构改革撤并")])["Location"] == page)
        #expect(try await zhao.get(page).text.contains("已终止"))
        let account = try await zhao.post(
            "/test/console/accounts/new", [("login", "sun.er"), ("name", "孙二"), ("role", "agency"), ("organisation", "91350100M000100Y43")])
        #expect(account.status == 422 && account.text.contains("已终止"))
        #expect(try await zhao.post(page + "/resume", [("reason", "撤并有误，恢复")])["Location"] == page)
        #expect(try await zhao.get(root + "91430100MA4LDEM02N").status == 404)
    }

    @Test("a security administrator cannot raise or disable herself, nor make one person two administrators")
    func ownAccount() async throws {
        let zhao = try await browser("zhao")
        let page = "/test/console/accounts/\(try id("zhao"))"
        _ = try await zhao.get(page)
        #expect(try await zhao.post(page + "/grant", [("role", "province-staff")]).text.contains("不能修改本人的角色"))
        #expect(try await zhao.post(page + "/state", [("state", "disabled")]).status == 409)
        let other = "/test/console/accounts/\(try id("wuyun"))"
        let both = try await zhao.post(other + "/grant", [("role", "audit-administrator")])
        #expect(both.status == 422)
        #expect(both.text.contains("三类管理员须由不同的人担任"))
    }

    @Test("the audit administrator filters, exports and checks; no other door shows a line")
    func audit() async throws {
        let shen = try await browser("shen")
        _ = await host.visitor().tryToGuess("liu")
        let all = try await shen.get("/test/console/audit/").text
        #expect(all.contains("登录失败") && all.contains("开设账号"))
        let failed = try await shen.get("/test/console/audit/?event=sign-in-failed&person=liu&outcome=refused").text
        #expect(failed.contains("登录失败") && !failed.contains("<td role=\"cell\" class=\"\" data-label=\"事件\">开设账号"))
        #expect(try await shen.get("/test/console/audit/?event=nonsense&from=x").text.contains("没有事件“nonsense”"))
        let csv = try await shen.post("/test/console/audit/export", [("event", "sign-in-failed"), ("format", "csv")])
        #expect(csv["Content-Type"] == "text/csv; charset=utf-8")
        #expect(csv.text.split(separator: "\r\n").count == 2)
        let lines = try await shen.post("/test/console/audit/export", [("format", "jsonl")])
        #expect(lines["Content-Disposition"]?.hasPrefix("attachment") == true)
        #expect(lines.text.split(separator: "\n").allSatisfy { (try? JSONValue(parsing: Array($0.utf8)))?["hash"]?.string?.count == 64 })
        #expect(try await shen.post("/test/console/audit/export", [("from", "x")]).status == 422)
        _ = try await shen.get("/test/console/audit/")
        #expect(try await shen.post("/test/console/audit/verify").text.contains("记录完好"))
        #expect(try await shen.get("/test/console/audit/?event=audit-exported").text.contains("导出审计记录"))
        let verified = try await shen.get("/test/console/audit/?event=audit-verified").text
        #expect(verified.contains("完好，共 ") && !verified.contains("intact"))

        for login in ["wuyun", "zhao", "liu"] {
            let browser = try await browser(login)
            _ = try await browser.get("/test/me")
            for path in ["", "?event=signed-in"] { #expect(try await browser.get("/test/console/audit/" + path).status == 403) }
            for path in ["verify", "export"] { #expect(try await browser.post("/test/console/audit/" + path).status == 403) }
        }
        #expect(try await host.visitor().get("/api/test/_identity/audit").status == 404)
        #expect(try await host.visitor(.admin).get("/metrics").text.contains("signed-in") == false)
    }

    @Test("a temporary role is asked for, approved by another administrator, stands on every page, and ends by itself", arguments: TestTransport.both)
    func emergency(transport: TestTransport) async throws {
        let liu = try await browser("liu", transport)
        let zhao = try await browser("zhao", transport)
        _ = try await liu.get("/test/emergency")
        #expect(try await liu.post("/test/emergency", [("role", "province-staff"), ("hours", "99"), ("reason", "")]).status == 422)
        let asked = try await liu.post("/test/emergency", [("role", "province-staff"), ("hours", "1"), ("reason", "评审会议期间代办")])
        #expect(asked["Location"] == "/test/emergency")
        #expect(try await liu.get("/test/emergency").text.contains("待批准"))
        let list = try await zhao.get("/test/console/emergency/").text
        let path = try #require(list.firstMatch(of: /action="(\/test\/console\/emergency\/[^"]+)"/)).1
        #expect(try await liu.post(String(path), [("do", "approve")]).status == 403)
        #expect(try await zhao.post(String(path), [("do", "approve")]).status == 303)
        for page in ["/test/", "/test/me", "/test/desk/", "/test/search", "/test/desk/wrong"] {
            #expect(try await liu.get(page).text.contains("应急授权生效中"), "\(page)")
        }
        #expect(try await !zhao.get("/test/").text.contains("应急授权生效中"))
        host.clock.advance(by: .seconds(1700))
        _ = try await liu.get("/test/me")
        host.clock.advance(by: .seconds(1700))
        #expect(try await liu.get("/test/me").text.contains("省级主管人员"))
        host.clock.advance(by: .seconds(200))
        let after = try await liu.get("/test/me").text
        #expect(!after.contains("应急授权生效中") && !after.contains("省级主管人员"))
    }

    @Test("the policy page shows what is in force and where it is set")
    func policy() async throws {
        let text = try await browser("zhao").get("/test/console/policy/").text
        for wanted in ["identity.password.history", "5 个", "identity.audit.months", "6 个月"] { #expect(text.contains(wanted)) }
    }

    @Test("no page of the console changes anything without the form's token")
    func needsToken() async throws {
        let zhao = try await browser("zhao")
        let page = "/test/console/accounts/\(try id("liu"))"
        _ = try await zhao.get(page)
        for action in ["/grant", "/revoke", "/password", "/second-factor", "/state", "/sessions", "/name"] {
            #expect(try await zhao.post(page + action, [("role", "province-staff")], token: "").status == 403)
        }
        #expect(try await host.visitor().signIn("liu").status == 303)
    }
}

extension TestVisitor {
    fileprivate func tryToGuess(_ login: String) async -> Int? { try? await signIn(login, password: "falsch-2026-X").status }
}
