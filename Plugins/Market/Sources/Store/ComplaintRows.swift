import MarketContracts
import Messages
import PluginKit
import Store
import Vocabulary

extension SQLReading {
    private var complaintColumns: String {
        """
        c.id, c.number, c.home, c.order_, c.order_number, c.agency, c.agency_name, c.enterprise, c.enterprise_name, c.region, c.kind, c.state, c.due_at, c.outcome,
          c.created_at, c.updated_at
        """
    }

    private func complaintCard(_ row: Row) throws -> ComplaintCard {
        let outcome: String? = try row.get(13)
        return ComplaintCard(
            id: try row.get(0), number: try row.get(1), home: try row.get(2), order: try row.get(3), orderNumber: try row.get(4),
            agency: Party(code: try row.get(5), name: try row.get(6)), enterprise: Party(code: try row.get(7), name: try row.get(8)), region: try row.get(9),
            kind: try row.coded(10), state: try row.coded(11), due: try row.get(12), outcome: outcome.flatMap { ComplaintOutcome(rawValue: $0) },
            createdAt: try row.get(14), updatedAt: try row.get(15))
    }

    /// With its texts, without what anybody may do.
    func complaint(_ id: MessageID) throws -> ComplaintDetail? {
        try first(
            """
            SELECT \(complaintColumns), c.text, c.answer, c.answered_at, c.conclusion, c.closed_at, c.revision, c.is_pending, c.refusal FROM complaint c WHERE c.id = ?
            """, id
        ) { row in
            let isPending: Bool = try row.get(22)
            return ComplaintDetail(
                card: try complaintCard(row), text: try row.get(16), answer: try row.get(17), answeredAt: try row.get(18), conclusion: try row.get(19),
                closedAt: try row.get(20), revision: try row.get(21), isPending: isPending ? true : nil, refusal: try row.get(23))
        }
    }

    func complaints(about order: MessageID) throws -> [ComplaintCard] {
        try rows("SELECT \(complaintColumns) FROM complaint c WHERE c.order_ = ? ORDER BY c.id", order) { try complaintCard($0) }
    }

    /// Complaints where the condition, which binds `?1`, holds, the newest first.
    func complaints(
        where condition: String, _ argument: CreditCode?, state: ComplaintState?, agency: CreditCode?, limit: Int, after id: MessageID?
    ) throws -> [ComplaintCard] {
        try rows(
            """
            SELECT \(complaintColumns) FROM complaint c WHERE (\(condition)) AND (?2 IS NULL OR c.state = ?2) AND (?3 IS NULL OR c.agency = ?3)
              AND (?4 IS NULL OR c.id < ?4) ORDER BY c.id DESC LIMIT ?5
            """, argument, state?.rawValue, agency, id, limit
        ) { try complaintCard($0) }
    }

    func complaintCount(about agency: CreditCode) throws -> ComplaintCount {
        try first(
            """
            SELECT coalesce(sum(state IN ('filed', 'answered')), 0), coalesce(sum(state = 'closed'), 0), coalesce(sum(outcome IN ('upheld', 'partly')), 0)
            FROM complaint WHERE agency = ?
            """, agency
        ) { ComplaintCount(open: try $0.get(0), closed: try $0.get(1), upheld: try $0.get(2)) } ?? ComplaintCount(open: 0, closed: 0, upheld: 0)
    }
}

extension Transaction {
    func write(_ complaint: ComplaintDetail, watchAt: Timestamp?) throws {
        let card = complaint.card
        try run(
            """
            INSERT INTO complaint (id, number, home, order_, order_number, agency, agency_name, enterprise, enterprise_name, region, kind, state, due_at, watch_at,
              outcome, revision, created_at, updated_at, answered_at, closed_at, is_pending, refusal, answer, conclusion, text, is_home)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26)
            ON CONFLICT (id) DO UPDATE SET state = ?12, due_at = ?13, watch_at = ?14, outcome = ?15, revision = ?16, updated_at = ?18, answered_at = ?19,
              closed_at = ?20, is_pending = ?21, refusal = ?22, answer = ?23, conclusion = ?24
            """, card.id, card.number, card.home, card.order, card.orderNumber, card.agency.code, card.agency.name, card.enterprise.code, card.enterprise.name,
            card.region, card.kind.rawValue, card.state.rawValue, card.due, watchAt, card.outcome?.rawValue, complaint.revision, card.createdAt, card.updatedAt,
            complaint.answeredAt, complaint.closedAt, complaint.isPending ?? false, complaint.refusal, complaint.answer, complaint.conclusion, complaint.text,
            card.home == site)
    }

    /// `T20260302-00001`
    func nextComplaintNumber() throws -> String {
        let day = "T" + now.day.description.replacing("-", with: "")
        let last: String? = try value("SELECT max(number) FROM complaint WHERE home = ? AND number BETWEEN ? AND ?", site, "\(day)-", "\(day)-99999")
        return "\(day)-" + String(String(100_001 + (last.flatMap { Int($0.suffix(5)) } ?? 0)).suffix(5))
    }
}
