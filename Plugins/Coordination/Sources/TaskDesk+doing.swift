import Bus
import CoordinationContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// What happens to a task at the site that does it.
extension TaskDesk {
    func receive(_ task: AssignTask, _ tx: Transaction) throws -> Done {
        let issuer = tx.envelope.site
        guard tx.sites.isAbove(issuer, tx.site) else {
            throw CoordinationRefusal.make("not-above", "站点 \(tx.site) 只接受上级站点下发的任务，\(issuer) 不是其上级。", log: "\(issuer) is not above \(tx.site)")
        }
        try tx.run(
            """
            INSERT INTO assignment (id, issuer, issuer_title, title, text, due, received, state, changed) VALUES (?, ?, ?, ?, ?, ?, ?, 'delivered', ?)
            ON CONFLICT (id) DO NOTHING
            """, task.task, issuer, tx.sites[issuer]?.title ?? issuer, task.title, task.text, task.due, tx.now, tx.now)
        try advance(task.task, to: .delivered, percent: 0, note: nil, tx)
        return Done()
    }

    func accept(_ accept: AcceptAssignment, _ tx: Transaction) throws -> Done {
        if try open(accept.task, tx) == .delivered { try advance(accept.task, to: .accepted, percent: 0, note: nil, tx) }
        return Done()
    }

    func report(_ report: ReportAssignment, _ tx: Transaction) throws -> Done {
        _ = try open(report.task, tx)
        try advance(report.task, to: report.percent == 100 ? .done : .working, percent: report.percent, note: report.note, tx)
        return Done()
    }

    private func open(_ task: String, _ tx: Transaction) throws -> AssignmentState {
        let state: String? = try tx.value("SELECT state FROM assignment WHERE id = ?", task)
        guard let state = state.flatMap({ AssignmentState(rawValue: $0) }) else { throw CoordinationRefusal.unknown(task) }
        guard state != .closed else { throw CoordinationRefusal.closed(task) }
        return state
    }

    private func advance(_ task: String, to state: AssignmentState, percent: Int, note: String?, _ tx: Transaction) throws {
        try tx.run("UPDATE assignment SET state = ?, percent = ?, note = ?, changed = ? WHERE id = ?", state.rawValue, percent, note, tx.now, task)
        let found = try tx.first("SELECT title, issuer, due FROM assignment WHERE id = ?", task) {
            (title: try $0.get(0, as: String.self), issuer: try $0.get(1, as: String.self), due: try $0.get(2, as: Day.self))
        }
        guard let found else { return }
        try tx.announce(
            AssignmentAdvanced(task: task, title: found.title, issuer: found.issuer, due: found.due, state: state, percent: percent, note: note))
    }

    func takeReminder(_ reminder: RemindAssignment, _ tx: Transaction) throws -> Done {
        _ = try given(reminder.task, tx)
        try tx.run("UPDATE assignment SET reminders = reminders + 1 WHERE id = ?", reminder.task)
        return Done()
    }

    func takeClosure(_ closure: CloseAssignment, _ tx: Transaction) throws -> Done {
        let (state, percent) = try given(closure.task, tx)
        if state == .done {
            // What was finished counts as finished at the sites above.
            try tx.run("UPDATE assignment SET state = 'closed', changed = ? WHERE id = ?", tx.now, closure.task)
        } else {
            try advance(closure.task, to: .closed, percent: percent, note: closure.reason, tx)
        }
        return Done()
    }

    /// Only whoever gave the task reminds of it or closes it.
    private func given(_ task: String, _ tx: Transaction) throws -> (state: AssignmentState, percent: Int) {
        let found = try tx.first("SELECT state, percent FROM assignment WHERE id = ? AND issuer = ?", task, tx.envelope.site) {
            (state: AssignmentState(rawValue: try $0.get(0)) ?? .delivered, percent: try $0.get(1, as: Int.self))
        }
        guard let found else { throw CoordinationRefusal.unknown(task) }
        return found
    }
}
