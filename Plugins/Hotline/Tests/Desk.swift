import FoundationEssentials
import HotlineContracts
import Messages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import HotlinePlugin

/// A hotline with three units and short words for what tests do to it. The clock begins on 2026-02-11 10:00, the Wednesday before
/// 春节 2026, whose Saturday 02-14 is worked.
struct Desk {
    let site: TestSite
    static let seat = Actor.window("430181")
    static let colleague = Actor.person("seat-2", .windowStaff, in: "430181")
    static let changsha = Actor.city("430100")
    static let taxCode = CreditCode("11430000MA0D03015X")
    static let bankCode = CreditCode("11430000MA0D03031K")
    static let tax = handler("tax-1", taxCode)
    static let otherTax = handler("tax-2", taxCode)
    static let bank = handler("bank-1", bankCode)

    static func handler(_ id: String, _ code: CreditCode?) -> Actor {
        Actor(
            kind: .person, id: id, name: "测试·\(id)", grants: [Grant(.departmentHandler, in: RegionCode("430100"))], organisation: code)
    }

    init(now: String = "2026-02-11T10:00:00+08:00") async throws {
        try await self.init(in: TestSite(Hotline.self, now: Timestamp(now)))
    }

    /// With other plug-ins beside the hotline.
    init(in site: TestSite) async throws {
        self.site = site
        for (id, code, makesUp) in [("tax", Self.taxCode, true), ("bank", Self.bankCode, false), ("window", nil, true)] {
            _ = try await site.tell(
                SetUnit(
                    id: unit(id), title: "测试·\(id)", region: #require(RegionCode(id == "window" ? "430181" : "430100")), creditCode: code,
                    categories: [id == "tax" ? "05" : id == "bank" ? "03" : "01"], worksMakeUpDays: makesUp), as: Self.changsha)
        }
    }

    func unit(_ id: String) throws -> UnitID { try #require(UnitID(id)) }

    static let code = LookupCode("K7QP-3M9X-W2RT")

    func order(_ title: String = "咨询加计扣除的资料", confidential: Bool = false, phone: String? = nil, urgency: Urgency = .normal, as actor: Actor = Desk.seat) async throws -> OrderNumber {
        try await site.tell(
            RegisterOrder(
                title: title, content: "企业想了解研发费用辅助账的要求。", category: "05", region: #require(RegionCode("430181")), urgency: urgency,
                isConfidential: confidential, callerName: phone == nil ? nil : Personal("张三丰"),
                callerPhone: phone.flatMap { ContactNumber($0) }.map { Personal($0) }, enterprise: "演示·浏阳精密件有限公司",
                lookup: Self.code?.digest(for: Rulebook.lookupPurpose)), as: actor
        ).number
    }

    @discardableResult
    func step(
        _ number: OrderNumber, _ action: OrderAction, as actor: Actor, text: String? = "同意办理。", unit: String? = nil, days: Int? = nil,
        satisfaction: Satisfaction? = nil, assistants: [String] = [], person: String? = nil
    ) async throws -> OrderReceipt {
        try await site.tell(
            AdvanceOrder(
                order: number, action: action, text: text, unit: unit.map { try self.unit($0) },
                assistants: assistants.isEmpty ? nil : assistants.map { try self.unit($0) }, days: days, satisfaction: satisfaction, person: person),
            as: actor)
    }

    /// Registers an order and takes it until a unit handles it.
    func handled(by unit: String = "tax", _ actor: Actor = Desk.tax) async throws -> OrderNumber {
        let number = try await order()
        try await step(number, .accept, as: Desk.seat)
        try await step(number, .dispatch, as: Desk.seat, unit: unit)
        try await step(number, .sign, as: actor)
        return number
    }

    func concluded() async throws -> OrderNumber {
        let number = try await handled()
        try await step(number, .answer, as: Desk.tax, text: "答复：请留存辅助账。")
        try await step(number, .approve, as: Desk.seat)
        return number
    }

    func detail(_ number: OrderNumber, as actor: Actor = Desk.seat) throws -> OrderDetail { try site.ask(GetOrder(number: number), as: actor) }

    /// Moves the clock to a moment, doing on the way what becomes due; in strides of an hour.
    func go(to text: String) async throws {
        let target = try #require(Timestamp(text + ":00+08:00"))
        while site.clock.now < target {
            await site.advance(by: min(target.since(site.clock.now), .seconds(3600)))
        }
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
