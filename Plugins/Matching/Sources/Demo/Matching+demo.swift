import Bus
import MatchingContracts
import Messages
public import PluginKit
import Vocabulary

extension Matching {
    /// Invented demands of 浏阳, at the county's own site and at the hub.
    public static func demonstrate(_ demonstration: Demonstration) async throws {
        guard let county = RegionCode("430181"), let region = demonstration.region, region == county || region.description == "430000",
            let code = CreditCode("91430181MA4LDEM10U")
        else { return }
        let owner = try await demonstration.person(
            "enterprise-1", "企业人员", [Grant(.enterprise, in: county)], organisation: code, organisationName: "演示·浏阳精工机械有限公司")
        let window = try await demonstration.person("window-1", "窗口人员", [Grant(.windowStaff, in: county)])
        let teller = DemoTeller(demonstration, of: manifest.id)
        let first = try await teller.tell(
            SubmitDemand(
                title: "注塑车间设备联网改造", category: "digital", description: "二十台注塑机要联网，在看板上看到开机率和产量。", budget: Fen(8_000_000)), as: owner)
        try await teller.tell(AdvanceDemand(demand: first.demand, action: .take), as: window)
        try await teller.tell(
            SubmitDemand(
                title: "注塑设备联网", category: "digital", description: "十几台注塑机联网，想在手机上看到开机率。",
                enterprise: DemandParty(code: code, name: "演示·浏阳精工机械有限公司"), region: county, channel: .visit), as: window)
        try await teller.tell(
            SubmitDemand(title: "产品出口认证咨询", category: "testing", description: "想出口到东南亚，需要哪些认证、到哪里检测。"), as: owner)
        // A call is seen on every site, so the county's own platform alone publishes it.
        if region == county, demonstration.isOfRegion {
            try await teller.tell(
                PublishCall(
                    region: county, category: "testing", title: "征集出口产品检测服务机构", text: "演示：浏阳多家机械企业需要出口认证和检测，现征集能到厂服务的机构。",
                    until: demonstration.now.day + 60), as: window)
        }
        // What the markets told has to have been heard: agencies are invited by it.
        await demonstration.bus.settle()
        let story = DemoMatchmaking(
            teller: teller, bus: demonstration.bus, now: demonstration.now, county: county, window: window,
            enterprise: DemandParty(code: code, name: "演示·浏阳精工机械有限公司"))
        try await story.register()
        try await story.fill()
    }
}
