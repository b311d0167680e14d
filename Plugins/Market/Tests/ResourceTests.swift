import MarketContracts
import Messages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import MarketPlugin

@Suite("专家与场地")
struct ResourceTests {
    @Test("What an agency records is on its page everywhere, found by kind, category and region, and gone when removed")
    func everywhere() async throws {
        let network = try await TestNetwork([InstalledPlugin(Market.self)])
        let (liuyang, zhuzhou) = (network["liuyang"], network["zhuzhou"])
        _ = try await zhuzhou.tell(
            SaveAgency(
                title: "演示·株洲智造服务有限公司", region: region("430200"), categories: ["digital"], summary: "为中小制造企业提供数字化诊断服务。",
                submit: true), as: Stall.agency)
        _ = try await zhuzhou.tell(AdvanceAgency(agency: Stall.creditCode(), action: .approve), as: Stall.zhuzhou)
        let expert = RecordResource(
            kind: .expert, title: "陈高工", profile: "从事注塑车间数字化改造二十年。", categories: ["digital"],
            region: try region("430200"))
        let venue = RecordResource(
            kind: .venue, title: "第二培训室", profile: "可坐六十人，有投影和音响。", categories: ["training"],
            region: try region("430212"), seats: 60)
        for one in [expert, venue] { _ = try await zhuzhou.tell(one, as: Stall.agency) }
        await network.settle()
        for site in [liuyang, zhuzhou] {
            #expect(try site.ask(GetAgency(code: Stall.creditCode())).resources?.map(\.title) == ["陈高工", "第二培训室"])
            #expect(try site.ask(FindResources(kind: .venue, region: region("430200"))).items.map(\.seats) == [60])
            #expect(try site.ask(FindResources(category: "digital")).items.map(\.title) == ["陈高工"])
            #expect(try site.ask(FindResources(region: region("430100"))).items.isEmpty)
        }
        let first = try liuyang.ask(FindResources(limit: 1))
        #expect(
            try first.items + liuyang.ask(FindResources(after: first.next, limit: 1)).items
                == zhuzhou.ask(FindResources()).items)
        _ = try await zhuzhou.tell(RecordResource(number: 1, kind: .expert, title: nil), as: Stall.agency)
        await network.settle()
        #expect(try liuyang.ask(FindResources()).items.map(\.title) == ["第二培训室"])
    }

    @Test("An expert's full name is not asked for; every fault of an entry is named at once")
    func faults() async throws {
        let stall = try await Stall()
        let wrong = RecordResource(
            number: 9, kind: .expert, title: "株洲市数字化转型高级工程师陈某", profile: "短", categories: ["none"], seats: 5)
        #expect(
            await refusal { _ = try await stall.site.tell(wrong, as: Stall.agency) }?.faults.map(\.field) == [
                "number", "title", "profile", "categories", "region", "seats",
            ])
    }
}
