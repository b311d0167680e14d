import Bus
public import HotlineContracts
import Messages
import PluginKit
public import Store
import Vocabulary

/// Matters shared with another hotline: one pair of numbers, one clock, one rating. The other hotline is whoever asks: a partner's client.
extension Rulebook {
    func transfer(_ command: TransferOrder, _ tx: Transaction) throws -> TransferReceipt {
        if let known = try tx.transfer(tx.actor.id, command.foreignNumber) { return try receipt(known, tx) }
        var input = InputRules()
        input.text("foreignNumber", "对方编号", command.foreignNumber, 1...60)
        if command.acceptedAt > tx.now + .seconds(300) {
            input.add("acceptedAt", "对方受理时刻晚于现在。请核对时钟。", value: command.acceptedAt.description)
        }
        if let due = command.due, due <= command.acceptedAt {
            input.add("due", "承诺的期限不晚于受理时刻。请核对。", value: due.description)
        }
        try input.refuseIfFaulty(HotlineRefusal.invalid)
        let registered = try register(
            RegisterOrder(
                title: command.title, content: command.content, category: command.category, region: command.region,
                urgency: command.urgency,
                channel: .exchange, isConfidential: command.isConfidential, callerName: command.callerName,
                callerPhone: command.callerPhone,
                enterprise: command.enterprise, creditCode: command.creditCode), tx)
        guard let row = try tx.anyOrder(registered.number) else { throw HotlineRefusal.unknown(registered.number) }
        try tx.run(
            """
            INSERT INTO transfer (system, foreign_number, work_order, direction, accepted_at, due_at, organisation)
            VALUES (?, ?, ?, 'received', ?, ?, ?)
            """, tx.actor.id, command.foreignNumber, row.id, command.acceptedAt, command.due, tx.actor.organisation)
        guard let known = try tx.transfer(tx.actor.id, command.foreignNumber) else {
            throw HotlineRefusal.transfer(command.foreignNumber)
        }
        return try receipt(known, tx)
    }

    func numberTransfer(_ command: NumberTransfer, _ tx: Transaction) throws -> TransferReceipt {
        let sight = try Sight(of: tx.actor, in: tx)
        let row = try tx.order(command.order, for: sight)
        guard let owner = row.card.owner, sight.units.contains(owner.description) else {
            throw HotlineRefusal.make(
                "not-your-step", "工单 \(row.card.number) 没有派给您的单位，不能登记对方编号。请核对编号。",
                log: "order is not dispatched to the actor's unit")
        }
        var input = InputRules()
        input.text("foreignNumber", "对方编号", command.foreignNumber, 1...60)
        if let known = try tx.transfer(tx.actor.id, command.foreignNumber), known.order != row.id {
            input.add(
                "foreignNumber", "编号 \(command.foreignNumber) 已对应另一工单。一个编号只对应一件，请核对。", value: command.foreignNumber)
        }
        if let other = try tx.transfer(of: row.id),
            (other.system, other.foreignNumber) != (tx.actor.id, command.foreignNumber)
        {
            input.add("foreignNumber", "该工单已登记对方编号 \(other.foreignNumber)，不能改为另一个。请核对。", value: command.foreignNumber)
        }
        try input.refuseIfFaulty(HotlineRefusal.invalid)
        try tx.run(
            "INSERT OR IGNORE INTO transfer (system, foreign_number, work_order, direction) VALUES (?, ?, ?, 'handedOver')",
            tx.actor.id,
            command.foreignNumber, row.id)
        guard let known = try tx.transfer(tx.actor.id, command.foreignNumber) else {
            throw HotlineRefusal.transfer(command.foreignNumber)
        }
        return try receipt(known, tx)
    }

    func rateTransfer(_ command: RateTransfer, _ tx: Transaction) throws -> TransferReceipt {
        guard let known = try tx.transfer(tx.actor.id, command.foreignNumber), let row = try tx.anyOrder(known.number)
        else {
            throw HotlineRefusal.transfer(command.foreignNumber)
        }
        guard known.direction == .received else { throw HotlineRefusal.ratedElsewhere(row.card.number) }
        guard row.card.state == .concluded else {
            throw HotlineRefusal.make(
                "illegal-step", "工单 \(row.card.number) 处于「\(row.card.state.title)」状态，办结后、归档前方可评价。请在收到办结通知后评价。",
                log: "rating in \(row.card.state.rawValue)")
        }
        let state = try rate(command.satisfaction, .revisit, row, tx)
        try settle(row, state, tx)
        try tx.record(row.id, nil, "对方平台回访：\(command.satisfaction.title)", state, text: command.text)
        return try receipt(known, tx)
    }

    func getTransfer(_ query: GetTransfer, _ snapshot: Snapshot) throws -> TransferReceipt {
        guard let known = try snapshot.transfer(snapshot.actor.id, query.foreignNumber) else {
            throw HotlineRefusal.transfer(query.foreignNumber)
        }
        return try receipt(known, snapshot)
    }

    private func receipt(_ known: Transfer, _ reading: some SecretReading) throws -> TransferReceipt {
        guard let row = try reading.anyOrder(known.number) else { throw HotlineRefusal.unknown(known.number) }
        let isAnswered = row.card.state == .concluded || row.card.state.isFinal
        return TransferReceipt(
            number: row.card.number, foreignNumber: known.foreignNumber, direction: known.direction,
            state: row.card.state,
            due: try OrderClock.table.entry(
                of: row.card.number.subject, named: OrderClock.handle.rawValue, in: reading)?.clock.due,
            answer: isAnswered ? row.answer : nil, satisfaction: row.satisfaction)
    }

    /// The handling clock of a matter that was handed over began when the other hotline accepted it, and ends no later than it promised.
    /// Work that is done again has its own time.
    func handedClock(_ row: OrderRow, _ limit: TimeLimit, on working: WorkCalendar, _ tx: Transaction) throws
        -> DeadlineClock?
    {
        guard row.card.redo == 0, let transfer = try tx.transfer(of: row.id), let start = transfer.acceptedAt else { return nil }
        let own = DeadlineClock(start: start, limit: limit, on: working)
        guard let promised = transfer.due, let due = own.due, promised < due else { return own }
        return DeadlineClock(
            start: start, limit: .hours(max(Int(promised.since(start).components.seconds / 3600), 1)), on: working)
    }
}

/// A pair of numbers.
struct Transfer {
    var system: String
    var foreignNumber: String
    var order: Int64
    var number: OrderNumber
    var direction: TransferDirection
    var acceptedAt: Timestamp?
    var due: Timestamp?

    fileprivate static let select =
        "SELECT t.system, t.foreign_number, t.work_order, o.number, t.direction, t.accepted_at, t.due_at FROM transfer t JOIN work_order o ON o.id = t.work_order"

    fileprivate init(_ row: Row) throws {
        system = try row.get(0)
        foreignNumber = try row.get(1)
        order = try row.get(2)
        number = try row.get(3)
        direction = try row.get(4)
        acceptedAt = try row.get(5)
        due = try row.get(6)
    }
}

extension TransferDirection: SQLRawValue {}

extension SQLReading {
    func transfer(_ system: String, _ foreignNumber: String) throws -> Transfer? {
        try first(
            Transfer.select + " WHERE t.system = ? AND t.foreign_number = ?", system, foreignNumber, as: Transfer.init)
    }

    func transfer(of order: Int64) throws -> Transfer? {
        try first(Transfer.select + " WHERE t.work_order = ?", order, as: Transfer.init)
    }
}
