import Bus
import MatchingContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// A 对接会 as its row holds it.
struct MatchmakingRow: Sendable {
    var id: MessageID
    var title: String
    var region: RegionCode
    var place: String
    var description: String
    var categories: [String]
    var hall: Hall
    var enterpriseLimit: Int
    var agencyLimit: Int
    var wishesUntil: Timestamp
    var state: MatchmakingState
    var reason: String?
    var revision: Int
    var figures: PlanFigures?
}

/// An attendance with what only the planner needs.
struct AttendanceRow: Sendable {
    var attendance: Attendance
    /// Who speaks: the telephone's digest, or the party's own code.
    var person: String
}

extension SQLReading {
    private var matchmakingColumns: String {
        """
        m.id, m.title, m.region, m.place, m.description, m.categories, m.starts_at, m.slots, m.slot_minutes, m.pause_minutes, m.tables,
          m.enterprise_limit, m.agency_limit, m.wishes_until, m.state, m.reason, m.revision, m.wishes, m.met, m.weight, m.bound, m.kept, m.moved,
          m.planned_at
        """
    }

    private func matchmaking(_ row: Row) throws -> MatchmakingRow {
        let plannedAt: Timestamp? = try row.get(23)
        return MatchmakingRow(
            id: try row.get(0), title: try row.get(1), region: try row.get(2), place: try row.get(3), description: try row.get(4),
            categories: try row.get(5, as: String.self).split(separator: " ").map(String.init),
            hall: Hall(startsAt: try row.get(6), slots: try row.get(7), slotMinutes: try row.get(8), pauseMinutes: try row.get(9), tables: try row.get(10)),
            enterpriseLimit: try row.get(11), agencyLimit: try row.get(12), wishesUntil: try row.get(13), state: try row.coded(14), reason: try row.get(15),
            revision: try row.get(16),
            figures: try plannedAt.map {
                PlanFigures(
                    wishes: try row.get(17), met: try row.get(18), weight: try row.get(19), bound: try row.get(20), kept: try row.get(21),
                    moved: try row.get(22), plannedAt: $0)
            })
    }

    func matchmakingRow(_ id: MessageID) throws -> MatchmakingRow? {
        try first("SELECT \(matchmakingColumns) FROM matchmaking m WHERE m.id = ?", id) { try matchmaking($0) }
    }

    /// The latest first; drafts only inside the ranges.
    func matchmakings(
        drafts ranges: [ClosedRange<String>], _ state: MatchmakingState?, _ category: String?, after place: MatchmakingPlace?, limit: Int
    ) throws -> [MatchmakingRow] {
        // Ranges hold digits only.
        let own = ranges.map { "m.region BETWEEN '\($0.lowerBound)' AND '\($0.upperBound)'" }.joined(separator: " OR ")
        return try rows(
            """
            SELECT \(matchmakingColumns) FROM matchmaking m WHERE (m.state <> 'draft'\(own.isEmpty ? "" : " OR \(own)")) AND (?1 IS NULL OR m.state = ?1)
              AND (?2 IS NULL OR ' ' || m.categories || ' ' LIKE '% ' || ?2 || ' %') AND (?3 IS NULL OR (m.starts_at, m.id) < (?3, ?4))
              ORDER BY m.starts_at DESC, m.id DESC LIMIT ?5
            """, state?.rawValue, category, place?.startsAt, place?.id, limit
        ) { try matchmaking($0) }
    }

    func attendances(of id: MessageID, _ side: MatchmakingSide? = nil, party: CreditCode? = nil) throws -> [AttendanceRow] {
        try rows(
            """
            SELECT side, party, name, region, state, topic, busy, most, phone_key FROM attendance WHERE matchmaking = ?1 AND (?2 IS NULL OR side = ?2)
              AND (?3 IS NULL OR party = ?3) ORDER BY side DESC, state, region, party
            """, id, side?.rawValue, party
        ) { row in
            let busy: Int64 = try row.get(6)
            let party = DemandParty(code: try row.get(1), name: try row.get(2))
            let key: [UInt8]? = try row.get(8)
            return AttendanceRow(
                attendance: Attendance(
                    side: try row.coded(0), party: party, region: try row.get(3), state: try row.coded(4), topic: try row.get(5),
                    busySlots: (1...48).filter { busy & (1 << Int64($0 - 1)) != 0 }, limit: try row.get(7)),
                person: key.map { $0.hexadecimal } ?? party.code.description)
        }
    }

    func wishes(of id: MessageID, _ side: MatchmakingSide? = nil, party: CreditCode? = nil) throws -> [StatedWish] {
        try rows(
            """
            SELECT w.side, w.party, w.other, w.rank, a.name FROM wish w JOIN attendance a ON a.matchmaking = w.matchmaking AND a.side <> w.side
              AND a.party = w.other WHERE w.matchmaking = ?1 AND (?2 IS NULL OR w.side = ?2) AND (?3 IS NULL OR w.party = ?3)
              ORDER BY w.side DESC, w.party, w.rank
            """, id, side?.rawValue, party
        ) { StatedWish(side: try $0.coded(0), party: try $0.get(1), other: DemandParty(code: try $0.get(2), name: try $0.get(4)), rank: try $0.get(3)) }
    }

    private var talkColumns: String {
        """
        t.id, t.matchmaking, t.enterprise, e.name, t.agency, a.name, t.slot, t.starts_at, t.desk, t.is_mutual, t.outcome, t.note, t.amount FROM talk t
          JOIN attendance e ON e.matchmaking = t.matchmaking AND e.side = 'enterprise' AND e.party = t.enterprise
          JOIN attendance a ON a.matchmaking = t.matchmaking AND a.side = 'agency' AND a.party = t.agency
        """
    }

    private func talk(_ row: Row) throws -> Talk {
        let outcome: String? = try row.get(10)
        return Talk(
            id: try row.get(0), matchmaking: try row.get(1), enterprise: DemandParty(code: try row.get(2), name: try row.get(3)),
            agency: DemandParty(code: try row.get(4), name: try row.get(5)), slot: try row.get(6), startsAt: try row.get(7), table: try row.get(8),
            isMutual: try row.get(9), outcome: outcome == nil ? nil : try row.coded(10), note: try row.get(11), amount: try row.get(12))
    }

    func talks(of id: MessageID, party: CreditCode? = nil) throws -> [Talk] {
        try rows("SELECT \(talkColumns) WHERE t.matchmaking = ?1 AND (?2 IS NULL OR t.enterprise = ?2 OR t.agency = ?2) ORDER BY t.slot, t.desk", id, party) {
            try talk($0)
        }
    }

    func talk(_ id: MessageID) throws -> Talk? {
        let one = try first("SELECT \(talkColumns) WHERE t.id = ?", id) { try talk($0) }
        guard var found = one else { return nil }
        found.followUps = try rows("SELECT days, due_at, done_at, outcome, note FROM follow_up WHERE talk = ? ORDER BY days", id) { try followUp($0, from: 0) }
        return found
    }

    private func followUp(_ row: Row, from column: Int) throws -> FollowUp {
        let outcome: String? = try row.get(column + 3)
        return FollowUp(
            days: try row.get(column), due: try row.get(column + 1), doneAt: try row.get(column + 2),
            outcome: outcome == nil ? nil : try row.coded(column + 3), note: try row.get(column + 4))
    }

    /// Follow-ups that nobody has recorded, soonest first, in the ranges or of the party.
    func openFollowUps(in ranges: [ClosedRange<String>], party: CreditCode?, limit: Int) throws -> [FollowUpItem] {
        // Ranges hold digits only.
        let whose =
            ranges.map { "m.region BETWEEN '\($0.lowerBound)' AND '\($0.upperBound)'" } + (party == nil ? [] : ["t.enterprise = ?1 OR t.agency = ?1"])
        guard !whose.isEmpty else { return [] }
        let found = try rows(
            """
            SELECT t.id, m.title, f.days, f.due_at, f.done_at, f.outcome, f.note FROM follow_up f JOIN talk t ON t.id = f.talk
              JOIN matchmaking m ON m.id = t.matchmaking WHERE f.done_at IS NULL AND (\(whose.joined(separator: " OR "))) ORDER BY f.due_at, t.id LIMIT ?2
            """, party, limit
        ) { (id: try $0.get(0, as: MessageID.self), title: try $0.get(1, as: String.self), followUp: try followUp($0, from: 2)) }
        return try found.compactMap { one in try talk(one.id).map { FollowUpItem(talk: $0, title: one.title, followUp: one.followUp) } }
    }

    func unmet(of id: MessageID, party: CreditCode? = nil) throws -> [UnmetWish] {
        try rows(
            """
            SELECT u.enterprise, e.name, u.agency, a.name, u.reason FROM unmet u
              JOIN attendance e ON e.matchmaking = u.matchmaking AND e.side = 'enterprise' AND e.party = u.enterprise
              JOIN attendance a ON a.matchmaking = u.matchmaking AND a.side = 'agency' AND a.party = u.agency
              WHERE u.matchmaking = ?1 AND (?2 IS NULL OR u.enterprise = ?2 OR u.agency = ?2) ORDER BY u.enterprise, u.agency
            """, id, party
        ) {
            UnmetWish(
                enterprise: DemandParty(code: try $0.get(0), name: try $0.get(1)), agency: DemandParty(code: try $0.get(2), name: try $0.get(3)),
                reason: try $0.coded(4))
        }
    }
}

/// A place in the list of 对接会.
struct MatchmakingPlace: Codable, Sendable {
    var startsAt: Timestamp
    var id: MessageID
}

extension Transaction {
    func write(_ one: MatchmakingRow) throws {
        let figures = one.figures
        try run(
            """
            INSERT INTO matchmaking (id, title, region, place, description, categories, starts_at, ends_at, slots, slot_minutes, pause_minutes, tables,
              enterprise_limit, agency_limit, wishes_until, state, reason, revision, wishes, met, weight, bound, kept, moved, planned_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25)
            ON CONFLICT (id) DO UPDATE SET title = ?2, region = ?3, place = ?4, description = ?5, categories = ?6, starts_at = ?7, ends_at = ?8, slots = ?9,
              slot_minutes = ?10, pause_minutes = ?11, tables = ?12, enterprise_limit = ?13, agency_limit = ?14, wishes_until = ?15, state = ?16,
              reason = ?17, revision = ?18, wishes = ?19, met = ?20, weight = ?21, bound = ?22, kept = ?23, moved = ?24, planned_at = ?25
            """, one.id, one.title, one.region, one.place, one.description, one.categories.joined(separator: " "), one.hall.startsAt, one.hall.endsAt,
            one.hall.slots, one.hall.slotMinutes, one.hall.pauseMinutes, one.hall.tables, one.enterpriseLimit, one.agencyLimit, one.wishesUntil,
            one.state.rawValue, one.reason, one.revision, figures?.wishes, figures?.met, figures?.weight, figures?.bound, figures?.kept, figures?.moved,
            figures?.plannedAt)
    }
}
