import ExpoContracts
import FoundationEssentials
import Messages
import PluginKit
import Store
import TestKit
import Testing
import Vocabulary

@testable import ExpoPlugin

@Suite("网上博览会遇到麻烦")
struct ExpoTroubleTests {
    /// The leads that the file holds, and those that its log tells of.
    private func kept(_ site: TestSite) throws -> (rows: Set<MessageID>, told: [MessageID]) {
        let file = try #require(site.stores.first { $0.plugin == "expo" }?.file)
        let rows = try file.read { try $0.rows("SELECT id FROM lead") { try $0.get(0, as: MessageID.self) } }
        return (Set(rows), try site.events(LeadLeft.self).map(\.lead))
    }

    @Test(
        "磁盘写满：名片被明确拒绝，展位照常浏览，腾出空间后继续；已答复的一张不少，重启后也在",
        .enabled(if: SmallDisk.isPossible, "a small disk cannot be mounted here; root may"))
    func fullDisk() async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/shuniu-expo-" + UUID().uuidString
        let disk = try await SmallDisk(folder, size: "3m")
        let sites = [SiteEntry(id: "test", title: "测试平台", kind: .hub, region: RegionCode("430000"))]
        let plugins = Hallway.plugins.map(\.plugin)
        let network = try await TestNetwork(plugins, sites: sites, folder: folder)
        let site = network["test"]
        let (_, booth) = try await Hallway.build(site)
        func leave(_ number: Int) async throws -> MessageID {
            let phone = try #require(ContactNumber("199\(10_000_000 + number)"))
            return try await site.tell(
                TurnToBooth(booth: booth, kind: .card, name: Personal("来访人\(number)"), phone: Personal(phone), consent: true), as: .visitor
            ).lead
        }

        var acknowledged: Set<MessageID> = []
        var refused: Refusal?
        for number in 1...5000 where refused == nil {
            do { acknowledged.insert(try await leave(number)) } catch let refusal as Refusal { refused = refusal }
        }
        #expect(refused?.code == "store.disk-full" && refused?.status == 507, "\(String(describing: refused))")
        #expect(acknowledged.count > 20)
        #expect(try site.ask(GetBooth(id: booth)).isOpen, "reads go on")
        #expect(try kept(site).rows == acknowledged)

        try await disk.grow(to: "12m")
        for number in 9001...9010 { acknowledged.insert(try await leave(number)) }
        let (rows, told) = try kept(site)
        #expect(rows == acknowledged && Set(told) == rows && told.count == rows.count)
        await network.close()

        let again = try await TestNetwork(plugins, sites: sites, folder: folder)
        let after = try kept(again["test"])
        #expect(after.rows == acknowledged && Set(after.told) == acknowledged)
        await again.close()
        guard case .intact = try StoreView(path: "\(folder)/test/expo.sqlite").verifyLog() else {
            Issue.record("the log does not verify")
            return
        }
    }
}
