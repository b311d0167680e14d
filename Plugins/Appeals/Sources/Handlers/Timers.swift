import AppealsContracts
import Bus
import PluginKit
import Store
import Vocabulary

/// What the clock does by itself. Both touch only what is due or moves.
extension Rulebook {
    func callDue(_ tx: Transaction) throws {
        for call in try Self.clocks.call(at: tx.now, { try calendar(named: $0, at: tx.now, in: tx) }, in: tx.store) {
            guard let (row, department) = try owner(of: call.entry, tx) else { continue }
            let what = "\(Self.title(of: call.entry))\(call.reminder.kind == .before ? "临期提醒" : "逾期")"
            try move(row, to: row.state, what, department: department, tx)
        }
    }

    /// When a year's notice has been published: moves provisional deadlines that are still ahead, and says so in the case's record and to the
    /// department's own system.
    func recalculate(_ tx: Transaction) throws {
        for shift in try Self.clocks.recalculate(
            at: tx.now, { try calendar(named: $0, at: tx.now, in: tx) }, in: tx.store)
        {
            guard let (row, department) = try owner(of: shift.entry, tx) else { continue }
            let days = [shift.from, shift.to].map { $0.map { Format.dateTime($0) } ?? "—" }
            try move(
                row, to: row.state, "节假日安排公布，\(Self.title(of: shift.entry))期限重新计算", text: "由 \(days[0]) 改为 \(days[1])",
                department: department, tx)
        }
    }

    private static func title(of entry: ClockTable.Entry) -> String {
        ["accept": "受理", "receive": "接收", "handle": "办理"][entry.name] ?? entry.name
    }

    /// The case a clock belongs to, and the department where it is a part's.
    private func owner(of entry: ClockTable.Entry, _ tx: Transaction) throws -> (CaseRow, DepartmentID?)? {
        if entry.subject.hasPrefix("part/") {
            let part = try tx.first(
                "SELECT appeal, department FROM part WHERE id = ?", Int64(entry.subject.dropFirst(5)) ?? 0
            ) {
                (appeal: try $0.get(0) as Int64, department: try $0.get(1) as DepartmentID)
            }
            return try part.flatMap { part in try tx.appeal(id: part.appeal).map { ($0, part.department) } }
        }
        return try CaseNumber(String(entry.subject.dropFirst("case/".count))).flatMap { try tx.appeal($0) }.map {
            ($0, nil)
        }
    }
}
