import Bus
import Host
import Messages
import Pages
import PluginKit
import Store
import TestKit
import Testing
import Vocabulary

@testable import shuniu

/// One matter over three plug-ins under one correlation, each step by whoever takes it in life (D19): a card left at a booth becomes a
/// lead, a demand, an offer, an order that is delivered and rated.
@Suite("跨业务全程记录")
struct StoryTests {
    private static let agencyCode = "91430200MA4LDEM29K"
    private static let window = Actor.window("430181")
    private static let city = Actor.city("430200")

    private static func person(_ id: String, _ role: Role, _ code: String, _ region: String) -> Actor {
        Actor(
            kind: .person, id: id, name: "测试·\(id)", grants: [Grant(role, in: RegionCode(region))], organisation: CreditCode(code),
            organisationName: "演示·\(id)有限公司")
    }

    private static let agency = person("agency", .agency, agencyCode, "430200")
    private static let enterprise = person("enterprise", .enterprise, "91430181MA4LDEM10U", "430181")
    private static let stranger = person("stranger", .enterprise, "91430181MA4LDEM37K", "430181")

    private let site: TestSite

    init() async throws {
        let plugins = installedPlugins.filter { ["market", "matching", "expo"].contains($0.manifest.id) }
        site = try await TestSite(plugins.map { ($0, .object([])) })
    }

    /// Tells one command and lets a minute pass, as people do.
    private func tell(_ method: String, _ path: String, _ body: JSONValue, as actor: Actor) async throws -> JSONValue {
        let answer = await site.call(method, "/api/test\(path)", String(decoding: body.serialized(), as: UTF8.self), ["If-Match": "*"], as: actor)
        try #require(answer.status == 200, "\(path): \(answer.text)")
        await site.settle()
        await site.advance(by: .seconds(60))
        return try #require(answer.json)
    }

    private func first(_ path: String, as actor: Actor) async throws -> String {
        let answer = await site.call("GET", "/api/test\(path)", as: actor)
        return try #require(answer.json?["items"]?.array?.first?["id"]?.string, "\(path): \(answer.text)")
    }

    /// A booth of an admitted agency at a published exhibition.
    private func booth() async throws -> String {
        _ = try await tell(
            "PUT", "/market/my-agency",
            ["title": "演示·智造服务有限公司", "region": "430200", "categories": ["digital"], "summary": "为中小制造企业提供数字化诊断和设备联网。", "submit": true],
            as: Self.agency)
        _ = try await tell("POST", "/market/agencies/\(Self.agencyCode)/steps", ["action": "approve"], as: Self.city)
        let exhibition = try #require(
            try await tell(
                "POST", "/expo/exhibitions",
                [
                    "title": "演示·智能制造网上展", "kind": "dated", "region": "430181", "opensOn": "2026-03-01", "closesOn": "2026-03-31", "summary": "展出智能制造的设备和服务。",
                    "halls": [["kind": "city", "title": "综合馆"]],
                ], as: Self.window)["exhibition"]?.string)
        _ = try await tell("POST", "/expo/exhibitions/\(exhibition)/steps", ["action": "publish"], as: Self.window)
        let booth = try #require(
            try await tell(
                "POST", "/expo/exhibitions/\(exhibition)/booths", ["hall": 1, "title": "设备联网", "size": 1, "summary": "车间诊断、设备联网、生产看板。", "telephone": "0731-80000000"],
                as: Self.agency)["booth"]?.string)
        _ = try await tell(
            "PUT", "/expo/booths/\(booth)",
            [
                "title": "设备联网", "summary": "车间诊断、设备联网、生产看板。", "telephone": "0731-80000000", "lives": [],
                "exhibits": [["title": "车间诊断", "summary": "两名顾问走访一天。", "pictures": [], "documents": []]],
            ], as: Self.agency)
        _ = try await tell("POST", "/expo/booths/\(booth)/review", ["action": "approve"], as: Self.window)
        return booth
    }

    /// A card of the enterprise's that was left there.
    private func lead(_ booth: String, _ phone: String) async throws -> String {
        try #require(
            try await tell(
                "POST", "/expo/booths/\(booth)/leads", ["kind": "card", "name": "来访人", "phone": .string(phone), "consent": true], as: Self.enterprise)["lead"]?.string)
    }

    private struct Matter {
        var lead: String
        var demand: String
        var order: String
    }

    /// From the card to the rating.
    private func walk() async throws -> Matter {
        let booth = try await booth()
        let lead = try #require(
            try await tell(
                "POST", "/expo/booths/\(booth)/leads", ["kind": "card", "name": "来访人", "phone": "19900003001", "consent": true], as: Self.enterprise)["lead"]?.string)
        _ = try await tell("POST", "/expo/leads/\(lead)/steps", ["action": "contact", "note": "约定先做诊断。"], as: Self.agency)
        _ = try await tell(
            "POST", "/expo/leads/\(lead)/demand", ["title": "注塑车间设备联网", "category": "digital", "description": "二十台注塑机要联网。", "region": "430181"], as: Self.agency)
        let demand = try await first("/matching/demands?box=enterprise", as: Self.enterprise)
        let steps = "/matching/demands/\(demand)/steps"
        _ = try await tell("POST", steps, ["action": "invite", "agencies": [.string(Self.agencyCode)]], as: Self.window)
        _ = try await tell("POST", steps, ["action": "respond", "agencies": [], "isInterested": true], as: Self.agency)
        _ = try await tell("POST", steps, ["action": "agree", "agencies": [.string(Self.agencyCode)]], as: Self.enterprise)
        _ = try await tell("POST", "/matching/demands/\(demand)/order", .object([]), as: Self.enterprise)
        let order = try await first("/market/orders?box=enterprise", as: Self.enterprise)
        func step(_ body: JSONValue, as actor: Actor) async throws {
            var body = body
            body["documents"] = []
            _ = try await tell("POST", "/market/orders/\(order)/steps", body, as: actor)
        }
        try await step(["action": "quote", "amount": 500_000, "days": 10], as: Self.agency)
        try await step(["action": "accept", "agency": .string(Self.agencyCode)], as: Self.enterprise)
        try await step(["action": "begin"], as: Self.agency)
        // What is delivered within minutes looks made up, and is marked so.
        await site.advance(by: .seconds(3 * 86_400))
        try await step(["action": "deliver", "note": "二十台已联网，看板已上线。"], as: Self.agency)
        try await step(["action": "confirm"], as: Self.enterprise)
        _ = try await tell("PUT", "/market/orders/\(order)/rating", ["score": 5, "effects": .object([]), "evidence": []], as: Self.enterprise)
        return Matter(lead: lead, demand: demand, order: order)
    }

    /// The correlation under which a subject's events stand, and how many there are of each.
    private func correlations(of subject: String) throws -> [MessageID: Int] {
        var found: [MessageID: Int] = [:]
        for (_, file) in site.stores {
            for entry in try file.read({ try $0.log(subject: subject, limit: 500) }) { found[entry.correlation, default: 0] += 1 }
        }
        return found
    }

    private func titles(_ correlation: MessageID, as actor: Actor) async throws -> [String] {
        let answer = await site.call("GET", "/api/test/stories/\(correlation)", as: actor)
        guard answer.status == 200 else { return ["\(answer.status)"] }
        return try #require(answer.json?["steps"]?.array).map { "\($0["plugin"]?.string ?? "")：\($0["title"]?.string ?? "")" }
    }

    @Test("名片 → 线索 → 需求 → 报价 → 订单 → 交付 → 评价：三个插件，一个关联编号，按先后排列；各人只见其可见")
    func story() async throws {
        let matter = try await walk()
        let lead = try correlations(of: "lead/\(matter.lead)")
        let correlation = try #require(lead.keys.first)
        #expect(lead.count == 1)
        #expect(try correlations(of: "demand/\(matter.demand)").keys.map { $0 } == [correlation])
        #expect(try correlations(of: "order/\(matter.order)").keys.map { $0 } == [correlation])

        let expo = ["expo：访客留名片", "expo：线索记录联系", "expo：线索转为需求"]
        let demand = ["提出需求", "需求邀请机构", "需求机构响应", "需求达成意向", "向机构下单"].map { "matching：" + $0 }
        let order = ["下单", "订单报价", "订单选定", "订单开始服务", "订单交付", "订单确认收到"].map { "market：" + $0 }
        let rest = demand + order + ["matching：需求交付", "market：订单评价", "matching：需求评价"]
        #expect(try await titles(correlation, as: Self.agency) == expo + rest)
        // The lead is its exhibitor's; demand and order are the enterprise's and of the staff of its region.
        #expect(try await titles(correlation, as: Self.enterprise) == rest)
        #expect(try await titles(correlation, as: Self.window) == rest)
        for nobody in [Self.stranger, Actor.window("430212"), .person("admin", .systemAdministrator)] {
            #expect(try await titles(correlation, as: nobody) == ["404"])
        }
        #expect(try await titles(correlation, as: .visitor) == ["401"])
        #expect(await site.call("GET", "/api/test/stories/17", as: Self.agency).status == 404)
    }

    @Test("名片 → 线索 → 代下订单 → 企业确认 → 报价 → 交付 → 评价：不经需求，同一个关联编号；编号回到线索和成效，企业不确认即不成立")
    func ordered() async throws {
        let booth = try await booth()
        let body: JSONValue = ["title": "注塑车间设备联网", "category": "digital", "description": "二十台注塑机要联网。", "region": "430181"]
        let lead = try await self.lead(booth, "19900003001")
        _ = try await tell("POST", "/expo/leads/\(lead)/order", body, as: Self.agency)
        let order = try await first("/market/orders?box=enterprise", as: Self.enterprise)
        let number = try #require(await site.call("GET", "/api/test/expo/leads/\(lead)", as: Self.agency).json?["card"]?["order"]?.string)
        let shown = try #require(await site.call("GET", "/api/test/market/orders/\(order)", as: Self.enterprise).json?["card"])
        #expect(shown["number"]?.string == number && shown["state"] == "proposed" && shown["isOnBehalf"] == true)
        let steps = "/market/orders/\(order)/steps"
        // Before the enterprise has said yes, the agency can do nothing with it.
        let early = await site.call("POST", "/api/test\(steps)", #"{"action":"quote","amount":500000,"days":10,"documents":[]}"#, ["If-Match": "*"], as: Self.agency)
        #expect([403, 404, 409].contains(early.status), "\(early.text)")
        for (action, actor) in [
            (#"{"action":"endorse","documents":[]}"#, Self.enterprise), (#"{"action":"quote","amount":500000,"days":10,"documents":[]}"#, Self.agency),
            (#"{"action":"accept","agency":"\#(Self.agencyCode)","documents":[]}"#, Self.enterprise), (#"{"action":"begin","documents":[]}"#, Self.agency),
        ] { _ = try await tell("POST", steps, JSONValue(parsing: action), as: actor) }
        await site.advance(by: .seconds(3 * 86_400))
        _ = try await tell("POST", steps, ["action": "deliver", "note": "二十台已联网，看板已上线。", "documents": []], as: Self.agency)
        _ = try await tell("POST", steps, ["action": "confirm", "documents": []], as: Self.enterprise)
        _ = try await tell("PUT", "/market/orders/\(order)/rating", ["score": 5, "effects": .object([]), "evidence": []], as: Self.enterprise)

        let thread = try #require(try correlations(of: "lead/\(lead)").keys.first)
        #expect(try correlations(of: "order/\(order)").keys.map { $0 } == [thread])
        let told = try await titles(thread, as: Self.agency)
        #expect(told.prefix(2) == ["expo：访客留名片", "expo：为线索代下订单"] && told.last == "market：订单评价", "\(told)")
        #expect(told.count { $0.hasPrefix("market：") } == 8, "\(told)")

        // Another lead, whose enterprise says no.
        let other = try await self.lead(booth, "19900003002")
        _ = try await tell("POST", "/expo/leads/\(other)/order", body, as: Self.agency)
        let second = try await first("/market/orders?box=enterprise", as: Self.enterprise)
        #expect(second != order)
        _ = try await tell("POST", "/market/orders/\(second)/steps", ["action": "cancel", "note": "不需要。", "documents": []], as: Self.enterprise)
        #expect(await site.call("GET", "/api/test/market/orders/\(second)", as: Self.enterprise).json?["card"]?["state"] == "cancelled")
    }

    @Test("A lead's page leads to the story; a step that a timer takes belongs to it too")
    func links() async throws {
        let matter = try await walk()
        let correlation = try #require(correlations(of: "lead/\(matter.lead)").keys.first)
        for (path, actor) in [("/expo/leads/\(matter.lead)", Self.agency), ("/matching/demands/\(matter.demand)", Self.enterprise), ("/market/orders/\(matter.order)", Self.enterprise)] {
            guard case .page(let page) = try await site.get(path, as: actor) else { throw Refusal.notFound }
            #expect(page.content.description.contains("href=\"/test/stories/\(correlation)\""), "\(path)")
        }
        // A demand that nobody answers climbs by itself.
        let receipt = try await tell(
            "POST", "/matching/demands", ["title": "另一件需求", "category": "digital", "description": "没有人响应。", "channel": "web"], as: Self.enterprise)
        let id = try #require(receipt["demand"]?.string)
        await site.advance(by: .seconds(30 * 86_400))
        let found = try correlations(of: "demand/\(id)")
        #expect(found.count == 1 && found.values.first ?? 0 > 1, "\(found)")
        #expect(found.keys.first != correlation)
    }
}
