import Bus
public import HotlineContracts
public import Messages
import PluginKit
public import Store
import Vocabulary

/// A call as its table holds it.
struct CallRow {
    var card: CallCard
    var caller: String?
    var address: String?
    var queuedAt: Timestamp?
    var rungSeat: SeatID?
    var rungUntil: Timestamp?

    var id: Int { card.id }

    static let columns = """
        c.id, c.line, c.call_key, c.kind, c.region, c.state, c.skill, coalesce(c.seat, c.rung_seat), s.name, c.offered_at, c.answered_at,
        c.ended_at, c.recordings, c.caller, c.address, c.queued_at, c.rung_seat, c.rung_until
        """
    static let source = "call c LEFT JOIN seat s ON s.id = coalesce(c.seat, c.rung_seat)"

    init(_ row: Row) throws {
        card = CallCard(
            id: try row.get(0), line: try row.get(1), key: try row.get(2), kind: try row.get(3), region: try row.get(4),
            state: try row.get(5),
            skill: try row.get(6), seat: try row.get(7), seatName: try row.get(8), offeredAt: try row.get(9),
            answeredAt: try row.get(10),
            endedAt: try row.get(11), recordings: try row.get(12))
        caller = try row.get(13)
        address = try row.get(14)
        queuedAt = try row.get(15)
        rungSeat = try row.get(16)
        rungUntil = try row.get(17)
    }
}

extension CallState: SQLRawValue {}
extension CallKind: SQLRawValue {}
extension SeatPresence: SQLRawValue {}
extension AssignmentOutcome: SQLRawValue {}
extension CallEvent.Kind: SQLRawValue {}
extension SeatID: SQLValue {}
extension LineID: SQLValue {}
extension UnitID: SQLValue {}

extension PlainName {
    public var sql: SQLScalar { .text(description) }
    public init?(sql: SQLScalar) {
        guard case .text(let text) = sql else { return nil }
        self.init(text)
    }
}

extension SQLReading {
    func call(_ id: Int) throws -> CallRow? {
        try first("SELECT \(CallRow.columns) FROM \(CallRow.source) WHERE c.id = ?", id, as: CallRow.init)
    }

    func call(_ line: LineID, _ key: String) throws -> CallRow? {
        try first(
            "SELECT \(CallRow.columns) FROM \(CallRow.source) WHERE c.line = ? AND c.call_key = ?", line, key,
            as: CallRow.init)
    }

    func reports(of call: Int) throws -> [CallReport] {
        try rows(
            "SELECT id, kind, at, seat, skill, reason, recording, participant, address FROM call_report WHERE call = ?",
            call
        ) { row in
            CallReport(
                id: try row.get(0), kind: try row.get(1), at: try row.get(2), seat: try row.get(3),
                skill: try row.get(4),
                reason: try row.get(5), recording: try row.get(6), participant: try row.get(7), address: try row.get(8))
        }
    }

    func seat(_ id: SeatID) throws -> Seat? {
        try first("SELECT \(Seat.columns) FROM seat WHERE id = ?", id, as: Seat.init(row:))
    }
    func seat(ofPerson id: String) throws -> Seat? {
        try first("SELECT \(Seat.columns) FROM seat WHERE person = ? AND is_active = 1", id, as: Seat.init(row:))
    }
}

extension Seat {
    static let columns = "id, name, person, region, skills, is_active, presence, presence_at, taken"

    init(row: Row) throws {
        let skills: String = try row.get(4)
        self.init(
            id: try row.get(0), name: try row.get(1), person: try row.get(2), region: try row.get(3),
            skills: skills.split(separator: " ").map(String.init), isActive: try row.get(5), presence: try row.get(6),
            presenceSince: try row.get(7), taken: try row.get(8))
    }
}
