import Bus
import HotlineContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// What leaves the state as it is: marks with their own clocks, requests and their decision, records.
extension Rulebook {
    func mark(_ command: AdvanceOrder, _ row: OrderRow, _ tx: Transaction) throws -> OrderState {
        switch command.action {
        case .note: try answerUrging(row, tx)
        case .addAssistant: try addAssistant(command, row, tx)
        case .assist:
            let sight = try Sight(of: tx.actor, in: tx)
            for one in try tx.assistants(of: row) where tx.actor.kind == .system || sight.units.contains(one.unit.description) {
                try tx.run("UPDATE co_unit SET opinion = ? WHERE work_order = ? AND unit = ?", try tx.veil(command.text, of: row), row.id, one.unit)
            }
        case .urge:
            try tx.run("UPDATE work_order SET is_urged = 1 WHERE id = ?", row.id)
            try begin(.urge, row, tx)
            try tx.tally("urged", row.card)
        case .supervise: try supervise(row, tx)
        case .endSupervision:
            guard row.card.isSupervised else {
                throw HotlineRefusal.make("not-marked", "该工单没有督办，不需要解除。请刷新页面。", log: "not supervised")
            }
            try tx.run("UPDATE work_order SET is_supervised = 0 WHERE id = ?", row.id)
            try stop([.supervise], row, tx)
        case .askExtension, .askSuspension: try ask(command, row, tx)
        case .grantExtension: try grantExtension(row, tx)
        case .grantSuspension: try grantSuspension(row, tx)
        case .deny:
            _ = try pending(nil, row)
            try tx.run("UPDATE work_order SET pending = NULL WHERE id = ?", row.id)
        case .resume:
            guard row.card.isSuspended else { throw HotlineRefusal.clock(.notPaused) }
            try resume(row, tx)
        case .admit:
            guard row.card.isConfidential else {
                throw HotlineRefusal.make("not-confidential", "该工单不是保密工单，辖区内人员均可查看。无需办理。", log: "not confidential")
            }
            try tx.run("INSERT OR IGNORE INTO admitted (work_order, actor) VALUES (?, ?)", row.id, command.person)
        default: throw HotlineRefusal.illegal(command.action, in: row.card.state)
        }
        return row.card.state
    }

    /// A record by its own unit answers an urging.
    private func answerUrging(_ row: OrderRow, _ tx: Transaction) throws {
        let sight = try Sight(of: tx.actor, in: tx)
        guard row.card.isUrged, let owner = row.card.owner, sight.units.contains(owner.description) else { return }
        try tx.run("UPDATE work_order SET is_urged = 0 WHERE id = ?", row.id)
        try stop([.urge], row, tx)
    }

    private func addAssistant(_ command: AdvanceOrder, _ row: OrderRow, _ tx: Transaction) throws {
        guard let id = command.unit, let unit = try tx.unit(id), unit.isActive, unit.id != row.card.owner else {
            throw HotlineRefusal.invalid([.init(field: "unit", message: "协办单位须是名录中启用的、主办以外的单位。请从列表中选择。")])
        }
        try tx.run("INSERT OR IGNORE INTO co_unit (work_order, unit) VALUES (?, ?)", row.id, unit.id)
    }

    func supervise(_ row: OrderRow, _ tx: Transaction) throws {
        if !row.card.isSupervised { try tx.tally("supervised", row.card) }
        try tx.run("UPDATE work_order SET is_supervised = 1 WHERE id = ?", row.id)
        try begin(.supervise, row, tx)
    }

    private func ask(_ command: AdvanceOrder, _ row: OrderRow, _ tx: Transaction) throws {
        if row.pending != nil {
            throw HotlineRefusal.make("request-pending", "该工单已有待批的申请。请等主管人员批准或驳回后再提。", log: "a request is pending")
        }
        let kind: OrderDetail.PendingRequest.Kind = command.action == .askExtension ? .extension : .suspension
        let (reason, days) = (command.text ?? "", command.days ?? 1)
        // What will never be granted is refused now, with a stand-in for whoever decides.
        try probe(kind, reason, days, row, tx)
        let kept = OrderRow.KeptRequest(
            request: .init(kind: kind, askedBy: tx.actor.name, at: tx.now, reason: reason, days: days), actor: tx.actor.id)
        try tx.run("UPDATE work_order SET pending = ? WHERE id = ?", try tx.veil(String(decoding: JSON.encode(kept), as: UTF8.self), of: row), row.id)
    }

    private func probe(_ kind: OrderDetail.PendingRequest.Kind, _ reason: String, _ days: Int, _ row: OrderRow, _ tx: Transaction) throws {
        guard let entry = try OrderClock.table.entry(of: row.card.number.subject, named: OrderClock.handle.rawValue, in: tx) else { return }
        var clock = entry.clock
        let working = try calendar(named: entry.calendar, at: tx.now, in: tx)
        let rule = rule("handle", for: row.card)
        do throws(DeadlineClock.Problem) {
            switch kind {
            case .extension:
                try clock.extend(
                    by: .workingDays(days), at: tx.now, reason: reason, askedBy: tx.actor.id, approvedBy: "-", within: rule?.extending ?? .none, on: working)
            case .suspension:
                try clock.pause(at: tx.now, reason: reason, askedBy: tx.actor.id, approvedBy: "-", atMost: rule?.pauses ?? 2)
            }
        } catch { throw HotlineRefusal.clock(error) }
        if kind == .suspension, let most = self.rule("suspend", for: row.card)?.limit, !TimeLimit.workingDays(days).endsNoLater(than: most) {
            throw HotlineRefusal.invalid([.init(field: "days", value: String(days), message: "挂起最长 \(most.title)。请缩短后重新申请。")])
        }
    }

    private func pending(_ kind: OrderDetail.PendingRequest.Kind?, _ row: OrderRow) throws -> (OrderDetail.PendingRequest, String) {
        guard let request = row.pending, let actor = row.pendingBy, kind == nil || request.kind == kind else {
            throw HotlineRefusal.make("nothing-pending", "没有待批的申请，可能已被处理。请刷新页面。", log: "nothing pending")
        }
        return (request, actor)
    }

    private func grantExtension(_ row: OrderRow, _ tx: Transaction) throws {
        let (request, asker) = try pending(.extension, row)
        let within = rule("handle", for: row.card)?.extending ?? .none
        try change(.handle, row, tx) { clock, working throws(DeadlineClock.Problem) in
            try clock.extend(
                by: .workingDays(request.days), at: tx.now, reason: request.reason, askedBy: asker, approvedBy: tx.actor.id, within: within, on: working)
        }
        try tx.run("UPDATE work_order SET pending = NULL WHERE id = ?", row.id)
    }

    private func grantSuspension(_ row: OrderRow, _ tx: Transaction) throws {
        let (request, asker) = try pending(.suspension, row)
        let most = rule("handle", for: row.card)?.pauses ?? 2
        try change(.handle, row, tx) { clock, _ throws(DeadlineClock.Problem) in
            try clock.pause(at: tx.now, reason: request.reason, askedBy: asker, approvedBy: tx.actor.id, atMost: most)
        }
        try begin(.suspend, row, days: request.days, tx)
        try tx.run("UPDATE work_order SET pending = NULL, is_suspended = 1 WHERE id = ?", row.id)
    }

    func resume(_ row: OrderRow, _ tx: Transaction) throws {
        try change(.handle, row, tx) { clock, working throws(DeadlineClock.Problem) in try clock.resume(at: tx.now, on: working) }
        try stop([.suspend], row, tx)
        try tx.run("UPDATE work_order SET is_suspended = 0 WHERE id = ?", row.id)
    }
}
