import ExpoContracts
import Messages
import Pages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import ExpoPlugin

@Suite("网上博览会的页面")
struct ExpoPageTests {
    static func demo() async throws -> TestSite {
        let site = try await TestSite(Hallway.plugins)
        try await tell(site)
        return site
    }

    static func tell(_ site: TestSite) async throws {
        try await Expo.demonstrate(
            Demonstration(site: "test", region: region("430000"), bus: site.bus, files: site.files, reference: try .loadLocated(), now: site.clock.now))
    }

    func content(_ reply: PageReply, status: Int = 200) throws -> String {
        guard case .page(let page) = reply else {
            Issue.record("not a page: \(reply)")
            return ""
        }
        #expect(page.status == status)
        return page.title + (page.header?.lead ?? "") + page.content.description
    }

    func path(_ reply: PageReply) -> String {
        if case .redirect(let path, _) = reply { return path }
        Issue.record("refused: \(reply)")
        return ""
    }

    @Test("The demo told twice has one effect, and shows booths, leads and questions")
    func demo() async throws {
        let site = try await Self.demo()
        func figures() throws -> [String] {
            let exhibition = try #require(ExhibitionID("X2026-01"))
            return try site.ask(FindBooths()).items.map { "\($0.id) \($0.isFeatured)" } + site.ask(GetReport(exhibition: exhibition), as: .province).lines.map { "\($0)" }
        }
        let first = try figures()
        #expect(first.count == 8)
        try await Self.tell(site)
        #expect(try figures() == first)
    }

    @Test("Public pages name no visitor, and lead nowhere that answers with an error", arguments: [
        "/expo/", "/expo/?q=减速机", "/expo/?q=没有此物", "/expo/exhibitions/X2026-01", "/expo/exhibitions/X2026-01/halls/2", "/expo/booths/X2026-01-0001",
    ])
    func publicPages(path: String) async throws {
        let site = try await Self.demo()
        let text = try content(await site.get(path))
        for word in ["演示·访客", "19900", "来访企业", "expo-demo"] { #expect(!text.contains(word), "\(word) on \(path)") }
    }

    @Test("Every page of staff and exhibitors answers, and none to a visitor", arguments: [
        ("/expo/manage", false), ("/expo/exhibitions/new", false), ("/expo/exhibitions/X2026-01/edit", false), ("/expo/exhibitions/X2026-01/report", false),
        ("/expo/mine", true), ("/expo/leads", true), ("/expo/booths/X2026-01-0001/edit", true), ("/expo/exhibitions/X2026-01/apply", true),
        ("/expo/favourites", true),
    ])
    func ownPages(path: String, isExhibitor: Bool) async throws {
        let site = try await Self.demo()
        var exhibitor = Actor.person("exhibitor", .enterprise, in: "430000")
        exhibitor.organisation = CreditCode("91430181MA4LDEM10U")
        #expect(try content(await site.get(path, as: isExhibitor ? exhibitor : .province)).count > 100)
        #expect(await refusal { _ = try await site.get(path) } != nil)
    }

    @Test("In the browser: write an exhibition down, publish, apply, furnish with a picture, approve, enquire, follow up")
    func theForms() async throws {
        let site = try await TestSite(Hallway.plugins)
        let today = site.clock.now.day
        let exhibition: [(name: String, value: String)] = [
            ("title", "浏阳智能制造网上展"), ("kind", "dated"), ("region", "430181"), ("opensOn", "\(today)"), ("summary", "展出智能制造的设备和服务。"), ("hall1", "综合馆"),
            ("hallKind1", "city"),
        ]
        let refused = try content(await site.post("/expo/exhibitions/new", exhibition, as: Hallway.staff), status: 422)
        #expect(refused.contains("id=\"f-closesOn-error\"") && refused.contains("value=\"浏阳智能制造网上展\""))
        #expect(path(try await site.post("/expo/exhibitions/new", exhibition + [("closesOn", "\(today + 9)")], as: Hallway.staff)).hasSuffix("/exhibitions/X2026-01"))
        _ = path(try await site.post("/expo/exhibitions/X2026-01/advance", [("action", "publish")], as: Hallway.staff))

        let exhibitor = try Hallway.exhibitor(1)
        let application: [(name: String, value: String)] = [("title", "精密齿轮"), ("hall", "1"), ("size", "2"), ("summary", "齿轮和减速机，按图加工。")]
        #expect(path(try await site.post("/expo/exhibitions/X2026-01/apply", application, as: exhibitor)).hasSuffix("/booths/X2026-01-0001/edit"))
        let picture = UploadedFile(field: "picture0", name: "齿轮.png", type: "image/png", bytes: DemoPicture.png(shade: 7))
        let words: [(name: String, value: String)] = [("title", "精密齿轮"), ("summary", "齿轮和减速机，按图加工。"), ("title0", "行星减速机"), ("summary0", "噪声低。"), ("price0", "8600")]
        #expect(try content(await site.post("/expo/booths/X2026-01-0001/edit", words, files: [picture], as: exhibitor), status: 422).contains("f-alternative0-error"))
        _ = path(try await site.post("/expo/booths/X2026-01-0001/edit", words + [("alternative0", "一台减速机")], files: [picture], as: exhibitor))
        #expect(await refusal { _ = try await site.get("/expo/booths/X2026-01-0001") }?.status == 404)
        _ = path(try await site.post("/expo/booths/X2026-01-0001/review", [("action", "approve")], as: Hallway.staff))
        let shown = try content(await site.get("/expo/booths/X2026-01-0001?via=wechat"))
        #expect(shown.contains("alt=\"一台减速机\"") && shown.contains("¥8,600.00") && shown.contains("name=\"via\" value=\"wechat\""))
        let booth = try #require(BoothID("X2026-01-0001"))
        let digest = try #require(try site.ask(GetBooth(id: booth)).exhibits.first?.pictures.first?.file.digest)
        guard case .file(_, _, let name, _) = try await site.get("/expo/files/\(digest)") else {
            Issue.record("no picture")
            return
        }
        #expect(name == "齿轮.png")

        let enquiry: [(name: String, value: String)] = [("kind", "enquiry"), ("via", "wechat"), ("text", "价格和交期？"), ("name", "某人"), ("phone", "19900001111")]
        #expect(try content(await site.post("/expo/booths/X2026-01-0001/turn", enquiry, as: .visitor), status: 422).contains("参展单位，才能联系您"))
        _ = path(try await site.post("/expo/booths/X2026-01-0001/turn", enquiry + [("consent", "yes")], as: .visitor))
        let lead = try #require(try site.ask(FindLeads(), as: exhibitor).items.first)
        #expect(lead.source == "wechat")
        #expect(!(try content(await site.get("/expo/leads/\(lead.id)", as: exhibitor)).contains("19900001111")))
        #expect(try content(await site.post("/expo/leads/\(lead.id)/contact", [], as: exhibitor)).contains("19900001111"))
        _ = path(try await site.post("/expo/leads/\(lead.id)/advance", [("form", "follow"), ("action", "contact"), ("note", "已联系。")], as: exhibitor))
        guard case .csv(_, let rows) = try await site.get("/expo/leads.csv", as: exhibitor) else {
            Issue.record("no table")
            return
        }
        #expect(rows.count == 2 && !rows[1].joined().contains("19900001111") && rows[1].contains("跟进中"))
    }

    @Test("A preview shows what would be saved, keeps what was typed, and saves nothing; what is wrong is said as when saving")
    func preview() async throws {
        let hallway = try await Hallway()
        let exhibitor = try Hallway.exhibitor(1)
        let before = try hallway.site.ask(GetBooth(id: hallway.booth), as: exhibitor)
        let words: [(name: String, value: String)] = [
            ("title", "齿轮新品"), ("summary", "齿轮和减速机，新品上市。"), ("title0", "谐波减速机"), ("summary0", "体积小。"), ("price0", "9000"), ("gone1", "yes"), ("preview", "yes"),
        ]
        let address = "/expo/booths/\(hallway.booth)/edit"
        let picture = UploadedFile(field: "picture0", name: "新品.png", type: "image/png", bytes: DemoPicture.png(shade: 7))
        let shown = try content(await hallway.site.post(address, words + [("alternative0", "一台减速机")], files: [picture], as: exhibitor))
        #expect(shown.contains("预览（尚未保存）") && shown.contains("¥9,000.00") && shown.contains("新选的 1 个文件不在预览中"))
        #expect(shown.contains("value=\"谐波减速机\"") && shown.split(separator: "class=\"exhibit panel\"").count == 2)
        #expect(try hallway.site.ask(GetBooth(id: hallway.booth), as: exhibitor) == before)
        let wrong = try content(await hallway.site.post(address, words.filter { $0.name != "summary0" }, as: exhibitor), status: 422)
        #expect(wrong.contains("f-summary0-error") && !wrong.contains("预览（尚未保存）"))
        #expect(await refusal { _ = try await hallway.site.post(address, words, as: Hallway.exhibitor(2)) } != nil)
    }

    @Test("A favourite's broadcasts and its exhibition's new notice stand among the to-dos of whoever keeps it, until they are past")
    func alerts() async throws {
        let hallway = try await Hallway()
        let site = hallway.site
        let fan = Actor.person("fan", .departmentHandler), other = Actor.person("other", .departmentHandler)
        _ = try await site.tell(SetFavourite(booth: hallway.booth, isFavourite: true), as: fan)
        #expect(await site.todos(as: fan).isEmpty)
        var content = Hallway.content(hallway.booth)
        let start = site.clock.now.advanced(by: .seconds(3 * 86_400))
        content.lives = [LiveSession(title: "开机演示", startsAt: start, minutes: 30, link: "https://live.example.cn/1")]
        _ = try await site.tell(content, as: Hallway.exhibitor(1))
        var draft = try Hallway.draft()
        draft.exhibition = hallway.exhibition
        draft.halls = try site.ask(GetExhibition(id: hallway.exhibition)).halls.map { HallDraft(number: $0.number, kind: $0.kind, title: $0.title, note: $0.note) }
        draft.notice = "周五停电，展会照常。"
        await site.advance(by: .seconds(60))
        _ = try await site.tell(draft, as: Hallway.staff)
        let found = await site.todos(as: fan)
        #expect(found.map(\.title) == ["直播：开机演示（精密齿轮）", "公告：浏阳智能制造网上展"])
        #expect(found.first?.due == start && found.first?.path == "/booths/\(hallway.booth)")
        #expect(await site.todos(as: other).isEmpty)
        // Saved again with the same words it is no new notice.
        let at = found.last?.since
        await site.advance(by: .seconds(60))
        _ = try await site.tell(draft, as: Hallway.staff)
        #expect(await site.todos(as: fan).last?.since == at)
        await site.advance(by: .seconds(8 * 86_400))
        #expect(await site.todos(as: fan).isEmpty)
    }

    @Test("Front, exhibition and hall are rendered once for all visitors; a booth, whose visits are counted, never is")
    func keptPages() async throws {
        let host = try await TestHost(Hallway.plugins.map(\.plugin))
        let exhibition = try await host.tell(Hallway.draft(), as: Hallway.staff).exhibition
        _ = try await host.tell(AdvanceExhibition(exhibition: exhibition, action: .publish), as: Hallway.staff)
        let booth = try await host.tell(Hallway.application(exhibition), as: Hallway.exhibitor(1)).booth
        let visitor = { host.visitor(.router) }
        let hall = "/test/expo/exhibitions/\(exhibition)/halls/1"
        for path in ["/test/expo/", "/test/expo/exhibitions/\(exhibition)", hall] {
            let answer = try await visitor().get(path)
            #expect(answer.status == 200 && answer["Set-Cookie"] == nil, "\(path)")
        }
        #expect(!(try await visitor().get(hall).text.contains("精密齿轮")))
        _ = try await host.tell(ReviewBooth(booth: booth, action: .approve), as: Hallway.staff)
        #expect(try await visitor().get(hall).text.contains("精密齿轮"))
        #expect(try await visitor().get("/test/expo/booths/\(booth)")["Set-Cookie"] != nil)
    }
}
