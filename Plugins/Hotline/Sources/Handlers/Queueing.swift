import Bus
import HotlineContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// Which seat takes which call. Everything happens in the one lane of the plug-in's file, and `seat.call` is unique: no call is at two
/// seats, no seat has two calls. What waits stays in the queue until it is answered or over.
extension Rulebook {
    /// Writes a call's state and does what follows from it.
    ///
    /// - Returns: the calls that got a seat by it.
    func follow(_ row: CallRow, _ facts: CallFacts, _ tx: Transaction) throws -> [SeatAssignment] {
        let answered = facts.answeredAt == nil ? nil : facts.seat ?? row.card.seat ?? row.rungSeat
        try tx.run(
            """
            UPDATE call SET kind = ?, state = ?, is_over = ?, skill = ?, seat = ?, offered_at = ?, answered_at = ?, ended_at = ?, address = ?,
              recordings = ?, heard_at = ? WHERE id = ?
            """, facts.kind, facts.state, facts.state.isOver, facts.skill, answered, facts.offeredAt, facts.answeredAt,
            facts.endedAt,
            facts.address, facts.recordings.count, tx.now, row.id)
        if facts.state != row.card.state, facts.state != .waiting { try announce(row, facts.state, answered, tx) }
        switch facts.state {
        case .waiting:
            guard row.queuedAt == nil else { return [] }
            // One that is reported long after it came in has gone elsewhere meanwhile.
            let since = facts.offeredAt ?? tx.now
            guard tx.now.since(since) <= .seconds(settings.queueMinutes * 60) else { return [] }
            try tx.run("UPDATE call SET queued_at = ? WHERE id = ?", since, row.id)
            try announce(row, .waiting, nil, tx)
            return try ring(row.id, tx).map { [$0] } ?? []
        case .talking: return try answer(row, at: answered, since: facts.answeredAt, tx)
        case .ended, .abandoned, .lapsed: return try release(row, tx)
        }
    }

    private func announce(_ row: CallRow, _ state: CallState, _ seat: SeatID?, _ tx: Transaction) throws {
        try tx.announce(
            CallMoved(line: row.card.line, call: row.card.key, region: row.card.region, state: state, seat: seat))
    }

    /// Somebody talks: the seat that was rung, or another one.
    private func answer(_ row: CallRow, at seat: SeatID?, since: Timestamp?, _ tx: Transaction) throws
        -> [SeatAssignment]
    {
        var freed: [SeatID] = []
        if let rung = row.rungSeat {
            try close(row.id, rung == seat ? .answered : .elsewhere, tx)
            if rung != seat {
                try tx.run("UPDATE seat SET call = NULL WHERE call = ?", row.id)
                freed.append(rung)
            }
        }
        try tx.run("UPDATE call SET queued_at = NULL, rung_seat = NULL, rung_until = NULL WHERE id = ?", row.id)
        guard let seat, try tx.seat(seat) != nil else { return try freed.compactMap { try offer(to: $0, tx) } }
        let held = try tx.value("SELECT call FROM seat WHERE id = ?", seat, as: Int.self)
        var waiting: Int?
        if let held, held != row.id, let other = try tx.call(held) {
            // A late report: that seat has gone on to another call since, so this one's end is what was never reported.
            if other.card.state == .talking, let begun = other.card.answeredAt, let since, begun >= since {
                let left = try tx.rows("SELECT id FROM seat WHERE call = ?", row.id) { try $0.get(0, as: SeatID.self) }
                try tx.run("UPDATE seat SET call = NULL WHERE call = ?", row.id)
                return try (freed + left).compactMap { try offer(to: $0, tx) }
            }
            // What rang there goes back to the queue; what was talked on there has ended without a word.
            try tx.run("UPDATE seat SET call = NULL WHERE id = ?", seat)
            if other.rungSeat == seat {
                try takeBack(other, tx)
                waiting = other.id
            }
        }
        if held != row.id || row.rungSeat == seat {
            try tx.run("UPDATE seat SET call = NULL WHERE call = ? AND id <> ?", row.id, seat)
            try tx.run(
                """
                UPDATE seat SET call = ?1, taken = CASE WHEN taken_day = ?2 THEN taken + 1 ELSE 1 END, taken_day = ?2 WHERE id = ?3
                """, row.id, tx.now.day, seat)
        }
        let again = try waiting.flatMap { try ring($0, tx) }
        return try [again].compactMap { $0 } + freed.compactMap { try offer(to: $0, tx) }
    }

    /// A call is over: its seat has a little time to write, then takes the next.
    private func release(_ row: CallRow, _ tx: Transaction) throws -> [SeatAssignment] {
        let isRinging = row.rungSeat != nil
        if isRinging { try close(row.id, .over, tx) }
        try tx.run("UPDATE call SET queued_at = NULL, rung_seat = NULL, rung_until = NULL WHERE id = ?", row.id)
        let seats = try tx.rows("SELECT id FROM seat WHERE call = ?", row.id) { try $0.get(0, as: SeatID.self) }
        let free = isRinging ? tx.now : tx.now + .seconds(settings.wrapUpSeconds)
        try tx.run("UPDATE seat SET call = NULL, free_at = ? WHERE call = ?", free, row.id)
        return try seats.compactMap { try offer(to: $0, tx) }
    }

    private func close(_ call: Int, _ outcome: AssignmentOutcome, _ tx: Transaction) throws {
        try tx.run("UPDATE assignment SET outcome = ? WHERE call = ? AND outcome IS NULL", outcome, call)
    }

    // MARK: - Finding each other

    /// Rings a waiting call at the seat that fits best: its own region first, with the skill, fewest calls today, longest idle.
    func ring(_ call: Int, _ tx: Transaction) throws -> SeatAssignment? {
        guard let row = try tx.call(call), row.rungSeat == nil, let since = row.queuedAt else { return nil }
        let isPatient = tx.now.since(since) < .seconds(settings.skillPatience)
        let seat = try tx.first(
            """
            SELECT id FROM seat
            WHERE is_active = 1 AND presence = 'ready' AND call IS NULL AND free_at <= ?1 AND ?2 BETWEEN region_low AND region_high
              AND (?3 IS NULL OR skills = '' OR ?4 = 0 OR instr(' ' || skills || ' ', ' ' || substr(?3, 1, 2) || ' ') > 0)
            ORDER BY region <> ?2, ?3 IS NULL OR instr(' ' || skills || ' ', ' ' || substr(?3, 1, 2) || ' ') = 0,
              CASE WHEN taken_day = ?5 THEN taken ELSE 0 END, free_at, id LIMIT 1
            """, tx.now, row.card.region, row.card.skill, isPatient, tx.now.day
        ) { try $0.get(0, as: SeatID.self) }
        guard let seat else { return nil }
        return try ring(row, at: seat, tx)
    }

    /// Gives a free seat the call that waits longest and fits it.
    func offer(to id: SeatID, _ tx: Transaction) throws -> SeatAssignment? {
        let call = try tx.value(
            """
            SELECT c.id FROM call c JOIN seat s ON s.id = ?1
            WHERE c.queued_at IS NOT NULL AND c.rung_seat IS NULL
              AND s.is_active = 1 AND s.presence = 'ready' AND s.call IS NULL AND s.free_at <= ?2
              AND c.region BETWEEN s.region_low AND s.region_high
              AND (c.skill IS NULL OR s.skills = '' OR c.queued_at <= ?3 OR instr(' ' || s.skills || ' ', ' ' || substr(c.skill, 1, 2) || ' ') > 0)
            ORDER BY c.queued_at, c.id LIMIT 1
            """, id, tx.now, tx.now - .seconds(settings.skillPatience), as: Int.self)
        guard let call, let row = try tx.call(call) else { return nil }
        return try ring(row, at: id, tx)
    }

    private func ring(_ row: CallRow, at seat: SeatID, _ tx: Transaction) throws -> SeatAssignment {
        let until = tx.now + .seconds(settings.ringSeconds)
        try tx.run("UPDATE seat SET call = ? WHERE id = ?", row.id, seat)
        try tx.run("UPDATE call SET rung_seat = ?, rung_until = ? WHERE id = ?", seat, until, row.id)
        try tx.run(
            "INSERT INTO assignment (call, number, seat, at) VALUES (?1, (SELECT coalesce(max(number), 0) + 1 FROM assignment WHERE call = ?1), ?2, ?3)",
            row.id, seat, tx.now)
        try announce(row, .waiting, seat, tx)
        return SeatAssignment(line: row.card.line, call: row.card.key, seat: seat, until: until)
    }

    private func takeBack(_ row: CallRow, _ tx: Transaction) throws {
        try close(row.id, .takenBack, tx)
        try tx.run("UPDATE call SET rung_seat = NULL, rung_until = NULL WHERE id = ?", row.id)
        try announce(row, .waiting, nil, tx)
    }

    // MARK: - Seats

    /// A seat comes, goes or rests. Ready, it gets what waits; resting while it rings, it gives that back.
    func set(_ presence: SeatPresence, of seat: Seat, since: Timestamp, _ tx: Transaction) throws -> [SeatAssignment] {
        try tx.run("UPDATE seat SET presence = ?, presence_at = ? WHERE id = ?", presence, since, seat.id)
        if presence == .ready {
            try tx.run("UPDATE seat SET free_at = min(free_at, ?) WHERE id = ?", tx.now, seat.id)
            return try offer(to: seat.id, tx).map { [$0] } ?? []
        }
        guard let held = try tx.value("SELECT call FROM seat WHERE id = ?", seat.id, as: Int.self),
            let row = try tx.call(held), row.rungSeat == seat.id
        else { return [] }
        try tx.run("UPDATE seat SET call = NULL WHERE id = ?", seat.id)
        try takeBack(row, tx)
        return try ring(row.id, tx).map { [$0] } ?? []
    }

    // MARK: - What the clock does

    /// Takes back what nobody answered in time, lets that seat rest, and gives out what waits. Touches ringing and waiting calls only.
    func tendQueue(_ tx: Transaction) throws {
        let late = try tx.rows("SELECT id FROM call WHERE rung_until <= ? ORDER BY rung_until LIMIT 200", tx.now) {
            try $0.get(0, as: Int.self)
        }
        for id in late {
            guard let row = try tx.call(id), let seat = row.rungSeat else { continue }
            try tx.run("UPDATE seat SET call = NULL, presence = 'paused', presence_at = ? WHERE id = ?", tx.now, seat)
            try takeBack(row, tx)
        }
        let waiting = try tx.rows(
            "SELECT id FROM call WHERE queued_at IS NOT NULL AND rung_seat IS NULL ORDER BY queued_at, id LIMIT 200"
        ) { try $0.get(0, as: Int.self) }
        for id in waiting { _ = try ring(id, tx) }
    }

    /// Calls whose end was never reported hold no seat for ever.
    func forgetSilent(_ tx: Transaction) throws {
        let silent = try tx.rows(
            "SELECT id FROM call WHERE is_over = 0 AND heard_at < ? ORDER BY heard_at LIMIT 200",
            tx.now - .seconds(settings.silenceMinutes * 60)
        ) { try $0.get(0, as: Int.self) }
        for id in silent {
            guard let row = try tx.call(id) else { continue }
            let reports = try tx.reports(of: id)
            let facts = CallFacts(reports, lapsed: true)
            try count(CallFacts(reports), facts, row.card.region, tx)
            _ = try follow(row, facts, tx)
        }
    }
}
