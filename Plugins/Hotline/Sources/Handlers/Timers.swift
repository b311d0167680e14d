import Bus
import HotlineContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// What the clock does by itself. Both touch only what is due.
extension Rulebook {
    /// Reminds before a deadline, marks what is overdue, supervises what stays overdue, lets suspended orders run on.
    func callDue(_ tx: Transaction) throws {
        for call in try OrderClock.table.call(at: tx.now, { try calendar(named: $0, at: tx.now, in: tx) }, in: tx.store) {
            guard let clock = OrderClock(rawValue: call.entry.name), let number = OrderNumber(String(call.entry.subject.dropFirst("order/".count))),
                let row = try tx.anyOrder(number)
            else { continue }
            try heed(call, clock, row, tx)
        }
    }

    private func heed(_ call: ClockTable.Call, _ clock: OrderClock, _ row: OrderRow, _ tx: Transaction) throws {
        let kind: OrderDue.Kind
        switch call.reminder.kind {
        case .before: kind = .near
        case .overdue: kind = .overdue
        case .after: kind = .stillOverdue
        }
        if kind == .overdue, clock == .suspend, row.card.isSuspended {
            try resume(row, tx)
            try settle(row, row.card.state, tx)
            try tx.record(row.id, nil, "挂起期满，自动恢复办理", row.card.state)
        } else if kind != .near {
            try tx.run("UPDATE work_order SET is_overdue = 1 WHERE id = ?", row.id)
            if kind == .overdue { try tx.tally("overdue:\(clock.rawValue)", row.card) }
            try tx.record(row.id, nil, kind == .overdue ? "\(clock.title)逾期" : "\(clock.title)逾期后提醒", row.card.state)
        } else {
            try tx.record(row.id, nil, "\(clock.title)临期提醒", row.card.state)
        }
        // Reminded once and still not done: the supervisors take it up.
        if kind == .stillOverdue, clock == .handle, !row.card.isSupervised {
            try supervise(row, tx)
            try tx.record(row.id, nil, "逾期未办，自动督办", row.card.state)
        }
        try tx.announce(OrderDue(number: row.card.number, region: row.card.region, clock: clock.rawValue, kind: kind, due: call.entry.clock.due), of: row)
    }

    /// When a year's notice has been published: moves provisional deadlines that are still ahead, visibly.
    func recalculate(_ tx: Transaction) throws {
        for shift in try OrderClock.table.recalculate(at: tx.now, { try calendar(named: $0, at: tx.now, in: tx) }, in: tx.store) {
            guard let number = OrderNumber(String(shift.entry.subject.dropFirst("order/".count))), let row = try tx.anyOrder(number) else { continue }
            try settle(row, row.card.state, tx)
            let title = OrderClock(rawValue: shift.entry.name)?.title ?? shift.entry.name
            try tx.record(row.id, nil, "节假日安排公布，\(title)期限重新计算", row.card.state)
            try tx.announce(
                OrderDue(number: number, region: row.card.region, clock: shift.entry.name, kind: .moved, due: shift.to, before: shift.from), of: row)
        }
    }
}
