import Bus
import CoordinationContracts
import Messages
import PluginKit
import Store
import Vocabulary

extension TaskDesk {
    /// The sites of a task that the actor may see.
    private func nodes(_ task: String, _ snapshot: Snapshot) throws -> [NodeProgress] {
        try snapshot.rows(
            "SELECT site, title, region, state, percent, note, changed, reminders FROM task_node WHERE task = ? ORDER BY region, site", task
        ) { row in
            NodeProgress(
                site: try row.get(0), title: try row.get(1), region: try row.get(2, as: String?.self).flatMap { RegionCode($0) },
                state: AssignmentState(rawValue: try row.get(3)) ?? .sent, percent: try row.get(4), note: try row.get(5), changedAt: try row.get(6),
                reminders: try row.get(7))
        }.filter { Rights.sees(snapshot.actor, $0.region) }
    }

    func findTasks(_ query: FindTasks, _ snapshot: Snapshot) throws -> Listing<TaskCard> {
        let limit = try query.checkedLimit()
        var place = try query.after?.position(Int64.self) ?? .max
        var found: [TaskRow] = []
        // What the actor may not see is passed over.
        while found.count <= limit {
            let rows = try snapshot.rows(
                "SELECT \(TaskRow.columns) FROM task WHERE n < ? AND (? = 0 OR closed IS NULL) ORDER BY n DESC LIMIT ?", place, query.open ?? false ? 1 : 0,
                limit + 1, as: TaskRow.init)
            guard let last = rows.last else { break }
            place = last.n
            for row in rows {
                let nodes = try nodes(row.card.task, snapshot)
                if !nodes.isEmpty { found.append(row.filled(nodes)) }
            }
            if rows.count <= limit { break }
        }
        let shown = found.prefix(limit)
        return Listing(shown.map(\.card), next: found.count > limit ? try shown.last.map { try Cursor($0.n) } : nil)
    }

    func getTask(_ query: GetTask, _ snapshot: Snapshot) throws -> TaskDetail {
        let row = try snapshot.first("SELECT \(TaskRow.columns) FROM task WHERE id = ?", query.task, as: TaskRow.init)
        guard let row else { throw CoordinationRefusal.unknown(query.task) }
        let nodes = try nodes(query.task, snapshot)
        guard !nodes.isEmpty else { throw CoordinationRefusal.unknown(query.task) }
        return TaskDetail(card: row.filled(nodes).card, text: row.text, reason: row.reason, nodes: nodes, isOwn: row.text != nil)
    }

    private static let assignmentColumns = "n, id, title, text, issuer, issuer_title, due, received, state, percent, note, reminders"

    private func assignment(_ row: Row) throws -> (n: Int64, card: AssignmentCard) {
        let card = AssignmentCard(
            task: try row.get(1), title: try row.get(2), text: try row.get(3), issuer: try row.get(4), issuerTitle: try row.get(5), due: try row.get(6),
            receivedAt: try row.get(7), state: AssignmentState(rawValue: try row.get(8)) ?? .delivered, percent: try row.get(9), note: try row.get(10),
            reminders: try row.get(11))
        return (try row.get(0), card)
    }

    func findAssignments(_ query: FindAssignments, _ snapshot: Snapshot) throws -> Listing<AssignmentCard> {
        let limit = try query.checkedLimit()
        let rows = try snapshot.rows(
            "SELECT \(Self.assignmentColumns) FROM assignment WHERE n < ? AND (? = 0 OR state NOT IN ('done', 'closed')) ORDER BY n DESC LIMIT ?",
            query.after?.position(Int64.self) ?? .max, query.open ?? false ? 1 : 0, limit + 1, as: assignment)
        let shown = rows.prefix(limit)
        return Listing(shown.map(\.card), next: rows.count > limit ? try shown.last.map { try Cursor($0.n) } : nil)
    }

    func getAssignment(_ query: GetAssignment, _ snapshot: Snapshot) throws -> AssignmentCard {
        let found = try snapshot.first("SELECT \(Self.assignmentColumns) FROM assignment WHERE id = ?", query.task, as: assignment)
        guard let found else { throw CoordinationRefusal.unknown(query.task) }
        return found.card
    }

    func todos(_ actor: Actor, _ snapshot: Snapshot) throws -> [TodoItem] {
        try snapshot.rows("SELECT id, title, state, received, due FROM assignment WHERE state NOT IN ('done', 'closed') ORDER BY due LIMIT 50") { row in
            let isNew = try row.get(2, as: String.self) == AssignmentState.delivered.rawValue
            return TodoItem(
                title: try row.get(1), path: "/assignments/\(try row.get(0, as: String.self))", step: isNew ? "签收任务" : "报告进展", since: try row.get(3),
                due: try row.get(4, as: Day.self).end)
        }
    }
}

private struct TaskRow {
    static let columns = "n, id, issuer, title, text, due, issued, closed, reason"

    var n: Int64
    var card: TaskCard
    var text: String?
    var reason: String?

    init(_ row: Row) throws {
        n = try row.get(0)
        card = TaskCard(
            task: try row.get(1), title: try row.get(3), issuer: try row.get(2), due: try row.get(5), issuedAt: try row.get(6), closedAt: try row.get(7),
            sites: 0, done: 0)
        text = try row.get(4)
        reason = try row.get(8)
    }

    func filled(_ nodes: [NodeProgress]) -> TaskRow {
        var row = self
        row.card.sites = nodes.count
        row.card.done = nodes.filter { $0.state == .done }.count
        return row
    }
}
