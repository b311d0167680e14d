import ExpoContracts
import Messages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import ExpoPlugin

/// A published exhibition with one approved booth, and short words for what tests do to it.
struct Hallway {
    let site: TestSite
    let exhibition: ExhibitionID
    let booth: BoothID
    static let staff = Actor.window("430181")
    static let plugins: [(plugin: InstalledPlugin, settings: JSONValue)] = [
        (InstalledPlugin(FakeMatching.self), .object([])), (InstalledPlugin(Expo.self), .object([])),
    ]

    init(_ plugins: [(plugin: InstalledPlugin, settings: JSONValue)] = plugins) async throws {
        site = try await TestSite(plugins)
        (exhibition, booth) = try await Self.build(site)
    }

    static func build(_ site: TestSite) async throws -> (ExhibitionID, BoothID) {
        let exhibition = try await site.tell(draft(), as: staff).exhibition
        _ = try await site.tell(AdvanceExhibition(exhibition: exhibition, action: .publish), as: staff)
        let booth = try await site.tell(application(exhibition), as: exhibitor(1)).booth
        _ = try await site.tell(content(booth), as: exhibitor(1))
        _ = try await site.tell(ReviewBooth(booth: booth, action: .approve), as: staff)
        return (exhibition, booth)
    }

    static func draft(_ title: String = "浏阳智能制造网上展") throws -> SaveExhibition {
        SaveExhibition(
            title: title, kind: .dated, region: try region("430181"), opensOn: try day("2026-03-01"), closesOn: try day("2026-03-31"), summary: "展出智能制造的设备和服务。",
            halls: [HallDraft(kind: .city, title: "综合馆"), HallDraft(kind: .chain, title: "装备馆", note: "主机和零部件")])
    }

    static func application(_ exhibition: ExhibitionID, hall: Int = 1, size: Int = 1) -> ApplyForBooth {
        ApplyForBooth(exhibition: exhibition, hall: hall, title: "精密齿轮", size: size, summary: "齿轮和减速机，按图加工。", telephone: "0731-80000000")
    }

    static func content(_ booth: BoothID) -> SaveBooth {
        SaveBooth(
            booth: booth, title: "精密齿轮", summary: "齿轮和减速机，按图加工。", telephone: "0731-80000000",
            exhibits: [Exhibit(title: "行星减速机", summary: "噪声低。", price: Fen(860_000)), Exhibit(title: "非标齿轮", summary: "按图加工。")])
    }

    static func exhibitor(_ index: Int) throws -> Actor {
        var actor = Actor.person("exhibitor-\(index)", .enterprise, in: "430181")
        actor.organisation = try DemoExhibitor.code(index)
        actor.organisationName = "测试参展企业\(index)"
        return actor
    }

    /// A visitor with this number; signed in for an enterprise or not.
    func turn(
        _ number: Int, _ kind: LeadKind = .card, slot: Int? = nil, text: String? = nil, consent: Bool = true, source: String? = nil, to booth: BoothID? = nil,
        as actor: Actor = .visitor
    ) async throws -> MessageID {
        try await site.tell(
            TurnToBooth(
                booth: booth ?? self.booth, kind: kind, name: Personal("来访人\(number)"), phone: Personal(try #require(ContactNumber("1990000\(3000 + number)"))),
                text: text ?? (kind == .enquiry ? "价格和交期？" : nil), slot: slot, consent: consent, source: source), as: actor
        ).lead
    }

    func offer(_ count: Int = 3) async throws {
        _ = try await site.tell(
            OfferSlots(booth: booth, startsAt: site.clock.now.advanced(by: .seconds(86_400)), minutes: 30, count: count), as: Self.exhibitor(1))
    }
}

func region(_ code: String) throws -> RegionCode { try #require(RegionCode(code)) }
func day(_ text: String) throws -> Day { try #require(Day(text)) }

/// The refusal a call meets; `nil` when it meets none.
func refusal(_ body: () async throws -> Void) async -> Refusal? {
    do {
        try await body()
        return nil
    } catch {
        return error as? Refusal
    }
}
