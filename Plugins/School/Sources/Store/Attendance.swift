import Bus
import Crypto
import Messages
import SchoolContracts
import Store
import Vocabulary

/// Presences of one session as they are written down. Whichever device comes first, the earliest presence of a person counts: the result
/// depends on what was scanned, not on the order in which it arrived.
struct DoorKeeper {
    let schoolClass: ClassID
    let session: Int
    let window: ClosedRange<Timestamp>
    /// Checks tickets; `nil` while the class has issued none.
    let key: VerifyingKey?
    let tx: Transaction

    init(_ schoolClass: ClassID, _ session: SessionCard, hours: Int, _ tx: Transaction) throws {
        self.schoolClass = schoolClass
        self.session = session.number
        window = CheckInTime.window(of: session, hours: hours)
        key = try tx.signingKey(.tickets(of: schoolClass))?.verifyingKey
        self.tx = tx
    }

    /// Writes a scan down, once.
    ///
    /// - Returns: what became of it; `nil` for one that is known already.
    func note(_ draft: ScanDraft, by device: String) throws -> ScanOutcome? {
        let known: Int? = try tx.value("SELECT 1 FROM scan WHERE id = ?", draft.id)
        if known != nil { return nil }
        let (registration, verdict) = try judge(draft)
        var outcome = verdict
        if outcome == .counted, let id = registration {
            let presence = Presence(
                at: draft.at, way: Ticket.read(draft.ticket.trimmed) == nil ? .counter : .scan, device: device,
                scan: draft.id)
            outcome = try count(presence, of: id) ? .counted : .duplicate
        }
        try tx.run(
            """
            INSERT INTO scan (id, class, session, device, registration, at, outcome, entered_by, entered_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, draft.id, schoolClass, session, device, registration, draft.at, outcome, tx.actor.id, tx.now)
        return outcome
    }

    /// What the ticket is worth by itself; `counted` for a good one.
    private func judge(_ draft: ScanDraft) throws -> (RegistrationID?, ScanOutcome) {
        let text = draft.ticket.trimmed
        let presented = Ticket.read(text)
        guard let id = presented?.ticket.registration ?? RegistrationID(text) else { return (nil, .unreadable) }
        guard id.belongs(to: schoolClass) else { return (id, .foreign) }
        if let presented {
            guard let key, presented.isSigned(by: key) else { return (id, .forged) }
        }
        guard let row = try tx.knownRegistration(id) else { return (id, .notEnrolled) }
        guard row.state == .enrolled else { return (id, .notEnrolled) }
        if let presented, presented.ticket.issue != row.issue { return (id, .replaced) }
        return (id, CheckInTime.counts(draft.at, in: window, now: tx.now) ? .counted : .outOfTime)
    }

    /// A moment at which somebody was there, and who says so.
    struct Presence {
        var at: Timestamp
        var way: CheckInWay
        var device: String?
        var scan: MessageID?

        /// Total, so that two devices agree which of two scans at the same moment counts.
        func isBefore(_ other: Presence) -> Bool {
            if at != other.at { return at < other.at }
            if device != other.device { return (device ?? "") < (other.device ?? "") }
            return (scan?.description ?? "") < (other.scan?.description ?? "")
        }
    }

    /// Notes the presence if it is the person's earliest.
    ///
    /// - Returns: whether it is the one that counts now.
    func count(_ presence: Presence, of id: RegistrationID) throws -> Bool {
        let before = try tx.first(
            "SELECT at, way, device, scan FROM attendance WHERE class = ? AND session = ? AND registration = ?",
            schoolClass, session, id
        ) { Presence(at: try $0.get(0), way: try $0.get(1), device: try $0.get(2), scan: try $0.get(3)) }
        if let before {
            guard presence.isBefore(before) else { return false }
            if let scan = before.scan { try tx.run("UPDATE scan SET outcome = 'duplicate' WHERE id = ?", scan) }
        }
        try tx.run(
            """
            INSERT INTO attendance (class, session, registration, at, way, device, scan, entered_by, entered_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET at = excluded.at, way = excluded.way, device = excluded.device, scan = excluded.scan,
              entered_by = excluded.entered_by, entered_at = excluded.entered_at
            """, schoolClass, session, id, presence.at, presence.way, presence.device, presence.scan, tx.actor.id,
            tx.now)
        return true
    }
}

extension SQLReading {
    /// A session that people come to.
    func openSession(_ number: Int, of row: ClassRow) throws -> SessionCard {
        guard let session = try sessions(of: row.id, withLinks: false).first(where: { $0.number == number }) else {
            throw SchoolRefusal.make(
                "session-unknown", "班次 \(row.id) 没有第 \(number) 场课。请在班次页面核对场次。", log: "no session \(number) of \(row.id)"
            )
        }
        let why: String? =
            row.card.state == .draft
            ? "班次尚未发布"
            : row.card.state == .cancelled
                ? "班次已取消" : session.isCancelled ? "这场课已取消" : session.mode == .recorded ? "录播课不需要签到" : nil
        if let why {
            throw SchoolRefusal.make(
                "no-check-in", "「\(session.title)」\(why)，不能签到。请选择其他场次。",
                log: "session \(number) of \(row.id) takes no check-in")
        }
        return session
    }

    func marks(of id: RegistrationID) throws -> [AttendanceMark] {
        try rows("SELECT session, at, way, device FROM attendance WHERE registration = ? ORDER BY session", id) {
            AttendanceMark(session: try $0.get(0), at: try $0.get(1), way: try $0.get(2), device: try $0.get(3))
        }
    }

    /// Scans as they stand, in the order of the list.
    func scanResults(_ ids: [MessageID]) throws -> [ScanResult] {
        try ids.compactMap { id in
            try first(
                """
                SELECT s.registration, s.outcome, a.at, a.device FROM scan s
                LEFT JOIN attendance a ON a.class = s.class AND a.session = s.session AND a.registration = s.registration WHERE s.id = ?
                """, id
            ) {
                ScanResult(
                    id: id, registration: try $0.get(0), outcome: try $0.get(1), countedAt: try $0.get(2),
                    countedBy: try $0.get(3))
            }
        }
    }

    /// Presences of one session by registration, of several registrations at once.
    func present(at session: Int, of schoolClass: ClassID) throws -> Set<RegistrationID> {
        Set(
            try rows("SELECT registration FROM attendance WHERE class = ? AND session = ?", schoolClass, session) {
                try $0.get(0)
            })
    }
}
