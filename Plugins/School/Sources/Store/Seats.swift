import Bus
import Messages
import SchoolContracts
import Store
import Vocabulary

/// Seats of a class: who gets one, who waits, who is next. All of it in the transaction that changed something.
extension Transaction {
    /// Takes the step, keeps the class's counters, and announces it. What may follow (`promote`) is the caller's.
    func take(
        _ action: RegistrationAction, _ row: RegistrationRow, to state: RegistrationState, offerUntil: Timestamp? = nil, reason: String? = nil
    ) throws {
        try run(
            """
            UPDATE registration SET state = ?, since = ?, offer_until = coalesce(?, offer_until), was_offered = was_offered OR ?,
              reason = coalesce(?, reason) WHERE id = ?
            """, state, now, offerUntil, action == .offer, reason, row.id)
        try count(row.schoolClass, from: row.state, to: state, region: row.region)
        try announce(
            RegistrationAdvanced(
                registration: row.id, schoolClass: row.schoolClass, enterprise: row.enterprise.creditCode, action: action, from: row.state,
                to: state, offerUntil: offerUntil, reason: reason))
    }

    /// Moves one registration between the class's counters.
    func count(_ schoolClass: ClassID, from: RegistrationState?, to: RegistrationState, region: RegionCode?) throws {
        let seats = (to.holdsSeat ? 1 : 0) - (from?.holdsSeat == true ? 1 : 0)
        let waiting = (to == .waiting ? 1 : 0) - (from == .waiting ? 1 : 0)
        if seats != 0 || waiting != 0 {
            try run("UPDATE class SET taken = taken + ?, waiting = waiting + ? WHERE id = ?", seats, waiting, schoolClass)
        }
        try count(seats, from: region, in: schoolClass)
    }

    /// Whether the next one from there gets a seat at once: one is free, and nobody has waited longer.
    func isSeatFree(in schoolClass: ClassID, for region: RegionCode?) throws -> Bool {
        let quotas = try quotas(of: schoolClass)
        guard quotas.isEmpty else {
            // Who waits while a seat is free waits for one of a region whose seats are all held: `promote` has offered every other.
            let isFree = try first("SELECT taken < capacity FROM class WHERE id = ?", schoolClass) { try $0.get(0, as: Bool.self) } ?? false
            return isFree && quotas.quota(for: region).map { $0.free > 0 } ?? true
        }
        return try first("SELECT taken < capacity AND waiting = 0 FROM class WHERE id = ?", schoolClass) { try $0.get(0, as: Bool.self) } ?? false
    }

    /// How many stand in the waiting list.
    func waiting(in schoolClass: ClassID) throws -> Int { try value("SELECT waiting FROM class WHERE id = ?", schoolClass) ?? 0 }

    /// Offers every free seat to whoever has waited longest among those whose region may hold another. Nothing is offered once the class has begun, or when it is not published.
    func promote(_ id: ClassID) throws {
        let row = try schoolClass(id)
        guard row.card.state == .published, now < row.card.startsAt else { return }
        let free = row.card.capacity - row.card.taken
        guard free > 0, row.card.waiting > 0 else { return }
        let until = min(now.advanced(by: .seconds(row.offerHours * 3600)), row.card.startsAt)
        var quotas = try quotas(of: id)
        var left = free
        for next in try registrations(of: id, in: [.waiting], limit: quotas.isEmpty ? free : -1) {
            if left == 0 { break }
            if let place = quotas.index(for: next.region) {
                guard quotas[place].free > 0 else { continue }
                quotas[place].taken = (quotas[place].taken ?? 0) + 1
            }
            try take(.offer, next, to: .offered, offerUntil: until)
            left -= 1
        }
    }

    /// Takes seats back whose time is over, and ends the waiting of classes that have begun; then the next ones are offered.
    func keepOffers() throws {
        let late = try rows("SELECT id FROM registration WHERE state = 'offered' AND offer_until <= ? ORDER BY offer_until, id", now) {
            try $0.get(0, as: RegistrationID.self)
        }
        var touched: Set<ClassID> = []
        for id in late {
            let row = try registration(id)
            try take(.lapse, row, to: .lapsed)
            touched.insert(row.schoolClass)
        }
        for id in touched.sorted(by: { $0.description < $1.description }) { try promote(id) }
        let begun = try rows(
            """
            SELECT r.id FROM registration r JOIN class k ON k.id = r.class
            WHERE r.state IN ('waiting', 'pending') AND k.state = 'published' AND k.starts_at <= ? ORDER BY r.id
            """, now
        ) { try $0.get(0, as: RegistrationID.self) }
        for id in begun { try take(.miss, registration(id), to: .missed) }
    }

    /// Announces what is to be reminded of, once for each session.
    func remind(hours: Int) throws {
        let until = now.advanced(by: .seconds(hours * 3600))
        let due = try rows(
            """
            SELECT s.class, s.number, s.starts_at FROM session s JOIN class k ON k.id = s.class
            WHERE s.reminded_at IS NULL AND s.is_cancelled = 0 AND s.starts_at > ? AND s.starts_at <= ? AND k.state = 'published'
            ORDER BY s.starts_at, s.class, s.number
            """, now, until
        ) { (try $0.get(0, as: ClassID.self), try $0.get(1, as: Int.self), try $0.get(2, as: Timestamp.self)) }
        for (id, number, startsAt) in due {
            let row = try schoolClass(id)
            let enrolled: Int = try value("SELECT count(*) FROM registration WHERE class = ? AND state = 'enrolled'", id) ?? 0
            try run("UPDATE session SET reminded_at = ? WHERE class = ? AND number = ?", now, id, number)
            try announce(ReminderDue(schoolClass: id, title: row.card.title, session: number, startsAt: startsAt, enrolled: enrolled))
        }
    }
}
