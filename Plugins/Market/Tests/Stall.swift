import MarketContracts
import Messages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import MarketPlugin

/// A market with an admitted agency at 株洲 and short words for what tests do to it.
struct Stall {
    let site: TestSite
    static let code = "91430200MA4LDEM29K"
    static let otherCode = "91430181MA4LDEM37K"
    static let agency = person("agency", .agency, code, "430200")
    static let rival = person("rival", .agency, otherCode, "430181")
    static let enterprise = person("enterprise", .enterprise, "91430181MA4LDEM10U", "430181")
    static let window = Actor.window("430181")
    static let zhuzhou = Actor.city("430200")

    static func person(_ id: String, _ role: Role, _ code: String, _ region: String) -> Actor {
        Actor(kind: .person, id: id, name: "测试·\(id)", grants: [Grant(role, in: RegionCode(region))], organisation: CreditCode(code))
    }

    init(settings: String = "{}", admitted: Bool = true) async throws {
        site = try await TestSite([(InstalledPlugin(Market.self), try JSONValue(parsing: Array(settings.utf8)))])
        guard admitted else { return }
        try await save()
        _ = try await site.tell(AdvanceAgency(agency: Self.creditCode(), action: .approve), as: Self.zhuzhou)
    }

    static func creditCode(_ text: String = code) throws -> CreditCode { try #require(CreditCode(text)) }

    @discardableResult
    func save(_ title: String = "演示·株洲智造服务有限公司", as actor: Actor = agency, at region: String = "430200") async throws -> AgencyReceipt {
        try await site.tell(
            SaveAgency(
                title: title, region: try #require(RegionCode(region)), categories: ["digital", "ip"], summary: "为中小制造企业提供数字化诊断和设备联网服务。",
                contactName: Personal("王大锤"), contactPhone: Personal(try #require(ContactNumber("13800138000"))), submit: true), as: actor)
    }

    static func service(
        _ title: String = "中小企业数字化转型免费诊断", category: String = "digital", nature: ServiceNature = .publicGood, price: Price = Price(.free),
        regions: [String] = ["430000"], places: Int? = nil, id: MessageID? = nil
    ) -> SaveService {
        SaveService(
            service: id, title: title, category: category, nature: nature, price: price, modes: [.onSite, .online],
            regions: regions.compactMap { RegionCode($0) }, summary: "由两名顾问用一天走访车间和办公室，指出最先值得改的三件事。", deliverables: "报告一份。", days: 10,
            places: places, submit: true)
    }

    /// A listed service.
    @discardableResult
    func list(_ command: SaveService = service(), as actor: Actor = agency, by staff: Actor = zhuzhou) async throws -> MessageID {
        let receipt = try await site.tell(command, as: actor)
        if receipt.state == .submitted { _ = try await site.tell(AdvanceService(service: receipt.service, action: .approve), as: staff) }
        return receipt.service
    }
}

/// The refusal a call meets; `nil` when it meets none.
func refusal(_ body: () async throws -> Void) async -> Refusal? {
    do {
        try await body()
        return nil
    } catch {
        return error as? Refusal
    }
}

func region(_ code: String) throws -> RegionCode { try #require(RegionCode(code)) }
