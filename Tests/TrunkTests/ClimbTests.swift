import Bus
import Gateway
import Host
import MarketContracts
import MarketPlugin
import MatchingContracts
import MatchingPlugin
import Messages
import PluginKit
import Store
import TestKit
import Testing
import Vocabulary

@testable import trunkpeer

@Suite("A demand climbs over a line that is cut")
struct ClimbTests {
    private let clock = TestClock(TimeSource.system.now)

    private static func person(_ role: Role, _ code: String, _ region: String) -> Actor {
        Actor(
            kind: .person, id: role.rawValue, name: "测试", grants: [Grant(role, in: RegionCode(region))], organisation: CreditCode(code), organisationName: "演示·单位")
    }

    private static let enterprise = person(.enterprise, "91430181MA4LDEM10U", "430181"), agency = person(.agency, "91430200MA4LDEM29K", "430200")

    /// Moves the clock by a day and does what has become due everywhere.
    private func day(_ pair: Pair) async throws {
        clock.advance(by: .seconds(86_400))
        for (host, site) in [(pair.lower, "liuyang"), (pair.upper, "changsha"), (pair.upper, "hunan")] {
            let bus = try host.bus(site)
            bus.tick()
            await bus.settle()
        }
    }

    private func copies(_ pair: Pair, _ site: String) throws -> [DemandCard] { try pair.upper.bus(site).ask(FindDemands(box: .staff), as: .province).items }

    /// What its home told of the demand.
    private func steps(_ pair: Pair, _ id: MessageID) throws -> [DemandAdvanced] {
        let site = try #require(pair.lower.host.sites.first { $0.card.id == "liuyang" })
        let file = try #require(site.face.parts.first { $0.id == "matching" }?.plug?.file)
        return try file.read { try $0.log(subject: "demand/\(id)", limit: 500) }.filter { $0.type == DemandAdvanced.name }
            .map { try JSON.decode(DemandAdvanced.self, from: $0.payload) }
    }

    @Test("四十二·无人响应的需求在断线期间升到市、省，接通后各到一次；枢纽邀请的外市机构在时断时续中响应，也只回来一次", .timeLimit(.minutes(5)))
    func climbs() async throws {
        let pair = try await Pair(
            clocks: (clock.source, clock.source), plugins: [InstalledPlugin(Market.self), InstalledPlugin(Matching.self)], reference: try ReferenceData.loadLocated())
        let home = try pair.lower.bus("liuyang"), hub = try pair.upper.bus("hunan")
        let code = try #require(CreditCode("91430200MA4LDEM29K")), zhuzhou = try #require(RegionCode("430200"))
        _ = try await hub.tell(
            SaveAgency(title: "演示·株洲智造服务有限公司", region: zhuzhou, categories: ["digital"], summary: "为中小制造企业提供数字化诊断服务。", submit: true), as: Self.agency)
        _ = try await hub.tell(AdvanceAgency(agency: code, action: .approve), as: .city("430200"))
        await hub.settle()
        // Its home has to know who keeps the agency, or it would not take the answer.
        try await until(seconds: 60) { try home.ask(FindAgencies(), as: .visitor).items.map(\.site) == ["hunan"] }
        await home.settle()
        let id = try await home.tell(
            SubmitDemand(title: "注塑车间设备联网改造", category: "digital", description: "二十台注塑机要联网，看到开机率。"), as: Self.enterprise
        ).demand
        pair.line.set(.cut)
        func level() throws -> DemandLevel { try home.ask(GetDemand(id: id), as: Self.enterprise).card.level }
        var days = 0
        while try level() != .province, days < 30 {
            try await day(pair)
            days += 1
        }
        #expect(try level() == .province && (5...16).contains(days), "\(days)")
        #expect(try copies(pair, "changsha").isEmpty && copies(pair, "hunan").isEmpty, "nothing passes a cut line")
        pair.line.set(.open)
        try await until(seconds: 60) { try copies(pair, "hunan").map(\.level) == [.province] && copies(pair, "changsha").map(\.level) == [.province] }
        _ = try await hub.tell(AdvanceDemand(demand: id, action: .invite, agencies: [code]), as: .province)
        try await until(seconds: 60) { try home.ask(GetDemand(id: id), as: Self.enterprise).invitations.map(\.agency.code) == [code] }
        pair.line.set(.flapping(8000...60_000))
        try await until(seconds: 60) { try hub.ask(FindDemands(box: .agency), as: Self.agency).items.map(\.id) == [id] && hub.ask(GetDemand(id: id), as: Self.agency).pending == nil }
        _ = try await hub.tell(AdvanceDemand(demand: id, action: .respond, isInterested: true, note: "两周可以完成。"), as: Self.agency)
        pair.line.set(.cut)
        pair.line.set(.open)
        try await until(seconds: 60) { try home.ask(GetDemand(id: id), as: Self.enterprise).card.state == .answered }
        try await until(seconds: 60) { try copies(pair, "hunan").map(\.state) == [.answered] && copies(pair, "changsha").map(\.state) == [.answered] }
        let actions = try steps(pair, id).map(\.action)
        #expect(actions == [nil, .escalate, .escalate, .invite, .respond], "each step once, in order: \(actions)")
        #expect(try home.ask(GetDemand(id: id), as: Self.enterprise).invitations.map(\.note) == ["两周可以完成。"])
        await pair.stop()
    }
}
