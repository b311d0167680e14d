import MarketContracts
import MatchingContracts
import Messages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import MatchingPlugin

/// A site with three agencies on offer and short words for what tests do to it.
struct Fair {
    let site: TestSite
    static let enterprise = person("enterprise", .enterprise, "91430181MA4LDEM10U", "430181")
    static let window = Actor.window("430181")
    static let near = "91430181MA4LDEM37K", core = "91430200MA4LDEM29K", other = "91430100MA4LDEM02N"

    static func person(_ id: String, _ role: Role, _ code: String, _ region: String) -> Actor {
        Actor(kind: .person, id: id, name: "测试·\(id)", grants: [Grant(role, in: RegionCode(region))], organisation: CreditCode(code))
    }

    static func agency(_ code: String) -> Actor { person("agency-\(code.suffix(4))", .agency, code, "430100") }

    init() async throws {
        site = try await TestSite([(InstalledPlugin(FakeMarket.self), .object([])), (InstalledPlugin(Matching.self), .object([]))])
        for (index, one) in [(Self.near, "430181", ["digital"], false), (Self.core, "430200", ["digital"], true), (Self.other, "430100", ["legal"], false)].enumerated() {
            try await tell(
                AgencyChanged(
                    agency: code(one.0), revision: 1, title: "演示·机构\(index)", region: region(one.1), categories: one.2, summary: "演示。", state: .approved,
                    isCore: one.3))
        }
        try await offer(Self.core, "注塑车间设备联网", "digital", 1)
        await site.settle()
    }

    func tell(_ event: AgencyChanged) async throws { _ = try await site.tell(TellAgency(event: event), as: .system("market")) }

    func offer(_ agency: String, _ title: String, _ category: String, _ number: UInt64, state: ListingState = .listed) async throws {
        _ = try await site.tell(
            TellService(
                event: ServiceChanged(
                    service: MessageID(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0000 | number), agency: code(agency), revision: 1, title: title,
                    category: category, nature: .paid, price: Price(.fixed, amount: Fen(100_000)), modes: [.onSite], regions: [region("430000")], summary: "演示。",
                    deliverables: "演示。", days: 10, places: nil, taken: 0, takesVouchers: false, isSoftware: false, isByAppointment: false, state: state,
                    listedAt: nil)), as: .system("market"))
    }

    func submit(_ title: String = "注塑车间设备联网改造", _ text: String = "二十台注塑机要联网，看到开机率。", as actor: Actor = enterprise) async throws -> MessageID {
        try await site.tell(
            SubmitDemand(
                title: title, category: "digital", description: text, budget: Fen(500_000), contactName: Personal("李小花"),
                contactPhone: Personal(try #require(ContactNumber("13900139000")))), as: actor
        ).demand
    }

    @discardableResult
    func step(
        _ demand: MessageID, _ action: DemandAction, as actor: Actor, _ agencies: [String] = [], interested: Bool? = nil, score: Int? = nil, note: String? = nil
    ) async throws -> DemandReceipt {
        try await site.tell(
            AdvanceDemand(
                demand: demand, action: action, agencies: agencies.compactMap { CreditCode($0) }, isInterested: interested, score: score, note: note), as: actor)
    }
}

func code(_ text: String) throws -> CreditCode { try #require(CreditCode(text)) }
func region(_ text: String) throws -> RegionCode { try #require(RegionCode(text)) }

func refusal(_ body: () async throws -> Void) async -> Refusal? {
    do {
        try await body()
        return nil
    } catch {
        return error as? Refusal
    }
}
