import Host
import Identity
import PluginKit
import TestKit
import Testing

@Suite("Gateway: signing up for an enterprise or agency")
struct MembershipPageTests {
    let host: TestHost

    init() async throws {
        host = try await TestHost([InstalledPlugin(Desk.self)], sites: [TestHost.site("test", "测试平台", region: "430100")])
        try await host.account("liu", grants: [Grant(.windowStaff, in: RegionCode("430181"))])
        try await host.account("wang", grants: [Grant(.windowStaff, in: RegionCode("430112"))])
    }

    private let form: [(String, String)] = [
        ("login", "zhang.wei"), ("name", "张伟"), ("password", TestHost.password), ("repeat", TestHost.password), ("kind", "enterprise"),
        ("organisation", "演示·浏阳精工机械有限公司"), ("code", "91430181ma4ldem10u"), ("region", "430181"), ("post", "行政主管"), ("agree", "yes"),
    ]

    @Test("from the sign-in page to acting for the enterprise: sign up, verified by the region's window, seen under 我的", arguments: TestTransport.both)
    func walk(transport: TestTransport) async throws {
        let newcomer = host.visitor(transport)
        #expect(try await newcomer.get("/test/login").text.contains("/test/join"))
        let page = try await newcomer.get("/test/join")
        #expect(page.text.contains(">浏阳市</option>") && !page.text.contains(">渌口区</option>"))
        let done = try await newcomer.post("/test/join", form + [("_id", page.hidden("_id") ?? "")])
        #expect(done.status == 200)
        let login = String(try #require(done.text.firstMatch(of: /<code>(zhang\.wei-[0-9]{4})</)).1)
        try await newcomer.signIn(login)
        #expect(try await newcomer.get("/test/me").text.contains("核实通过后即可办理业务"))
        #expect(try await newcomer.get("/test/claims").status == 403)

        let wang = host.visitor(transport)
        try await wang.signIn("wang")
        #expect(try await !wang.get("/test/claims").text.contains("张伟"))
        let liu = host.visitor(transport)
        try await liu.signIn("liu")
        #expect(try await liu.get("/test/me").text.contains("演示·浏阳精工机械有限公司：核实单位代表"))
        let desk = try await liu.get("/test/claims").text
        let claim = String(try #require(desk.firstMatch(of: /name="claim" value="([0-9a-f-]{36})"/)).1)
        #expect(desk.contains("张伟（行政主管）") && desk.contains("91430181MA4LDEM10U"))
        _ = try await wang.get("/test/claims")
        #expect(try await wang.post("/test/claims", [("do", "approve"), ("claim", claim)]).status == 404)
        #expect(try await liu.post("/test/claims", [("do", "refuse"), ("claim", claim)]).status == 422)
        #expect(try await liu.post("/test/claims", [("do", "approve"), ("claim", claim)])["Location"] == "/test/claims")
        #expect(try await liu.post("/test/claims", [("do", "approve"), ("claim", claim)]).status == 409)

        let me = try await newcomer.get("/test/me").text
        #expect(me.contains("演示·浏阳精工机械有限公司") && me.contains("企业"))
        _ = try await newcomer.get("/test/membership")
        #expect(try await newcomer.post("/test/membership", [("do", "leave")])["Location"] == "/test/membership")
        #expect(try await newcomer.get("/test/membership").text.contains("申请代表单位"))
    }

    @Test("what is wrong stands at its field and nothing typed is lost but passwords; without the tick nothing is taken")
    func faults() async throws {
        let visitor = host.visitor(.router)
        _ = try await visitor.get("/test/join")
        let wrong = form.map { ($0.0, $0.0 == "repeat" ? "x" : $0.1) }.filter { $0.0 != "agree" }
        let first = try await visitor.post("/test/join", wrong)
        #expect(first.status == 422 && first.text.contains("与密码不一致") && first.text.contains("勾选同意"))
        let second = try await visitor.post("/test/join", form.map { ($0.0, $0.0 == "code" ? "91430181MA4LDEM10X" : $0.1) })
        #expect(second.status == 422 && second.text.contains("91430181MA4LDEM10X") && !second.text.contains(TestHost.password))
        #expect(second.text.contains("zhang.wei"))
    }

    @Test("where sign-up is closed, no page offers it")
    func closed() async throws {
        var site = TestHost.site("test", "测试平台", region: "430100")
        site.identity.signUp.isOpen = false
        let host = try await TestHost([InstalledPlugin(Desk.self)], sites: [site])
        let visitor = host.visitor(.router)
        #expect(try await !visitor.get("/test/login").text.contains("/test/join"))
        #expect(try await visitor.get("/test/join").status == 403)
        #expect(try await visitor.post("/test/join", form).status == 403)
    }
}
