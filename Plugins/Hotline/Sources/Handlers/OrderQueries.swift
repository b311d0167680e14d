import Bus
import HotlineContracts
import Messages
import PluginKit
import Store
import Vocabulary

extension Rulebook {
    func getOrder(_ query: GetOrder, _ snapshot: Snapshot) throws -> OrderDetail {
        let sight = try Sight(of: snapshot.actor, in: snapshot)
        let row = try snapshot.order(query.number, for: sight)
        let authorities = try authorities(of: sight, over: row, snapshot)
        let caller = try row.caller.flatMap { try self.caller($0, snapshot) }
        return OrderDetail(
            card: row.card, content: row.content, callerName: caller?.name, callerPhone: caller?.phone, enterprise: row.enterprise,
            creditCode: row.creditCode, answer: row.answer, satisfaction: row.satisfaction, ratingSource: row.ratingSource,
            assistants: try snapshot.assistants(of: row), pending: row.pending, clocks: try clocks(of: row, snapshot),
            steps: try snapshot.steps(of: row), next: next(row, authorities), call: row.call,
            followOns: try snapshot.followOns(of: row.id))
    }

    func caller(_ person: String, _ snapshot: Snapshot) throws -> (
        name: Personal<String>?, phone: Personal<ContactNumber>?
    )? {
        try snapshot.first("SELECT name, phone FROM caller WHERE person = ?", person) { row in
            (
                name: try row.get(0, as: String?.self).map { try snapshot.unseal(String.self, $0) },
                phone: try row.get(1, as: String?.self).map { try snapshot.unseal(ContactNumber.self, $0) }
            )
        }
    }

    private func clocks(of row: OrderRow, _ snapshot: Snapshot) throws -> [OrderDetail.ClockView] {
        try OrderClock.table.entries(of: row.card.number.subject, in: snapshot).map { entry in
            let clock = entry.clock
            return OrderDetail.ClockView(
                title: OrderClock(rawValue: entry.name)?.title ?? entry.name, start: clock.start, limit: clock.limit.title, due: clock.due,
                isProvisional: clock.isProvisional, stopped: clock.stopped, isOverdue: clock.isOverdue(at: snapshot.now),
                changes: clock.changes.map { change in
                    let cause =
                        switch change.cause {
                        case .paused: "暂停计时"
                        case .resumed: "恢复计时"
                        case .extended: "延期"
                        case .recalculated: "节假日安排公布，重新计算"
                        }
                    return "\(Format.dateTime(change.at)) \(cause)" + (change.to.map { "，期限为 \(Format.dateTime($0))" } ?? "")
                })
        }
    }

    /// What the person may do now.
    func next(_ row: OrderRow, _ authorities: Set<OrderMachine.Authority>) -> [OrderAction] {
        OrderMachine.steps.filter { step in
            guard step.from == row.card.state, !authorities.isDisjoint(with: step.authorities) else { return false }
            if row.card.isSuspended, !OrderMachine.whileSuspended.contains(step.action) { return false }
            return switch step.action {
            case .resume: row.card.isSuspended
            case .admit: row.card.isConfidential
            case .endSupervision: row.card.isSupervised
            case .supervise: !row.card.isSupervised
            case .grantExtension: row.pending?.kind == .extension
            case .grantSuspension: row.pending?.kind == .suspension
            case .deny: row.pending != nil
            case .askExtension, .askSuspension: row.pending == nil
            case .archive: row.satisfaction != nil || row.attempts >= settings.revisitAttempts
            default: true
            }
        }.map(\.action)
    }

    /// Open orders by due moment, closed ones from the latest; a cursor is a place in that order.
    func findOrders(_ query: FindOrders, _ snapshot: Snapshot) throws -> Listing<OrderCard> {
        let limit = try query.checkedLimit()
        let sight = try Sight(of: snapshot.actor, in: snapshot)
        let seen = sight.condition
        let isClosed = query.closed == true
        var conditions = [seen.sql, "o.is_open = \(isClosed ? 0 : 1)"]
        var values = seen.values
        func narrow(_ sql: String, _ more: any SQLValue...) {
            conditions.append(sql)
            values += more
        }
        if let state = query.state { narrow("o.state = ?", state) }
        if let category = query.category { narrow("substr(o.category, 1, length(?)) = ?", category, category) }
        if let region = query.region {
            narrow("+o.region BETWEEN ? AND ?", region.codesBelow.lowerBound, region.codesBelow.upperBound)
        }
        if let owner = query.owner { narrow("+o.owner_unit = ?", owner) }
        if query.overdue == true { narrow("o.is_overdue = 1") }
        if query.supervised == true { narrow("o.is_supervised = 1") }
        if let text = query.q {
            // Confidential orders are not in the index.
            let keys = OrderNumber(text).map { [$0.description] } ?? []
            let found = try keys + Migrations.orders.keys(text, limit: 500, in: snapshot)
            narrow("o.number IN (SELECT value FROM json_each(?))", String(decoding: try JSON.encode(found), as: UTF8.self))
            if OrderNumber(text) == nil { narrow("o.is_confidential = 0") }
        }
        let counted = (conditions, values)
        let total =
            isClosed
            ? nil
            : try snapshot.firstRow(
                "SELECT count(*) FROM work_order o \(query.q == nil ? "INDEXED BY work_order_queue" : "") WHERE \(counted.0.joined(separator: " AND "))",
                binding: counted.1
            ) { try $0.get(0) as Int }
        let place = try query.after?.position(OrderPlace.self)
        if let place {
            isClosed
                ? narrow("o.id < ?", place.id)
                : narrow("(\(OrderPlace.due), o.id) > (?, ?)", place.due ?? .max, place.id)
        }
        var source = isClosed ? "work_order o NOT INDEXED" : "work_order o INDEXED BY work_order_open"
        if query.q != nil {
            source = "work_order o"
        } else if isClosed, sight.actor.kind != .system, !sight.reach.sql.isEmpty, try isFew(sight, snapshot) {
            let reach = sight.reach
            source = "work_order o"
            conditions.append("o.id IN (\(reach.sql))")
            values += reach.values
        }
        let rows = try snapshot.allRows(
            """
            SELECT \(OrderRow.cardColumns) FROM \(source) LEFT JOIN unit u ON u.id = o.owner_unit
            WHERE \(conditions.joined(separator: " AND ")) ORDER BY \(isClosed ? "o.id DESC" : "\(OrderPlace.due), o.id") LIMIT \(limit + 1)
            """, binding: values
        ) { (place: OrderPlace(due: try $0.get(11), id: try $0.get(0)), card: try snapshot.card($0)) }
        let last = rows.count > limit ? rows[limit - 1].place : nil
        return Listing(Array(rows.prefix(limit).map(\.card)), next: try last.map { try Cursor($0) }, total: total)
    }

    /// Whether so few orders are in reach that they are better found and sorted than met on the way through all.
    private func isFew(_ sight: Sight, _ snapshot: Snapshot) throws -> Bool {
        let reach = sight.reach
        return try snapshot.firstRow("SELECT count(*) FROM (\(reach.sql) LIMIT 3001)", binding: reach.values) {
            try $0.get(0) as Int
        } ?? 0 <= 3000
    }

    struct OrderPlace: Codable {
        var due: Int64?
        var id: Int64
        static let due = "coalesce(o.due_at, 9223372036854775807)"
    }

    /// What the caller sees with number and secret code.
    func lookUp(_ query: LookUpOrder, _ snapshot: Snapshot) throws -> PublicOrder {
        let row = try known(query.number, query.code, by: snapshot.actor, at: snapshot.now, snapshot)
        let shown: Set<OrderAction> = [.accept, .refuse, .answerAtOnce, .dispatch, .redispatch, .sign, .answer, .approve, .archive, .urge, .supervise]
        let isAnswered = row.card.state == .concluded || row.card.state.isFinal
        return PublicOrder(
            number: row.card.number, title: row.card.title, state: row.card.state, registeredAt: row.card.registeredAt,
            ownerName: row.card.ownerName, due: row.card.due, dueIsProvisional: row.card.dueIsProvisional, answer: isAnswered ? row.answer : nil,
            satisfaction: row.satisfaction, mayRate: row.card.state == .concluded,
            steps: try snapshot.steps(of: row).filter { $0.action.map(shown.contains) ?? true }.map { .init(title: $0.title, at: $0.at) })
    }
}
