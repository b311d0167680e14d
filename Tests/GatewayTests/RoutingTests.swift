import Host
import Pages
import PluginKit
import TestKit
import Testing

@Suite("Gateway: which address leads where")
struct RoutingTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let method: String
        let path: String
        let status: Int
        var allow: String?
        var location: String?
        var testDescription: String { "\(method) \(path) → \(status)" }

        init(_ method: String, _ path: String, _ status: Int, allow: String? = nil, location: String? = nil) {
            self.method = method
            self.path = path
            self.status = status
            self.allow = allow
            self.location = location
        }
    }

    static let cases: [Case] = [
        Case("GET", "/", 200), Case("HEAD", "/", 200), Case("GET", "/?x=%20", 200),
        Case("GET", "/test", 303, location: "/test/"), Case("GET", "/test/", 200),
        Case("GET", "/test/search", 200), Case("GET", "/test/search?q=%E6%B9%98", 200), Case("GET", "/test/login", 200),
        Case("GET", "/test/desk", 200), Case("GET", "/test/desk/", 200), Case("HEAD", "/test/desk/", 200),
        Case("GET", "/test/desk/wrong", 404), Case("GET", "/test/desk/staff/", 404), Case("GET", "/test/absent/", 404),
        Case("GET", "/absent/", 404), Case("GET", "/assets/absent.css", 404), Case("GET", "/health/absent", 404),
        Case("GET", "/health/live", 200), Case("HEAD", "/health/ready", 200),
        Case("GET", "/test/desk/staff", 303, location: "/test/login?return=%2Ftest%2Fdesk%2Fstaff"),
        Case("GET", "/test/desk/own/x?a=b%26c", 303, location: "/test/login?return=%2Ftest%2Fdesk%2Fown%2Fx%3Fa%3Db%2526c"),
        Case("GET", "/test/me", 303, location: "/test/login?return=%2Ftest%2Fme"),
        Case("GET", "/test/password", 303, location: "/test/login?return=%2Ftest%2Fpassword"),
        // The method is looked at before the form, the account before the form's token.
        Case("POST", "/", 405, allow: "GET, HEAD, OPTIONS"), Case("PUT", "/test/login", 405, allow: "GET, HEAD, OPTIONS, POST"),
        Case("GET", "/test/logout", 405, allow: "OPTIONS, POST"), Case("DELETE", "/test/me", 405, allow: "GET, HEAD, OPTIONS"),
        Case("POST", "/test/desk/staff", 405, allow: "GET, HEAD, OPTIONS"), Case("GET", "/test/desk/slips", 405, allow: "OPTIONS, POST"),
        Case("BREW", "/test/desk/", 405, allow: "GET, HEAD, OPTIONS"), Case("POST", "/health/ready", 405, allow: "GET, HEAD, OPTIONS"),
        Case("POST", "/test/desk/wrong", 404), Case("POST", "/test/desk/slips", 303, location: "/test/login"),
        // Nothing that two programs could read in two ways.
        Case("GET", "//", 400), Case("GET", "//test/", 400), Case("GET", "/test//desk", 400), Case("GET", "/test/./desk", 400),
        Case("GET", "/test/../test/", 400), Case("GET", "/test/%2e%2e/", 400), Case("GET", "/test/%2E/", 400),
        Case("GET", "/test/.%2e/", 400), Case("GET", "/test/%2e./desk", 400), Case("GET", "/test/desk//", 400),
        Case("GET", "/test/.well", 404), Case("GET", "/test/%2ewell", 404), Case("GET", "/test/desk?%GG=1", 400),
        Case("GET", "/test/desk?a=%00", 400), Case("GET", "/test/desk?a=%FF", 400),
    ]

    @Test("a path, its method and what comes back", arguments: TestTransport.both)
    func routes(transport: TestTransport) async throws {
        let host = try await TestHost([InstalledPlugin(Desk.self)])
        for one in Self.cases {
            // An unreadable query never passes the parser; there the status is its.
            let answer = try await host.visitor(transport).send(one.method, one.path)
            #expect(answer.status == one.status, "\(transport) \(one.testDescription)")
            #expect(answer["Allow"] == one.allow, "\(transport) \(one.testDescription)")
            if let location = one.location { #expect(answer["Location"] == location, "\(transport) \(one.testDescription)") }
        }
    }

    @Test("a fixed segment goes before a parameter, and a parameter arrives decoded")
    func decodesParameters() async throws {
        let host = try await TestHost([InstalledPlugin(Desk.self)])
        try await host.account("liu")
        let browser = host.visitor()
        try await browser.signIn("liu")
        #expect(try await browser.get("/test/desk/own/fixed").text.contains("固定地址"))
        #expect(try await browser.get("/test/desk/own/%E6%B5%8F%E9%98%B3%2F%3Cb%3E").text.contains("浏阳/&lt;b&gt;"))
        #expect(try await browser.get("/test/desk/own/%FF").status == 404)
        #expect(try await browser.get("/test/desk/own/").status == 404)
    }

    @Test("HEAD has the fields of GET and no body", arguments: ["/test/desk/", "/api/test/desk/slips", "/test/desk/table", "/test/desk/paper"])
    func head(path: String) async throws {
        let host = try await TestHost([InstalledPlugin(Desk.self)])
        // One browser, so that both pages hold the same token.
        let browser = host.visitor()
        _ = try await browser.get("/test/")
        let get = try await browser.get(path)
        let head = try await browser.send("HEAD", path)
        #expect(head.body.isEmpty)
        #expect(head.status == get.status)
        for name in ["Content-Length", "Content-Type", "Content-Security-Policy", "Content-Disposition"] {
            #expect(head[name] == get[name], "\(name)")
        }
    }

    @Test("a site shows its own plug-ins only, and one site's path says nothing about another's")
    func keepsSitesApart() async throws {
        var bare = TestHost.site("bare", "没有插件")
        bare.plugins["desk"] = .object([])
        var other = TestHost.site("other", "别处")
        other.plugins = ["quiet": .object([])]
        let host = try await TestHost([InstalledPlugin(Desk.self), InstalledPlugin(Quiet.self)], sites: [bare, other])
        let browser = host.visitor()
        #expect(try await browser.get("/bare/desk/").status == 200)
        #expect(try await browser.get("/other/desk/").status == 404)
        #expect(try await browser.get("/api/other/desk/slips").status == 404)
        #expect(try await !browser.get("/other/").text.contains("柜台"))
        #expect(try await browser.get("/api/bare/quiet/x").status == 404)
    }

    @Test("the bare address of a plug-in without a first page leads to the first entry of its navigation that one may see")
    func leadsToTheFront() async throws {
        let host = try await TestHost([InstalledPlugin(Inner.self), InstalledPlugin(Back.self)])
        try await host.account("liu", grants: [Grant(.windowStaff, in: RegionCode("430181"))])
        let visitor = host.visitor(), staff = host.visitor()
        try await staff.signIn("liu")
        for slash in ["", "/"] {
            let open = try await visitor.get("/test/inner" + slash)
            #expect(open.status == 303 && open["Location"] == "/test/inner/list")
            #expect(try await staff.get("/test/inner" + slash)["Location"] == "/test/inner/work")
            #expect(try await visitor.get("/test/back" + slash)["Location"]?.hasPrefix("/test/login?return=%2Ftest%2Fback") == true)
            #expect(try await staff.get("/test/back" + slash).status == 403)
        }
        #expect(try await visitor.send("HEAD", "/test/inner").status == 303)
        // Only a look leads on, and only from there.
        #expect(try await visitor.send("POST", "/test/inner/").status == 404)
        #expect(try await visitor.get("/test/inner/none").status == 404)
    }

    @Test("an entry that leads back to the bare address, or nowhere, is passed over; a plug-in without another one, or not enabled, is not there")
    func leadsNowhere() async throws {
        var bare = TestHost.site("bare", "没有别的插件"), other = TestHost.site("other", "别处")
        bare.plugins = ["ring": .object([]), "round": .object([])]
        other.plugins = ["quiet": .object([])]
        let host = try await TestHost([InstalledPlugin(Ring.self), InstalledPlugin(Round.self), InstalledPlugin(Quiet.self)], sites: [bare, other])
        let visitor = host.visitor()
        for slash in ["", "/"] {
            #expect(try await visitor.get("/bare/ring" + slash).status == 404)
            #expect(try await visitor.get("/bare/round" + slash)["Location"] == "/bare/round/list?sort=new")
            #expect(try await visitor.get("/other/round" + slash).status == 404)
        }
    }

    @Test("a link that leaves the browser has the port that the system chose, or what the configuration says")
    func linksFromOutside() async throws {
        let chosen = try await TestHost([InstalledPlugin(Quiet.self)])
        #expect(try await chosen.visitor().get("/test/quiet/").text.contains("https://localhost:\(chosen.host.port)/test/quiet/"))
        let named = try await TestHost([InstalledPlugin(Quiet.self)]) { $0.origin = "https://fw.example.cn" }
        #expect(try await named.visitor().get("/test/quiet/").text.contains("https://fw.example.cn/test/quiet/"))
    }
}

/// A plug-in that shows nothing but where it is.
struct Quiet: Plugin {
    static let manifest = Manifest(id: "quiet", title: "安静", version: "1.0.0")
    static func register(in plugin: inout Registration<NoSettings>) {
        plugin.holdsNoPersonalData()
        plugin.page("/", access: .anyone) { request, _ in .page(Page(title: "所在") { p("\(request.origin)\(request.base)/") }) }
    }
}

/// A plug-in whose first page depends on who looks.
struct Inner: Plugin {
    static let manifest = Manifest(id: "inner", title: "里间", version: "1.0.0")
    static func register(in plugin: inout Registration<NoSettings>) {
        plugin.holdsNoPersonalData()
        plugin.navigation("办理", "/work", note: "办理", icon: .inbox, access: .role(.windowStaff))
        plugin.navigation("清单", "/list", note: "清单", icon: .document)
        for path in ["/work", "/list"] { plugin.page(path, access: .anyone) { _, _ in .page(Page(title: "里间") { p(path) }) } }
    }
}

/// A plug-in whose entries lead back to its bare address, or nowhere.
struct Ring: Plugin {
    static let manifest = Manifest(id: "ring", title: "环", version: "1.0.0")
    static func register(in plugin: inout Registration<NoSettings>) {
        plugin.holdsNoPersonalData()
        for path in ["/", "", "?x=1", "/absent"] { plugin.navigation("环", path, note: "环", icon: .document) }
        plugin.page("/list", access: .anyone) { _, _ in .page(Page(title: "环") { p("环") }) }
    }
}

/// The same with one entry that leads on.
struct Round: Plugin {
    static let manifest = Manifest(id: "round", title: "圈", version: "1.0.0")
    static func register(in plugin: inout Registration<NoSettings>) {
        plugin.holdsNoPersonalData()
        for path in ["/", "/list?sort=new"] { plugin.navigation("圈", path, note: "圈", icon: .document) }
        plugin.page("/list", access: .anyone) { _, _ in .page(Page(title: "圈") { p("圈") }) }
    }
}

/// A plug-in for auditors only.
struct Back: Plugin {
    static let manifest = Manifest(id: "back", title: "后间", version: "1.0.0")
    static func register(in plugin: inout Registration<NoSettings>) {
        plugin.holdsNoPersonalData()
        plugin.navigation("后间", "/list", note: "后间", icon: .document, access: .role(.auditAdministrator))
        plugin.page("/list", access: .role(.auditAdministrator)) { _, _ in .page(Page(title: "后间") { p("后间") }) }
    }
}
