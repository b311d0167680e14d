import FoundationEssentials
import MarketContracts
import MatchingContracts
import Messages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import MatchingPlugin

@Suite("逐级上报：县、市、省三级站点")
struct NetworkTests {
    let folder = FileManager.default.temporaryDirectory.path + "/matching-network-" + UUID().uuidString
    static let plugins = [InstalledPlugin(FakeMarket.self), InstalledPlugin(Matching.self)]
    static let agency = Fair.agency(Fair.core)

    /// An agency that 株洲's site keeps and everybody knows.
    func network() async throws -> TestNetwork {
        let network = try await TestNetwork(Self.plugins, folder: folder)
        _ = try await network["zhuzhou"].tell(
            TellAgency(
                event: AgencyChanged(
                    agency: code(Fair.core), revision: 1, title: "演示·株洲机构", region: region("430200"), categories: ["digital"], summary: "演示。", state: .approved,
                    isCore: true)), as: .system("market"))
        await network.settle()
        return network
    }

    func submit(_ network: TestNetwork) async throws -> MessageID {
        try await network["liuyang"].tell(
            SubmitDemand(
                title: "注塑车间设备联网改造", category: "digital", description: "二十台注塑机要联网。", contactName: Personal("李小花"),
                contactPhone: Personal(try #require(ContactNumber("13900139000")))), as: Fair.enterprise
        ).demand
    }

    func copies(_ network: TestNetwork, _ site: String) throws -> [DemandCard] { try network[site].ask(FindDemands(box: .staff), as: .province).items }

    @Test("四十二·浏阳无人响应，升至长沙，再升至省枢纽；枢纽邀请株洲机构，株洲机构在本地响应，回到浏阳；别处看不到，联系方式不外传")
    func climbing() async throws {
        let network = try await network()
        let id = try await submit(network)
        await network.settle()
        #expect(try copies(network, "changsha").isEmpty && copies(network, "hunan").isEmpty)
        // Three working days, then three more.
        for _ in 0..<5 { await network.advance(by: .seconds(86_400)) }
        #expect(try copies(network, "changsha").map(\.level) == [.city] && copies(network, "hunan").isEmpty)
        for _ in 0..<5 { await network.advance(by: .seconds(86_400)) }
        #expect(try copies(network, "hunan").map(\.level) == [.province] && copies(network, "changsha").map(\.level) == [.province])
        #expect(try copies(network, "zhuzhou").isEmpty && copies(network, "liling").isEmpty)
        #expect(try network["hunan"].ask(GetDemand(id: id), as: .province).contactPhone == nil)
        #expect(try network["hunan"].ask(GetCandidates(demand: id), as: .province).map(\.agency.name) == ["演示·株洲机构"])
        _ = try await network["hunan"].tell(AdvanceDemand(demand: id, action: .invite, agencies: [code(Fair.core)]), as: .province)
        await network.settle()
        #expect(try network["zhuzhou"].ask(FindDemands(box: .agency), as: Self.agency).items.map(\.state) == [.matching])
        _ = try await network["zhuzhou"].tell(AdvanceDemand(demand: id, action: .respond, isInterested: true, note: "两周可以完成。"), as: Self.agency)
        await network.settle()
        let home = try network["liuyang"].ask(GetDemand(id: id), as: Fair.enterprise)
        #expect(home.card.state == .answered && home.invitations.map(\.note) == ["两周可以完成。"])
        #expect(try network["zhuzhou"].ask(GetDemand(id: id), as: Self.agency).contactPhone == nil)
        _ = try await network["liuyang"].tell(AdvanceDemand(demand: id, action: .agree, agencies: [code(Fair.core)]), as: Fair.enterprise)
        await network.settle()
        _ = try await network["zhuzhou"].tell(AdvanceDemand(demand: id, action: .deliver, note: "二十台已联网。"), as: Self.agency)
        await network.settle()
        for site in ["liuyang", "changsha", "hunan", "zhuzhou"] {
            let seen = try network[site].ask(GetDemand(id: id), as: site == "zhuzhou" ? Self.agency : .province)
            #expect(seen.card.state == .delivered && seen.pending == nil, "\(site)")
        }
        await network.close()
        try? FileManager.default.removeItem(atPath: folder)
    }

    @Test("Cut between the climb and its arrival: it arrives once; a step that comes too late is refused at home, and the page says why")
    func cut() async throws {
        let first = try await network()
        let id = try await submit(first)
        await first.settle()
        _ = try await first["liuyang"].tell(AdvanceDemand(demand: id, action: .escalate, note: "本地没有合适机构。"), as: Fair.window)
        await first.close()
        let network = try await TestNetwork(Self.plugins, now: Timestamp(milliseconds: 1_772_413_200_000 + 60_000), folder: folder)
        await network.settle()
        #expect(try copies(network, "changsha").map(\.level) == [.city])
        await network.close()
        let again = try await TestNetwork(Self.plugins, now: Timestamp(milliseconds: 1_772_413_200_000 + 120_000), folder: folder)
        await again.settle()
        #expect(try copies(again, "changsha").count == 1)
        // Both at once, before anything passes.
        _ = try await again["liuyang"].tell(AdvanceDemand(demand: id, action: .withdraw, note: "计划有变。"), as: Fair.enterprise)
        _ = try? await again["changsha"].tell(AdvanceDemand(demand: id, action: .invite, agencies: [code(Fair.core)]), as: .city("430100"))
        await again.settle()
        #expect(try again["changsha"].ask(GetDemand(id: id), as: .city("430100")).card.state == .withdrawn)
        // Nobody but the home speaks for a demand.
        let forged = ForwardDemandStep(step: AdvanceDemand(demand: id, action: .close, note: "试试看。"))
        #expect(await refusal { _ = try await again["liuyang"].tell(forged, as: .system("matching")) }?.code == "matching.demand-unknown")
        await again.close()
        try? FileManager.default.removeItem(atPath: folder)
    }

    @Test("两县用词相近的需求在省枢纽提示、合并，答复各回本县；一方移出后不再收到，已在他处的不能再并")
    func common() async throws {
        let network = try await TestNetwork(Self.plugins, folder: folder)
        func submit(_ site: String, _ region: String, _ title: String, _ text: String) async throws -> MessageID {
            try await network[site].tell(
                SubmitDemand(
                    title: title, category: "digital", description: text, enterprise: DemandParty(code: code("91430181MA4LDEM10U"), name: "演示·企业"),
                    region: MatchingPluginTests.region(region), channel: .visit), as: .window(region)
            ).demand
        }
        let first = try await submit("liuyang", "430181", "注塑车间设备联网改造", "二十台注塑机。"), second = try await submit("liling", "430281", "注塑车间设备联网", "十台注塑机。")
        _ = try await submit("liling", "430281", "商标被抢注怎么办", "请律师。")
        await network.settle()
        let proposed = try network["hunan"].ask(ProposeCommonDemands(), as: .province)
        #expect(proposed.map { Set($0.demands.map(\.card.id)) } == [[first, second]] && Set(proposed.first?.demands.map(\.site) ?? []) == ["liuyang", "liling"])
        #expect(try network["hunan"].ask(ProposeCommonDemands(), as: .window("430181")).isEmpty, "one alone is nothing in common")
        let merged = try await network["hunan"].tell(MergeDemands(demands: [first, second], title: "注塑设备联网"), as: .province)
        await network.settle()
        #expect(try merged.members == 2 && network["hunan"].ask(ProposeCommonDemands(), as: .province).isEmpty)
        for (site, id) in [("liuyang", first), ("liling", second)] { #expect(try network[site].ask(GetDemand(id: id), as: .province).card.cluster == merged.cluster) }
        #expect(await refusal { _ = try await network["liuyang"].tell(AnswerCommonDemand(cluster: merged.cluster, text: "本地答复。"), as: .window("430181")) }?.code == "matching.common-unknown")
        _ = try await network["hunan"].tell(AnswerCommonDemand(cluster: merged.cluster, text: "下周三全省集中讲解。"), as: .province)
        await network.settle()
        _ = try await network["liling"].tell(SplitDemand(demand: second), as: .window("430281"))
        await network.settle()
        _ = try await network["hunan"].tell(AnswerCommonDemand(cluster: merged.cluster, text: "讲解材料已上传。"), as: .province)
        await network.settle()
        #expect(try network["liuyang"].ask(GetDemand(id: first), as: .window("430181")).answers.map(\.text) == ["下周三全省集中讲解。", "讲解材料已上传。"])
        #expect(try network["liling"].ask(GetDemand(id: second), as: .window("430281")).answers.map(\.text) == ["下周三全省集中讲解。"])
        #expect(try network["hunan"].ask(FindCommonDemands(), as: .province).map(\.members.count) == [1])
        // Sideways nobody merges, and a demand is in one common demand only.
        let forged = ShareCommon(cluster: merged.cluster, title: "抢先", category: "digital", demand: second, isMember: true)
        #expect(await refusal { _ = try await network["liling"].tell(forged, as: .system("matching")) }?.code == "matching.demand-unknown")
        #expect(await refusal { _ = try await network["hunan"].tell(MergeDemands(demands: [first, second]), as: .province) }?.code == "matching.in-other-common")
        await network.close()
        try? FileManager.default.removeItem(atPath: folder)
    }
}
