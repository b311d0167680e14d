import Bus
import HotlineContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// Calls as staff see them, and what they do about one.
extension Rulebook {
    func findCalls(_ query: FindCalls, _ snapshot: Snapshot) throws -> Listing<CallCard> {
        let limit = try query.checkedLimit()
        let sight = try Sight(of: snapshot.actor, in: snapshot)
        var conditions = [
            sight.ranges.isEmpty
                ? "0" : "(" + sight.ranges.map { _ in "c.region BETWEEN ? AND ?" }.joined(separator: " OR ") + ")"
        ]
        var values: [any SQLValue] = sight.ranges.flatMap { [$0.lowerBound, $0.upperBound] }
        if sight.actor.kind == .system { (conditions, values) = (["1"], []) }
        func narrow(_ sql: String, _ more: any SQLValue...) {
            conditions.append(sql)
            values += more
        }
        if let state = query.state { narrow("c.state = ?", state) }
        if let seat = query.seat { narrow("coalesce(c.seat, c.rung_seat) = ?", seat) }
        if let region = query.region {
            narrow("c.region BETWEEN ? AND ?", region.codesBelow.lowerBound, region.codesBelow.upperBound)
        }
        if let place = try query.after?.position(Int.self) { narrow("c.id < ?", place) }
        let rows = try snapshot.allRows(
            "SELECT \(CallRow.columns) FROM \(CallRow.source) WHERE \(conditions.joined(separator: " AND ")) ORDER BY c.id DESC LIMIT \(limit + 1)",
            binding: values, as: CallRow.init)
        return try Listing(probing: rows.map(\.card), limit: limit) { $0.id }
    }

    func getCall(_ query: GetCall, _ snapshot: Snapshot) throws -> CallDetail {
        let sight = try Sight(of: snapshot.actor, in: snapshot)
        return try detail(of: known(query.id, for: sight, snapshot), sight, snapshot)
    }

    func getSeat(_ query: GetSeat, _ snapshot: Snapshot) throws -> SeatDesk {
        guard let seat = try snapshot.seat(ofPerson: snapshot.actor.id) else {
            return SeatDesk(seat: nil, call: nil, until: nil, waiting: 0)
        }
        let sight = try Sight(of: snapshot.actor, in: snapshot)
        let held = try snapshot.value("SELECT call FROM seat WHERE id = ?", seat.id, as: Int.self)
        let row = try held.flatMap { try snapshot.call($0) }
        let waiting: Int =
            try snapshot.value(
                "SELECT count(*) FROM call WHERE queued_at IS NOT NULL AND rung_seat IS NULL AND region BETWEEN ? AND ?",
                seat.region.codesBelow.lowerBound,
                seat.region.codesBelow.upperBound) ?? 0
        return SeatDesk(
            seat: seat, call: try row.map { try detail(of: $0, sight, snapshot) }, until: row?.rungUntil,
            waiting: waiting)
    }

    /// The call, for the desk of its region and for whose unit was asked to join it; to others it does not exist.
    private func known(_ id: Int, for sight: Sight, _ reading: some SQLReading) throws -> CallRow {
        guard let row = try reading.call(id) else { throw HotlineRefusal.call(id) }
        if sight.reaches(row.card.region) { return row }
        let units = try reading.rows("SELECT unit FROM invitation WHERE call = ?", id) {
            try $0.get(0, as: String.self)
        }
        guard units.contains(where: { sight.units.contains($0) }) else { throw HotlineRefusal.call(id) }
        return row
    }

    /// Whether an order made from the call is confidential and not for this person.
    private func isSecret(_ row: CallRow, for sight: Sight, _ reading: some SQLReading) throws -> Bool {
        let seen = sight.condition
        return try reading.firstRow(
            "SELECT count(*) FROM work_order o WHERE o.call_id = ? AND o.is_confidential = 1 AND NOT (\(seen.sql))",
            binding: [row.card.reference] + seen.values
        ) { try $0.get(0) as Int } ?? 0 > 0
    }

    private func detail(of row: CallRow, _ sight: Sight, _ snapshot: Snapshot) throws -> CallDetail {
        let isSecret = try isSecret(row, for: sight, snapshot)
        let caller = isSecret ? nil : try row.caller.flatMap { try self.caller($0, snapshot) }
        let firm =
            isSecret
            ? nil
            : try row.caller.flatMap { person in
                try snapshot.first("SELECT enterprise, credit_code FROM caller WHERE person = ?", person) { row in
                    (name: try row.get(0, as: String?.self), code: try row.get(1, as: CreditCode?.self))
                }
            }
        let reports = try snapshot.reports(of: row.id)
        let facts = CallFacts(reports)
        return CallDetail(
            card: row.card, callerName: caller?.name, callerPhone: caller?.phone, enterprise: firm?.name,
            creditCode: firm?.code,
            orders: try orders(of: row, hidesCaller: isSecret, sight, snapshot),
            assignments: try snapshot.rows(
                "SELECT a.seat, coalesce(s.name, a.seat), a.at, a.outcome FROM assignment a LEFT JOIN seat s ON s.id = a.seat WHERE a.call = ? ORDER BY a.number",
                row.id
            ) {
                CallDetail.Assignment(
                    seat: try $0.get(0), seatName: try $0.get(1), at: try $0.get(2), outcome: try $0.get(3))
            },
            participants: try facts.participants.map {
                CallDetail.Participant(name: try name(of: $0.id, snapshot), joinedAt: $0.joinedAt, leftAt: $0.leftAt)
            },
            invitations: try snapshot.rows(
                "SELECT i.id, i.unit, u.name, i.actor_name, i.at, i.note FROM invitation i JOIN unit u ON u.id = i.unit WHERE i.call = ? ORDER BY i.id",
                row.id
            ) {
                CallDetail.Invitation(
                    number: try $0.get(0), unit: try $0.get(1), unitName: try $0.get(2), askedBy: try $0.get(3),
                    at: try $0.get(4), note: try $0.get(5))
            },
            recordings: try isSecret
                ? []
                : facts.recordings.enumerated().map { index, recording in
                    CallDetail.Recording(
                        number: index + 1, at: recording.at,
                        openings: try snapshot.rows(
                            "SELECT actor_name, at, purpose FROM recording_opening WHERE call = ? AND recording = ? ORDER BY id",
                            row.id, index + 1
                        ) { CallDetail.Opening(by: try $0.get(0), at: try $0.get(1), purpose: try $0.get(2)) })
                }, address: row.card.state == .waiting || row.card.state == .talking ? row.address : nil,
            mayAct: !isSecret && sight.reaches(row.card.region))
    }

    /// Orders made from the call, then earlier ones of the same caller, at most ten.
    private func orders(of row: CallRow, hidesCaller: Bool, _ sight: Sight, _ snapshot: Snapshot) throws -> [OrderCard]
    {
        let seen = sight.condition
        return try snapshot.allRows(
            """
            SELECT \(OrderRow.cardColumns) FROM work_order o LEFT JOIN unit u ON u.id = o.owner_unit
            WHERE (o.call_id = ? OR o.caller = ?) AND \(seen.sql) ORDER BY o.call_id IS NOT ?, o.id DESC LIMIT 10
            """,
            binding: [row.card.reference, hidesCaller ? String?.none : row.caller] + seen.values + [row.card.reference],
            as: snapshot.card)
    }

    private func name(of participant: String, _ reading: some SQLReading) throws -> String {
        if participant == "caller" { return "来电人" }
        if participant.hasPrefix("seat/"), let id = SeatID(String(participant.dropFirst(5))),
            let seat = try reading.seat(id)
        {
            return seat.name
        }
        if participant.hasPrefix("guest/"), let number = Int(participant.dropFirst(6)) {
            let unit = try reading.value(
                "SELECT u.name FROM invitation i JOIN unit u ON u.id = i.unit WHERE i.id = ?", number, as: String.self)
            if let unit { return "\(unit)（受邀）" }
        }
        return participant
    }

    // MARK: - What staff do

    func invite(_ command: InviteToCall, _ tx: Transaction) throws -> CallInvitation {
        let sight = try Sight(of: tx.actor, in: tx)
        let row = try known(command.call, for: sight, tx)
        guard sight.reaches(row.card.region) else { throw HotlineRefusal.region(row.card.region) }
        guard !row.card.state.isOver else {
            throw HotlineRefusal.make(
                "call-over", "通话已结束（\(row.card.state.title)），不能再邀请。请派发工单，由该单位办理。", log: "call \(row.id) is over")
        }
        var input = InputRules()
        input.optionalText("note", "说明", command.note, 2...200)
        let unit = try tx.unit(command.unit)
        if unit?.isActive != true {
            input.add("unit", "承办单位名录中没有启用的“\(command.unit)”。请从列表中选择。", value: command.unit.description)
        }
        try input.refuseIfFaulty(HotlineRefusal.invalid)
        // Asked twice, a unit is asked once: its place in the session is the one it has.
        if let known = try tx.value(
            "SELECT id FROM invitation WHERE call = ? AND unit = ? ORDER BY id LIMIT 1", row.id, command.unit,
            as: Int.self)
        {
            return CallInvitation(number: known, participant: "guest/\(known)")
        }
        try tx.run(
            "INSERT INTO invitation (call, unit, actor_id, actor_name, note, at) VALUES (?, ?, ?, ?, ?, ?)", row.id,
            command.unit, tx.actor.id,
            tx.actor.name, command.note, tx.now)
        let number = Int(tx.store.lastRowID)
        let invitation = CallInvitation(number: number, participant: "guest/\(number)")
        try tx.announce(
            InvitedToCall(
                line: row.card.line, call: row.card.key, unit: command.unit, participant: invitation.participant))
        return invitation
    }

    func openRecording(_ command: OpenRecording, _ tx: Transaction) throws -> RecordingPlace {
        let sight = try Sight(of: tx.actor, in: tx)
        let row = try known(command.call, for: sight, tx)
        guard sight.reaches(row.card.region), try !isSecret(row, for: sight, tx) else {
            throw HotlineRefusal.call(command.call)
        }
        var input = InputRules()
        input.text("purpose", "调听事由", command.purpose, 4...200)
        try input.refuseIfFaulty(HotlineRefusal.invalid)
        let recordings = CallFacts(try tx.reports(of: row.id)).recordings
        guard recordings.indices.contains(command.recording - 1) else {
            throw HotlineRefusal.make(
                "recording-unknown", "该通话没有第 \(command.recording) 段录音。请刷新页面后再选。",
                log: "no recording \(command.recording)")
        }
        try tx.run(
            "INSERT INTO recording_opening (call, recording, actor_id, actor_name, purpose, at) VALUES (?, ?, ?, ?, ?, ?)",
            row.id, command.recording,
            tx.actor.id, tx.actor.name, command.purpose, tx.now)
        try tx.announce(
            RecordingOpened(
                line: row.card.line, call: row.card.key, recording: command.recording, purpose: command.purpose))
        return RecordingPlace(place: recordings[command.recording - 1].place)
    }

    /// Sessions that a unit's staff was asked to join and that go on.
    func invitations(_ actor: Actor, _ snapshot: Snapshot) throws -> [TodoItem] {
        let sight = try Sight(of: actor, in: snapshot)
        guard !sight.units.isEmpty else { return [] }
        return try snapshot.rows(
            """
            SELECT i.call, i.note, i.at, u.name FROM call c JOIN invitation i ON i.call = c.id JOIN unit u ON u.id = i.unit
            WHERE c.is_over = 0 AND i.unit IN (SELECT value FROM json_each(?)) ORDER BY i.id
            """, String(decoding: try JSON.encode(sight.units), as: UTF8.self)
        ) { row in
            TodoItem(
                title: "加入三方通话：\(try row.get(1, as: String?.self) ?? "请\(try row.get(3, as: String.self))协助")",
                path: "/calls/\(try row.get(0, as: Int.self))", step: "加入通话", since: try row.get(2))
        }
    }
}
