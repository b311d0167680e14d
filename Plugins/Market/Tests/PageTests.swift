import MarketContracts
import Messages
import Pages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import MarketPlugin

@Suite("页面")
struct PageTests {
    static func demo(_ site: TestSite, region: String) async throws {
        try await Market.demonstrate(
            Demonstration(
                site: "test", region: RegionCode(region), bus: site.bus, files: site.files, reference: try .loadLocated(), now: site.clock.now))
    }

    func content(_ reply: PageReply) throws -> String {
        guard case .page(let page) = reply else {
            Issue.record("not a page: \(reply)")
            return ""
        }
        return page.title + (page.header?.lead ?? "") + page.content.description
    }

    @Test("The demo told twice has one effect; every region's agencies stand at their own site")
    func demo() async throws {
        let site = try await TestSite(Market.self)
        for _ in 0..<2 { try await PageTests.demo(site, region: "430200") }
        #expect(try site.ask(CountAgencies()).admitted == 2)
        let orders = try site.ask(FindOrders(box: .agency), as: Actor(kind: .person, id: "agency", name: "演示", grants: [Grant(.agency, in: RegionCode("430200"))], organisation: DemoCode.agency)).items
        #expect(Set(orders.map(\.state)) == [.rated, .accepted, .quoted])
        #expect(try site.ask(SearchServices()).total == 7)
        #expect(try content(await site.get("/market/")).contains("最新上架"))
        #expect(try content(await site.get("/market/services?q=数字")).contains("数字化转型免费诊断"))
        #expect(try content(await site.get("/market/agencies")).contains("演示·株洲智造服务有限公司"))
        let cards = try site.ask(SearchServices()).items
        #expect(try content(await site.get("/market/compare?id=\(cards[0].id)&id=\(cards[1].id)")).contains(cards[1].title))
        #expect(try content(await site.get("/market/agencies/91430200MA4LDEM29K")).contains("满意度"))
        #expect(try content(await site.get("/market/agencies/91430200MA4LDEM29K")).contains("智造体验中心培训室"))
        #expect(try content(await site.get("/market/resources?kind=expert")).contains("陈高工"))
    }

    @Test("An agency fills its record, is admitted, publishes; errors stand at their fields and nothing typed is lost")
    func walk() async throws {
        let stall = try await Stall(admitted: false)
        let site = stall.site
        #expect(try content(await site.get("/market/desk", as: Stall.agency)).contains("发布的服务审核通过后"))
        let wrong = try await site.post("/market/desk/profile", [("title", "演示·株洲智造"), ("region", "430200"), ("summary", "短")], as: Stall.agency)
        #expect(try content(wrong).contains("10–1000 个字") && content(wrong).contains("演示·株洲智造"))
        let fields = [("title", "演示·株洲智造"), ("region", "430200"), ("categories", "digital"), ("summary", "为中小制造企业提供数字化诊断服务。"), ("contactName", "王大锤"), ("contactPhone", "13800138000")]
        guard case .redirect = try await site.post("/market/desk/profile", fields, as: Stall.agency) else {
            Issue.record("refused")
            return
        }
        #expect(try content(await site.get("/market/review", as: Stall.zhuzhou)).contains("演示·株洲智造"))
        let agency = try content(await site.get("/market/agencies/\(Stall.code)", as: Stall.zhuzhou))
        #expect(agency.contains("审核通过") && agency.contains("13800138000"))
        _ = try await site.post("/market/agencies/\(Stall.code)/advance", [("action", "approve")], as: Stall.zhuzhou)
        let service = [
            ("title", "设备联网与产线看板"), ("category", "digital"), ("nature", "paid"), ("price", "fixed"), ("amount", "3,800"), ("unit", "条线"), ("days", "45"),
            ("modes", "onSite"), ("regions", "430000"), ("summary", "采集机床、注塑机等设备的运行数据，在看板上显示。"), ("deliverables", "采集器和软件。"),
        ]
        guard case .redirect = try await site.post("/market/desk/services", service, as: Stall.agency) else {
            Issue.record("refused")
            return
        }
        let card = try #require(try site.ask(FindMyServices(), as: Stall.agency).items.first)
        #expect(card.price.amount == Fen(380_000))
        guard case .redirect(let to, _) = try await site.post("/market/services/\(card.id)/advance", [("action", "approve")], as: Stall.zhuzhou) else {
            Issue.record("refused")
            return
        }
        #expect(to.hasSuffix("/market/review"))
        #expect(try content(await site.get("/market/services/\(card.id)")).contains("¥3,800.00/条线"))
    }

    @Test("No public page or query tells whom to reach at an agency")
    func noPersonalData() async throws {
        let stall = try await Stall()
        let id = try await stall.list()
        for path in ["/market/", "/market/services", "/market/services/\(id)", "/market/agencies", "/market/agencies/\(Stall.code)", "/market/compare?id=\(id)"] {
            let text = try content(await stall.site.get(path))
            #expect(!text.contains("王大锤") && !text.contains("13800138000") && !text.contains("138****"), "\(path)")
        }
        let answer = await stall.site.call("GET", "/api/test/market/agencies/\(Stall.code)")
        #expect(answer.status == 200 && !answer.text.contains("138"))
        let order = try await stall.site.tell(
            PlaceOrder(
                agencies: [try Stall.creditCode()], title: "注塑车间设备联网", category: "digital", description: "二十台注塑机联网。", contactName: Personal("李小花"),
                contactPhone: Personal(try #require(ContactNumber("13900139000")))), as: Stall.enterprise
        ).order
        let samples = ["id": [id.description, order.description], "code": [Stall.code], "agency": [Stall.code], "service": [id.description]]
        let answers = try await PublicWalk(stall.site, samples: samples).answers()
        #expect(answers.count >= 8 && answers.contains { $0.text.contains(Stall.code) })
        for one in answers {
            for value in ["王大锤", "李小花", "1380013", "1390013", "138****", "139****", "注塑车间设备联网", "二十台注塑机", Stall.enterprise.name] {
                #expect(!one.text.contains(value), "\(one.address) tells \(value)")
            }
        }
    }
}
