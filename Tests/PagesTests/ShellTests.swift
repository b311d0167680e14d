import Foundation
import Messages
import Pages
import Testing
import Vocabulary

@Suite("The shell around a page")
struct ShellTests {
    private func render(path: String = "/hub/registry/x", account: AccountMenu = .none, title: String = "标题") -> String
    {
        var shell = Samples.shell
        shell.path = path
        shell.account = account
        return String(decoding: shell.render(Page(title: title) { p("正文") }), as: UTF8.self)
    }

    @Test(
        "the current item is the longest beginning of the path by whole segments",
        arguments: [
            ("/hub/", "首页"), ("/hub/registry/map/430100", "网络地图"), ("/hub/registry/nodes", "平台网络"),
            ("/hub/registry", "平台网络"),
            ("/hub/planning", nil), ("/hub/account", nil),
        ])
    func currentItem(path: String, expected: String?) {
        let nav =
            render(path: path).components(separatedBy: "<nav class=\"site-nav\"").last?.components(
                separatedBy: "</nav>"
            ).first ?? ""
        let current = nav.components(separatedBy: " aria-current=\"page\">").dropFirst().map {
            String($0.prefix { $0 != "<" })
        }
        #expect(current == (expected.map { [$0] } ?? []))
    }

    @Test("several entries of one plug-in fold below its title, which says when the asked page stands there")
    func fold() {
        let items = [
            NavigationItem("首页", "/hub/"),
            NavigationItem("平台网络", below: [NavigationItem("地图", "/hub/registry/map"), NavigationItem("名录", "/hub/registry/nodes")]),
            NavigationItem("服务", below: [NavigationItem("找服务", "/hub/market/services")]),
        ]
        let page = Shell(site: SiteCard(id: "hub", title: "站"), navigation: items, stylesheets: [], path: "/hub/registry/map/430100")
            .render(Page(title: "页") {})
        let text = String(decoding: page, as: UTF8.self)
        #expect(text.contains("<summary aria-current=\"true\">平台网络</summary><ul><li><a href=\"/hub/registry/map\" aria-current=\"page\">地图</a>"))
        #expect(text.contains("<summary>服务</summary>"))
        #expect(text.components(separatedBy: "aria-current").count == 3)
        #expect(NavigationItem.leaves(items).map(\.title) == ["首页", "地图", "名录", "找服务"])
    }

    @Test("signing out is a POST with the session's token; signing in a link")
    func account() {
        let person = render(
            account: .person(name: "<李>", accountPath: nil, logoutPath: "/hub/logout", csrfToken: "t\"1"))
        #expect(
            person.contains(
                "<form method=\"post\" action=\"/hub/logout\" class=\"inline\"><input type=\"hidden\" name=\"_csrf\" value=\"t&quot;1\">"
            ))
        #expect(person.contains("&lt;李&gt;"))
        #expect(render(account: .visitor(loginPath: "/hub/login")).contains("<a href=\"/hub/login\""))
    }

    @Test("the title names page and site, escaped")
    func title() {
        #expect(render(title: "A & B").contains("<title>A &amp; B - 湖南省中小企业公共服务平台</title>"))
    }

    @Test("what the site does not have leaves no trace")
    func nothingLeft() {
        var shell = Shell(site: SiteCard(id: "s", title: "站", hotline: nil), stylesheets: [], path: "/s/")
        let bare = String(decoding: shell.render(Page(title: "页") {}), as: UTF8.self)
        for word in ["<nav", "role=\"search\"", "hotline", "account", "script"] {
            #expect(!bare.contains(word), "\(word)")
        }
        shell.searchPath = "/s/search"
        #expect(String(decoding: shell.render(Page(title: "页") {}), as: UTF8.self).contains("action=\"/s/search\""))
    }

    @Test(
        "an error page has the status, the sentence, the next step and the code",
        arguments: [(404, "没有找到这个页面"), (403, "没有访问权限"), (500, "系统出现问题"), (418, "无法完成这个操作"), (503, "服务暂时不可用")])
    func failure(status: Int, title: String) {
        let refusal = Refusal(
            "x.y", status: status, message: "说明<1>", log: "English for the log", retryAfter: .seconds(120))
        let page = Page.failure(refusal, incident: "7F3K-92QD", home: "/hub/")
        #expect(page.status == status && page.title == title)
        let content = page.content.description
        for part in ["说明&lt;1&gt;", "7F3K-92QD", "2分钟", "href=\"/hub/\""] { #expect(content.contains(part)) }
        #expect(!content.contains("English"))
    }
}

@Suite("Charts and the tile map can be read without colour")
struct ChartTests {
    private let map = Samples.html("tile-map").description

    @Test("each of Hunan's 14 cities is a link with its name and figures in words")
    func tiles() {
        #expect(Samples.cities.count == 14)
        for tile in Samples.cities {
            let label = "\(tile.name)：综合窗口覆盖 \(Format.share(tile.numerator, of: tile.denominator))"
            #expect(map.contains("href=\"/hub/registry/map/\(tile.code)\" aria-label=\"\(label)\""), "\(tile.name)")
            #expect(map.contains(">\(tile.numerator)/\(tile.denominator)</text>"))
        }
        #expect(map.components(separatedBy: "<a class=\"tile").count == 15)
        #expect(map.contains("<details") && map.contains("<caption>"))
    }

    @Test("Hunan's layout gives 14 places, no two the same")
    func hunan() {
        let places = TileLayout.hunan.places
        #expect(places.count == 14 && Set(places.values).count == 14)
        #expect(Set(Samples.cities.map(\.code)) == Set(places.keys))
    }

    @Test("an unknown province falls back to a plain grid, and a tile the layout forgot still stands")
    func fallback() throws {
        let codes = try ["110101", "110102", "110105", "110106"].map { try #require(RegionCode($0)) }
        let layout = TileLayout.best(for: codes)
        #expect(layout.places[codes[3]] == TileLayout.Position(column: 0, row: 1))
        let forgotten = TileMap("图", measure: "数", unit: "个", [.init(codes[0], "东城区", 1, of: 1)], layout: .hunan)
        #expect(forgotten.html.description.contains("东城区：数 100.0%（1/1）"))
    }

    @Test(
        "a layout is read from text, or refused",
        arguments: [
            ("430100\t2\t1\n# x\n\n430200\t3\t2\n", 2), ("", 0), ("430100\t2\n", nil), ("43010\t2\t1\n", nil),
            ("430100\t-1\t1\n", nil),
            ("430100\t1\t1\n430100\t2\t2\n", nil), ("430100\t1\t1\n430200\t1\t1\n", nil), ("430100\tx\t1\n", nil),
        ] as [(String, Int?)])
    func parsing(text: String, expected: Int?) { #expect(TileLayout(parsing: text)?.places.count == expected) }

    @Test(
        "charts say in words or figures what they draw",
        arguments: [
            ("line", "9月为820件，3月为1,290件，最高为12月的1,480件"), ("gauge", "县级窗口覆盖：88.5%（108/122）"), ("stacked", "7 / 2 / 0"),
            ("bars", "3,280"), ("line-empty", "尚无数据"),
        ])
    func words(name: String, expected: String) {
        #expect(Samples.html(name).description.contains(expected))
        if name != "gauge" { #expect(Samples.html(name).description.contains("查看数据表")) }
    }

    @Test("values that cannot be drawn do not break the drawing")
    func oddValues() {
        let odd = BarChart("图", unit: "个", [Datum("甲", .nan), Datum("乙", -5.0), Datum("丙", .infinity)]).html.description
        #expect(!odd.contains("nan") && !odd.contains("inf"))
        let line = LineChart("图", unit: "个", [Datum("甲", .nan), Datum("乙", .infinity)]).html.description
        #expect(!line.contains("nan") && !line.contains("inf"))
    }
}
