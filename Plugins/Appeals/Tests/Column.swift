import AppealsContracts
import FoundationEssentials
import HotlineContracts
import Messages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import AppealsPlugin

/// A column beside a hotline with three departments, and short words for what tests do to it.
struct Column {
    let site: TestSite
    static let desk = Actor.window("430181")
    static let changsha = Actor.city("430100")
    static let tax = handler("tax-1", "11430000MA0D03015X")
    static let labour = handler("labour-1", "11430000MA0D03023Q")
    static let code = LookupCode("K7QP-3M9X-W2RT")
    static let lookup = code?.digest(for: Rulebook.lookupPurpose) ?? ""

    static func handler(_ id: String, _ code: String) -> Actor {
        Actor(kind: .person, id: id, name: "测试·\(id)", grants: [Grant(.departmentHandler, in: RegionCode("430100"))], organisation: CreditCode(code))
    }

    static let plugins: [(plugin: InstalledPlugin, settings: JSONValue)] = [
        (InstalledPlugin(FakeHotline.self), .object([])), (InstalledPlugin(Appeals.self), .object([])),
    ]

    init(settings: JSONValue = .object([]), now: String = "2026-03-02T09:00:00+08:00") async throws {
        site = try await TestSite([Self.plugins[0], (InstalledPlugin(Appeals.self), settings)], now: Timestamp(now))
        for (id, code, category) in [("tax", "11430000MA0D03015X", "05"), ("labour", "11430000MA0D03023Q", "04"), ("power", "11430000MA0D03031K", "07")] {
            _ = try await site.tell(
                SetUnit(
                    id: #require(UnitID(id)), title: "测试·\(id)", region: #require(RegionCode("430100")), creditCode: CreditCode(code),
                    categories: [category]), as: Self.changsha)
        }
        await site.settle()
    }

    func id(_ text: String) throws -> DepartmentID { try #require(DepartmentID(text)) }

    func submit(_ title: String = "建议简化备案材料", signing: Signing = .signed, category: String = "05", region: String = "430181") async throws -> CaseNumber {
        try await site.tell(
            SubmitAppeal(
                title: title, content: "同一材料在两个窗口重复提交，建议共享。", kind: .suggestion, category: category, region: #require(RegionCode(region)),
                signing: signing, submitter: Personal("诸葛亮亮"), phone: Personal(#require(ContactNumber("13912345678"))), lookup: Self.lookup),
            as: .visitor
        ).number
    }

    @discardableResult
    func advance(_ number: CaseNumber, _ action: CaseAction, to departments: [String] = [], text: String? = nil, as actor: Actor = Column.desk) async throws -> CaseReceipt {
        try await site.tell(
            AdvanceCase(number: number, action: action, departments: departments.isEmpty ? nil : departments.map { try id($0) }, text: text), as: actor)
    }

    @discardableResult
    func part(_ number: CaseNumber, _ department: String, _ action: PartAction, as actor: Actor, to: String? = nil, text: String? = "说明如下。") async throws -> CaseReceipt {
        try await site.tell(
            AdvancePart(number: number, department: id(department), action: action, to: to.map { try id($0) }, text: action == .receive ? nil : text), as: actor)
    }

    func detail(_ number: CaseNumber, as actor: Actor = Column.desk) throws -> CaseDetail { try site.ask(GetCase(number: number), as: actor) }
    func informed(_ number: CaseNumber) throws -> Int { try site.events(SubmitterInformed.self).count { $0.number == number } }
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

/// The hotline as the column hears it: it announces its units.
struct FakeHotline: Plugin {
    static let manifest = Manifest(id: "hotline", title: "热线", version: "1.0.0")

    static func register(in plugin: inout Registration<NoSettings>) {
        plugin.holdsNoPersonalData()
        plugin.announces(UnitSet.self, titled: "登记承办单位")
        plugin.handle(SetUnit.self, access: .role(.cityStaff)) { command, tx in
            try tx.announce(
                UnitSet(
                    unit: HandlingUnit(
                        id: command.id, name: command.title, region: command.region, creditCode: command.creditCode, categories: command.categories,
                        worksMakeUpDays: command.worksMakeUpDays, closedDays: command.closedDays, openDays: command.openDays)))
            return Done()
        }
    }

    static func demonstrate(_ demonstration: Demonstration) async throws {
        guard let id = UnitID("labour"), let region = RegionCode("430100"), let message = MessageID("00000000-00de-7001-8000-000000000001") else { return }
        _ = try await demonstration.bus.tell(
            SetUnit(id: id, title: "演示·人社服务处", region: region, categories: ["04"]), as: .system("demo"), id: message)
    }
}
