import Bus
public import HotlineContracts
import Messages
public import Store
import Vocabulary

/// A work order as its table holds it.
struct OrderRow {
    var id: Int64
    var card: OrderCard
    var content: String
    var caller: String?
    var enterprise: String?
    var creditCode: CreditCode?
    var call: String?
    var answer: String?
    var answeredBy: String?
    var satisfaction: Satisfaction?
    var ratingSource: RatingSource?
    var pending: OrderDetail.PendingRequest?
    var attempts: Int
    var lookup: String?
    var dispatchedAt: Timestamp?
    var pendingBy: String?

    static let cardColumns = """
        o.id, o.number, o.state, o.region, o.category, o.urgency, o.channel, o.title, o.registered_at, o.owner_unit, u.name, o.due_at,
        o.due_is_provisional, o.is_overdue, o.is_confidential, o.is_urged, o.is_supervised, o.is_suspended, o.redo
        """
    private static let columns =
        cardColumns
        + ", o.content, o.caller, o.enterprise, o.credit_code, o.call_id, o.answer, o.answered_by, o.satisfaction, o.rating_source, o.pending, o.attempts, o.lookup, o.dispatched_at"

    static func card(_ row: Row) throws -> OrderCard {
        OrderCard(
            number: try row.get(1), state: try row.get(2), region: try row.get(3), category: try row.get(4), urgency: try row.get(5),
            channel: try row.get(6), title: try row.get(7), registeredAt: try row.get(8), owner: try row.get(9), ownerName: try row.get(10),
            due: try row.get(11), dueIsProvisional: try row.get(12), isOverdue: try row.get(13), isConfidential: try row.get(14),
            isUrged: try row.get(15), isSupervised: try row.get(16), isSuspended: try row.get(17), redo: try row.get(18))
    }

    fileprivate init(_ row: Row, _ reading: some SecretReading) throws {
        id = try row.get(0)
        card = try reading.card(row)
        let number = card.number
        func plain(_ column: Int) throws -> String? { try row.get(column, as: String?.self).map { try reading.unveil($0, of: number) } }
        content = try plain(19) ?? ""
        caller = try row.get(20)
        enterprise = try plain(21)
        creditCode = try row.get(22)
        if try row.get(21, as: String?.self)?.hasPrefix(Veil.mark) == true, let enterprise {
            let firm = try JSON.decode(Veil.Firm.self, from: Array(enterprise.utf8))
            (self.enterprise, creditCode) = (firm.name, firm.code)
        }
        call = try row.get(23)
        answer = try plain(24)
        answeredBy = try row.get(25)
        satisfaction = try row.get(26)
        ratingSource = try row.get(27)
        let kept = try plain(28).map { try JSON.decode(KeptRequest.self, from: Array($0.utf8)) }
        pending = kept?.request
        pendingBy = kept?.actor
        attempts = try row.get(29)
        lookup = try row.get(30)
        dispatchedAt = try row.get(31)
    }

    /// A pending request with the account that asked, which the page does not show.
    struct KeptRequest: Codable {
        var request: OrderDetail.PendingRequest
        var actor: String
    }

    fileprivate static func select(_ rest: String) -> String {
        "SELECT \(columns) FROM work_order o LEFT JOIN unit u ON u.id = o.owner_unit WHERE \(rest)"
    }
}

extension OrderState: SQLRawValue {}
extension OrderAction: SQLRawValue {}
extension Urgency: SQLRawValue {}
extension Channel: SQLRawValue {}
extension Satisfaction: SQLRawValue {}
extension RatingSource: SQLRawValue {}

extension OrderNumber: SQLValue {}

extension SQLReading {
    /// The first row with values in an array.
    func firstRow<T>(_ sql: String, binding values: [any SQLValue], as make: (Row) throws -> T) throws -> T? {
        var found: T?
        try each(sql, binding: values) { row in
            found = try make(row)
            return false
        }
        return found
    }

    func allRows<T>(_ sql: String, binding values: [any SQLValue], as make: (Row) throws -> T) throws -> [T] {
        var all: [T] = []
        try each(sql, binding: values) { row in
            all.append(try make(row))
            return true
        }
        return all
    }

    func unit(_ id: UnitID) throws -> HandlingUnit? {
        try first("SELECT \(HandlingUnit.columns) FROM unit WHERE id = ?", id, as: HandlingUnit.init(row:))
    }
}

extension SecretReading {
    /// The order if that person may see it; to others it does not exist.
    func order(_ number: OrderNumber, for sight: Sight) throws -> OrderRow {
        let seen = sight.condition
        guard let row = try firstRow(OrderRow.select("o.number = ? AND \(seen.sql)"), binding: [number] + seen.values, as: { try OrderRow($0, self) }) else {
            throw HotlineRefusal.unknown(number)
        }
        return row
    }

    /// The order whoever asks: for timers and for those who know its code.
    func anyOrder(_ number: OrderNumber) throws -> OrderRow? {
        try first(OrderRow.select("o.number = ?"), number) { try OrderRow($0, self) }
    }

    func anyOrder(id: Int64) throws -> OrderRow? { try first(OrderRow.select("o.id = ?"), id) { try OrderRow($0, self) } }

    func steps(of order: OrderRow) throws -> [OrderStep] {
        try rows(
            """
            SELECT s.number, s.action, s.title, s.state, s.actor_name, s.at, s.text, u.name FROM step s LEFT JOIN unit u ON u.id = s.unit
            WHERE s.work_order = ? ORDER BY s.number
            """, order.id
        ) {
            OrderStep(
                number: try $0.get(0), action: try $0.get(1), title: try $0.get(2), state: try $0.get(3), actorName: try $0.get(4),
                at: try $0.get(5), text: try $0.get(6, as: String?.self).map { try unveil($0, of: order.card.number) }, unitName: try $0.get(7))
        }
    }

    func assistants(of order: OrderRow) throws -> [OrderDetail.Assistant] {
        try rows(
            "SELECT c.unit, u.name, c.opinion FROM co_unit c JOIN unit u ON u.id = c.unit WHERE c.work_order = ? ORDER BY c.unit", order.id
        ) {
            OrderDetail.Assistant(
                unit: try $0.get(0), name: try $0.get(1), opinion: try $0.get(2, as: String?.self).map { try unveil($0, of: order.card.number) })
        }
    }
}

extension HandlingUnit {
    static let columns = "id, name, region, credit_code, categories, makes_up, is_active, closed_days, open_days"

    init(row: Row) throws {
        let categories: String = try row.get(4)
        self.init(
            id: try row.get(0), name: try row.get(1), region: try row.get(2), creditCode: try row.get(3),
            categories: categories.split(separator: " ").map(String.init), worksMakeUpDays: try row.get(5), isActive: try row.get(6),
            closedDays: try OwnDays.read(row.get(7)), openDays: try OwnDays.read(row.get(8)))
    }
}
