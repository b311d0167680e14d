public import AppealsContracts
import Bus
import Messages
import PluginKit
public import Store
import Vocabulary

/// A case as its table holds it.
struct CaseRow {
    var id: Int64
    var number: CaseNumber
    var isCommon: Bool
    var kind: CaseKind
    var signing: Signing
    var state: CaseState
    var region: RegionCode
    var category: String
    var title: String
    var content: String
    var wanted: DepartmentID?
    var name: String?
    var phone: String?
    var enterprise: String?
    var lookup: String?
    var mergedInto: Int64?
    var stateBefore: CaseState?
    var submittedOn: Day
    var round: Int
    var reopened: Int
    var satisfied: Bool?
    var publishedTitle: String?
    var publishedText: String?

    static let columns = """
        o.id, o.number, o.is_common, o.kind, o.signing, o.state, o.region, o.category, o.title, o.content, o.wanted, o.name, o.phone, o.enterprise,
        o.lookup, o.merged_into, o.state_before, o.submitted_on, o.round, o.reopened, o.satisfied, o.published_title, o.published_text
        """

    init(row: Row) throws {
        id = try row.get(0)
        number = try row.get(1)
        isCommon = try row.get(2)
        kind = try row.get(3)
        signing = try row.get(4)
        state = try row.get(5)
        region = try row.get(6)
        category = try row.get(7)
        title = try row.get(8)
        content = try row.get(9)
        wanted = try row.get(10)
        name = try row.get(11)
        phone = try row.get(12)
        enterprise = try row.get(13)
        lookup = try row.get(14)
        mergedInto = try row.get(15)
        stateBefore = try row.get(16)
        submittedOn = try row.get(17)
        round = try row.get(18)
        reopened = try row.get(19)
        satisfied = try row.get(20)
        publishedTitle = try row.get(21)
        publishedText = try row.get(22)
    }
}

/// One department's part as its table holds it.
struct PartRow {
    var id: Int64
    var appeal: Int64
    var department: DepartmentID
    var name: String
    var state: PartState
    var answer: String?
    var foreignNumber: String?

    /// Whose clocks these are.
    var subject: String { "part/\(id)" }
    var calendar: String { "unit/\(department)" }
}

extension CaseState: SQLRawValue {}
extension PartState: SQLRawValue {}
extension CaseKind: SQLRawValue {}
extension Signing: SQLRawValue {}

extension CaseNumber: SQLValue {}

extension DepartmentID: SQLValue {}

/// What one person may see of the cases: the desk by region, departments what was sent to them.
struct Sight {
    let actor: Actor
    let ranges: [ClosedRange<String>]
    let departments: [String]

    init(of actor: Actor, in reading: some SQLReading) throws {
        self.actor = actor
        ranges = actor.deskRanges
        departments = try actor.units(in: "department", reading).map(\.id)
    }

    func isDesk(_ region: RegionCode) -> Bool { actor.kind == .system || ranges.contains { $0.contains(region.description) } }

    /// A condition on `appeal o`, with its values in order.
    var condition: (sql: String, values: [any SQLValue]) {
        if actor.kind == .system { return ("1", []) }
        var parts: [String] = []
        var values: [any SQLValue] = []
        for range in ranges {
            parts.append("o.region BETWEEN ? AND ?")
            values += [range.lowerBound, range.upperBound]
        }
        if !departments.isEmpty {
            parts.append("EXISTS (SELECT 1 FROM part p WHERE p.appeal = o.id AND p.department IN (\(departments.map { _ in "?" }.joined(separator: ", "))))")
            values += departments
        }
        return parts.isEmpty ? ("0", []) : ("(\(parts.joined(separator: " OR ")))", values)
    }
}

extension SQLReading {
    func cases(where condition: String, _ values: [any SQLValue], _ rest: String = "") throws -> [CaseRow] {
        var all: [CaseRow] = []
        try each("SELECT \(CaseRow.columns) FROM appeal o WHERE \(condition) \(rest)", binding: values) { row in
            all.append(try CaseRow(row: row))
            return true
        }
        return all
    }

    func appeal(_ number: CaseNumber) throws -> CaseRow? { try cases(where: "o.number = ?", [number]).first }
    func appeal(id: Int64) throws -> CaseRow? { try cases(where: "o.id = ?", [id]).first }

    /// The case if that person may see it; to others it does not exist.
    func appeal(_ number: CaseNumber, for sight: Sight) throws -> CaseRow {
        let seen = sight.condition
        guard let row = try cases(where: "o.number = ? AND \(seen.sql)", [number] + seen.values).first else { throw AppealsRefusal.unknown(number) }
        return row
    }

    func parts(of appeal: Int64) throws -> [PartRow] {
        try rows(
            "SELECT p.id, p.appeal, p.department, d.name, p.state, p.answer, p.foreign_number FROM part p JOIN department d ON d.id = p.department WHERE p.appeal = ? ORDER BY p.id",
            appeal
        ) {
            PartRow(
                id: try $0.get(0), appeal: try $0.get(1), department: try $0.get(2), name: try $0.get(3), state: try $0.get(4),
                answer: try $0.get(5), foreignNumber: try $0.get(6))
        }
    }

    func notices(of appeal: Int64) throws -> [CaseNotice] {
        try rows("SELECT title, text, day FROM notice WHERE appeal = ? ORDER BY day, source, round", appeal) {
            CaseNotice(title: try $0.get(0), text: try $0.get(1), on: try $0.get(2))
        }
    }
}

extension Transaction {
    /// Writes a step of the case's record.
    func record(_ appeal: Int64, _ title: String, text: String? = nil, department: DepartmentID? = nil) throws {
        try run(
            """
            INSERT INTO step (appeal, number, title, actor_id, actor_name, text, department, at)
            VALUES (?1, (SELECT coalesce(max(number), 0) + 1 FROM step WHERE appeal = ?1), ?2, ?3, ?4, ?5, ?6, ?7)
            """, appeal, title, actor.id, actor.name, text, department, now)
    }

    func nextNumber(_ region: RegionCode) throws -> CaseNumber {
        try run(
            "INSERT INTO counter (day, region, serial) VALUES (?, ?, 1) ON CONFLICT (day, region) DO UPDATE SET serial = serial + 1", now.day, region)
        let serial: Int = try value("SELECT serial FROM counter WHERE day = ? AND region = ?", now.day, region) ?? 1
        return CaseNumber(day: now.day, region: region, serial: serial)
    }
}
