import Bus
import Crypto
import Messages
import SchoolContracts
import Store
import Vocabulary

extension Academy {
    func getDoor(_ query: GetDoor, _ snapshot: Snapshot) throws -> Door {
        let row = try managed(query.schoolClass, snapshot)
        let session: SessionCard
        do { session = try snapshot.openSession(query.session, of: row) } catch let refusal as Refusal
            where refusal.status == 409
        {
            throw SchoolRefusal.make("no-door", refusal.message, log: refusal.log)
        }
        let window = CheckInTime.window(of: session, hours: settings.checkInHours)
        guard let key = try snapshot.signingKey(.tickets(of: row.id)) else {
            throw SchoolRefusal.make(
                "no-door", "本班还没有签发听课凭证。请稍候一分钟再打开签到页面。", log: "class \(row.id) has no ticket key yet")
        }
        let present = try snapshot.present(at: session.number, of: row.id)
        let roster = try snapshot.registrations(of: row.id, in: [.enrolled]).map {
            Door.Entry(
                registration: $0.id, name: try snapshot.unseal(String.self, $0.sealedName), issue: $0.issue,
                isPresent: present.contains($0.id))
        }
        return Door(
            schoolClass: row.id, title: row.card.title, session: session,
            key: String(decoding: key.verifyingKey.pem, as: UTF8.self),
            opensAt: window.lowerBound, closesAt: window.upperBound, roster: roster, asOf: snapshot.now)
    }

    func getAttendance(_ query: GetAttendance, _ snapshot: Snapshot) throws -> AttendanceSummary {
        let row = try managed(query.schoolClass, snapshot)
        let enrolled: Int =
            try snapshot.value("SELECT count(*) FROM registration WHERE class = ? AND state = 'enrolled'", row.id) ?? 0
        let conflicts =
            "[" + ScanOutcome.allCases.filter(\.isConflict).map { "\"\($0.rawValue)\"" }.joined(separator: ",") + "]"
        let sessions = try snapshot.rows(
            """
            SELECT s.number, s.title, (SELECT count(*) FROM attendance a WHERE a.class = s.class AND a.session = s.number), count(c.id),
              coalesce(sum(c.outcome = 'duplicate'), 0), coalesce(sum(c.outcome IN (SELECT value FROM json_each(?2))), 0)
            FROM session s LEFT JOIN scan c ON c.class = s.class AND c.session = s.number
            WHERE s.class = ?1 AND s.is_cancelled = 0 AND s.mode != 'recorded' GROUP BY s.number ORDER BY s.starts_at, s.number
            """, row.id, conflicts
        ) {
            AttendanceSummary.Session(
                number: try $0.get(0), title: try $0.get(1), present: try $0.get(2), scans: try $0.get(3),
                duplicates: try $0.get(4),
                conflicts: try $0.get(5))
        }
        return AttendanceSummary(schoolClass: row.id, enrolled: enrolled, sessions: sessions)
    }

    func findAttendance(_ query: FindAttendance, _ snapshot: Snapshot) throws -> Listing<AttendanceCard> {
        let limit = try query.checkedLimit()
        let place = try query.after?.position(RegistrationID.self)
        let row = try managed(query.schoolClass, snapshot)
        let cards = try snapshot.registrations(
            enterprise: nil, enteredBy: nil, schoolClass: row.id, state: .enrolled, after: place, limit: limit + 1
        ).map {
            AttendanceCard(
                registration: $0.id, enterprise: $0.enterprise, name: try snapshot.unseal(String.self, $0.sealedName),
                marks: try snapshot.marks(of: $0.id))
        }
        return try Listing(probing: cards, limit: limit) { $0.registration }
    }

    /// Where a scan stands in the order of the list.
    private struct ScanPlace: Codable, Sendable {
        var at: Timestamp
        var id: MessageID
    }

    func findScans(_ query: FindScans, _ snapshot: Snapshot) throws -> Listing<ScanCard> {
        let limit = try query.checkedLimit()
        let place = try query.after?.position(ScanPlace.self)
        let row = try managed(query.schoolClass, snapshot)
        let wanted = ScanOutcome.allCases.filter { query.conflicts == true ? $0.isConflict : $0 != .counted }
        let cards = try snapshot.rows(
            """
            SELECT s.id, s.session, s.device, s.registration, s.at, s.entered_at, s.outcome, a.at, a.device FROM scan s
            LEFT JOIN attendance a ON a.class = s.class AND a.session = s.session AND a.registration = s.registration
            WHERE s.class = ?1 AND (?2 IS NULL OR s.session = ?2) AND s.outcome IN (SELECT value FROM json_each(?3))
              AND (?4 IS NULL OR (s.at, s.id) > (?4, ?5)) ORDER BY s.at, s.id LIMIT ?6
            """, row.id, query.session, "[" + wanted.map { "\"\($0.rawValue)\"" }.joined(separator: ",") + "]",
            place?.at, place?.id, limit + 1
        ) {
            ScanCard(
                id: try $0.get(0), session: try $0.get(1), device: try $0.get(2), registration: try $0.get(3),
                at: try $0.get(4),
                enteredAt: try $0.get(5), outcome: try $0.get(6), countedAt: try $0.get(7), countedBy: try $0.get(8))
        }
        return try Listing(probing: cards, limit: limit) { ScanPlace(at: $0.at, id: $0.id) }
    }

    /// The class, for its staff.
    func managed(_ id: ClassID, _ snapshot: Snapshot) throws -> ClassRow {
        let row = try snapshot.schoolClass(id)
        guard Rights.manages(snapshot.actor, row.card.region) else {
            throw SchoolRefusal.region(row.card.region.description)
        }
        return row
    }
}
