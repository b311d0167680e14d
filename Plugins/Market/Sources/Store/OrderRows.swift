import Bus
import MarketContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// An order as its rows hold it.
struct OrderRow: Sendable {
    var card: OrderCard
    var isHome: Bool
    var isDirect: Bool
    var description: String
    var budget: Fen?
    var wantedBy: Day?
    var days: Int?
    var appointment: Timestamp?
    var proof: String?
    var reason: String?
    var revision: Int
    var deliveredAt: Timestamp?
    var holdsPlace: Bool
    /// The slot that was wanted with the order.
    var slot: MessageID?
    var isTrial = false
    /// When somebody has to be told of its deadline next.
    var watchAt: Timestamp?
    /// Where the service is wanted.
    var address: String?
}

extension SQLReading {
    private var orderColumns: String {
        """
        o.id, o.number, o.home, o.title, o.category, o.service, o.enterprise, o.enterprise_name, o.region, o.agency, o.agency_name, o.state,
          o.due_at, o.amount, o.channel, o.is_on_behalf, o.is_backfilled, o.happened_on, o.created_at, o.updated_at
        """
    }

    private func orderCard(_ row: Row) throws -> OrderCard {
        let agency: CreditCode? = try row.get(9)
        return OrderCard(
            id: try row.get(0), number: try row.get(1), home: try row.get(2), title: try row.get(3), category: try row.get(4),
            service: try row.get(5), enterprise: Party(code: try row.get(6), name: try row.get(7)), region: try row.get(8),
            agency: try agency.map { Party(code: $0, name: try row.get(10)) }, state: try row.coded(11), due: try row.get(12), amount: try row.get(13),
            channel: try row.coded(14), isOnBehalf: try row.get(15), isBackfilled: try row.get(16), happenedOn: try row.get(17),
            createdAt: try row.get(18), updatedAt: try row.get(19))
    }

    func orderRow(_ id: MessageID) throws -> OrderRow? {
        try first(
            """
            SELECT \(orderColumns), o.is_home, o.is_direct, o.description, o.budget, o.wanted_by, o.days, o.appointment, o.proof, o.reason,
              o.revision, o.delivered_at, o.holds_place, o.slot, o.is_trial, o.watch_at, o.address FROM order_ o WHERE o.id = ?
            """, id
        ) { row in
            OrderRow(
                card: try orderCard(row), isHome: try row.get(20), isDirect: try row.get(21), description: try row.get(22), budget: try row.get(23),
                wantedBy: try row.get(24), days: try row.get(25), appointment: try row.get(26), proof: try row.get(27), reason: try row.get(28),
                revision: try row.get(29), deliveredAt: try row.get(30), holdsPlace: try row.get(31), slot: try row.get(32), isTrial: try row.get(33),
                watchAt: try row.get(34), address: try row.get(35))
        }
    }

    /// Orders of an enterprise, the newest first.
    func orders(ofEnterprise code: CreditCode, _ state: OrderState?, overdueAt now: Timestamp?, limit: Int, after id: MessageID?) throws -> [OrderCard] {
        try rows(
            """
            SELECT \(orderColumns) FROM order_ o WHERE o.enterprise = ?1 AND (?2 IS NULL OR o.state = ?2) AND (?3 IS NULL OR o.due_at < ?3)
              AND (?4 IS NULL OR o.id < ?4) ORDER BY o.id DESC LIMIT ?5
            """, code, state?.rawValue, now, id, limit
        ) { try orderCard($0) }
    }

    /// Orders at which an agency was asked, the newest first; without those that went to another one or were never confirmed.
    func orders(ofAgency code: CreditCode, _ state: OrderState?, overdueAt now: Timestamp?, limit: Int, after id: MessageID?) throws -> [OrderCard] {
        try rows(
            """
            SELECT \(orderColumns) FROM asked_agency q JOIN order_ o ON o.id = q.order_
            WHERE q.agency = ?1 AND q.state <> 'passedOver' AND o.state <> 'proposed' AND (?2 IS NULL OR o.state = ?2)
              AND (?3 IS NULL OR o.due_at < ?3) AND (?4 IS NULL OR o.id < ?4) ORDER BY o.id DESC LIMIT ?5
            """, code, state?.rawValue, now, id, limit
        ) { try orderCard($0) }
    }

    /// Orders of enterprises in the regions of the staff, the newest first.
    func orders(in ranges: [ClosedRange<String>], _ state: OrderState?, overdueAt now: Timestamp?, limit: Int, after id: MessageID?) throws -> [OrderCard] {
        // Ranges hold digits only.
        let within = ranges.map { "o.region BETWEEN '\($0.lowerBound)' AND '\($0.upperBound)'" }.joined(separator: " OR ")
        guard !within.isEmpty else { return [] }
        return try rows(
            """
            SELECT \(orderColumns) FROM order_ o WHERE (\(within)) AND \(state == nil ? "?1 IS NULL" : "o.state = ?1") AND (?2 IS NULL OR o.due_at < ?2)
              AND (?3 IS NULL OR o.id < ?3) ORDER BY o.id DESC LIMIT ?4
            """, state?.rawValue, now, id, limit
        ) { try orderCard($0) }
    }

    func quotes(of order: MessageID) throws -> [Quote] {
        try rows(
            """
            SELECT q.agency, q.name, q.state, q.amount, q.days, q.note, q.at, coalesce(a.completed, 0), coalesce(a.satisfied, 0), coalesce(a.rated, 0),
              coalesce(a.staff_rated, 0)
            FROM asked_agency q LEFT JOIN agency a ON a.code = q.agency WHERE q.order_ = ? ORDER BY q.amount IS NULL, q.amount, q.agency
            """, order
        ) { row in
            let completed: Int = try row.get(7)
            let rated: Int = try row.get(9)
            let staff: Int = try row.get(10)
            return Quote(
                agency: Party(code: try row.get(0), name: try row.get(1)), state: try row.coded(2), amount: try row.get(3), days: try row.get(4),
                note: try row.get(5), at: try row.get(6),
                satisfaction: Satisfaction(
                    satisfied: try row.get(8), rated: rated, unrated: max(0, completed - rated - staff), enteredByStaff: staff), completed: completed)
        }
    }

    func documents(of order: MessageID, _ part: String) throws -> [AttachmentReference] {
        try rows("SELECT digest, name, type, length FROM order_document WHERE order_ = ? AND part = ? ORDER BY position", order, part) { row in
            AttachmentReference(digest: try row.get(0), name: try row.get(1), type: try row.get(2), length: try row.get(3))
        }
    }

    func rating(of order: MessageID, window: Int) throws -> Rating? {
        let evidence = try documents(of: order, "evidence")
        return try first(
            "SELECT score, comment, is_staff_entered, rated_at, financing, saving, jobs, reply, replied_at FROM rating WHERE order_ = ?", order
        ) { row in
            let at: Timestamp = try row.get(3)
            return Rating(
                score: try row.get(0), comment: try row.get(1), isStaffEntered: try row.get(2), ratedAt: at,
                editableUntil: at.advanced(by: .seconds(window * 86_400)),
                effects: Effects(financing: try row.get(4), saving: try row.get(5), jobs: try row.get(6)), evidence: evidence, reply: try row.get(7),
                repliedAt: try row.get(8))
        }
    }
}

extension Grant {
    /// The codes that a staff grant reaches; all of them without a region.
    var range: ClosedRange<String> { region?.codesBelow ?? "000000"..."999999" }
}
