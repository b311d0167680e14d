import HotlineContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// What one person may see of the orders, as a condition of SQL: by region for the desk, by unit for those who handle them; of the
/// confidential ones only who was admitted and the department that handles it. One place for lists, counts, search, export and single
/// orders, so that none can forget it.
struct Sight {
    let actor: Actor
    let ranges: [ClosedRange<String>]
    /// Units the person is a member of; `departments` are those that are not simply a window's staff.
    let units: [String]
    let departments: [String]

    init(of actor: Actor, in reading: some SQLReading) throws {
        self.actor = actor
        ranges = actor.deskRanges
        let mine = try actor.units(in: "unit", reading)
        units = mine.map(\.id)
        departments = mine.filter(\.isDepartment).map(\.id)
    }

    /// Whether the desk's or a supervisor's authority reaches the region.
    func reaches(_ region: RegionCode) -> Bool {
        actor.kind == .system || ranges.contains { $0.contains(region.description) }
    }

    /// Ids of what is in reach, by index, the confidential ones not yet taken out; for telling few from many.
    var reach: (sql: String, values: [any SQLValue]) {
        let marks = units.map { _ in "?" }.joined(separator: ", ")
        let parts =
            ranges.map { _ in "SELECT id FROM work_order WHERE region BETWEEN ? AND ?" }
            + (units.isEmpty
                ? []
                : [
                    "SELECT id FROM work_order WHERE owner_unit IN (\(marks))",
                    "SELECT work_order FROM co_unit WHERE unit IN (\(marks))",
                ])
        return (
            parts.joined(separator: " UNION ALL "),
            ranges.flatMap { [$0.lowerBound, $0.upperBound] as [any SQLValue] } + units + units
        )
    }

    /// `AND`-able condition on `work_order` named `o`, with its values in order. Regions and owners are compared, never looked up
    /// (`+`): the planner would collect a province's orders and sort them, where a list's own order is read to twenty.
    var condition: (sql: String, values: [any SQLValue]) {
        if actor.kind == .system { return ("1", []) }
        var parts: [String] = []
        var values: [any SQLValue] = []
        for range in ranges {
            parts.append("+o.region BETWEEN ? AND ?")
            values += [range.lowerBound, range.upperBound]
        }
        func handled(_ ids: [String]) -> String {
            let marks = ids.map { _ in "?" }.joined(separator: ", ")
            values += ids
            values += ids
            return
                "(+o.owner_unit IN (\(marks)) OR EXISTS (SELECT 1 FROM co_unit c WHERE c.work_order = o.id AND c.unit IN (\(marks))))"
        }
        if !units.isEmpty { parts.append(handled(units)) }
        // Not a bare 0: with it SQLite finds no way along a named index.
        guard !parts.isEmpty else { return ("o.id < 0", []) }
        var secret =
            "o.is_confidential = 0 OR EXISTS (SELECT 1 FROM admitted a WHERE a.work_order = o.id AND a.actor = ?)"
        values.append(actor.id)
        if !departments.isEmpty { secret += " OR \(handled(departments))" }
        return ("(\(parts.joined(separator: " OR "))) AND (\(secret))", values)
    }
}
