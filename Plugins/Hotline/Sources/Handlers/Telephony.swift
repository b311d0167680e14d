import Bus
import HotlineContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// What telephone and video systems report.
extension Rulebook {
    /// Takes a report in: signature, repetition, then the call as the set of its reports makes it, then what follows for the queue.
    func receive(_ command: ReceiveCallEvent, _ tx: Transaction) throws -> CallReceipt {
        let line = try known(command, tx)
        let event = try read(command.delivery, tx)
        guard let kind = CallEvent.Kind(rawValue: event.type) else { return CallReceipt() }
        try tx.run("UPDATE line SET heard_at = ? WHERE id = ?", tx.now, command.line)
        if kind == .seatPresence { return try presence(event, line, tx) }
        let reported = CallReport(
            id: command.delivery.id, kind: kind, at: event.timestamp, seat: event.data.seat, skill: event.data.skill,
            reason: event.data.reason,
            recording: event.data.recording,
            participant: event.data.participant
                ?? (kind == .videoJoined || kind == .videoLeft ? event.data.seat.map { "seat/\($0)" } : nil),
            address: event.data.address)
        let row = try row(command.line, line, event, tx)
        let before = try tx.reports(of: row.id)
        if before.contains(where: { $0.id == reported.id }) {
            return CallReceipt(call: row.id, state: row.card.state, isRepeated: true)
        }
        // Another call's report under the same id is a repetition too: the system says that it is the same delivery.
        let fresh = try tx.run(
            """
            INSERT OR IGNORE INTO call_report (line, id, call, kind, at, seat, skill, reason, recording, participant, address)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, command.line, reported.id, row.id, reported.kind, reported.at, reported.seat, reported.skill,
            reported.reason,
            reported.recording, reported.participant, reported.address)
        guard fresh == 1 else { return CallReceipt(call: row.id, state: row.card.state, isRepeated: true) }
        if let number = event.data.from.flatMap({ ContactNumber($0) }), row.caller == nil {
            try tx.run("UPDATE call SET caller = ? WHERE id = ?", tx.caller(phone: Personal(number)), row.id)
        }
        let old = before.isEmpty ? nil : CallFacts(before, lapsed: row.card.state == .lapsed)
        let facts = CallFacts(before + [reported])
        try count(old, facts, row.card.region, tx)
        let assignments = try follow(row, facts, tx)
        return CallReceipt(call: row.id, state: facts.state, assignments: assignments)
    }

    /// The line's region, once the signature fits. Unknown lines and wrong signatures get one answer.
    private func known(_ command: ReceiveCallEvent, _ tx: Transaction) throws -> RegionCode {
        let line = try tx.first(
            "SELECT region, secret, CASE WHEN old_until > ? THEN old_secret END FROM line WHERE id = ? AND is_active = 1",
            tx.now, command.line
        ) { row in
            (
                region: try row.get(0, as: RegionCode.self),
                secrets: [try row.get(1, as: String?.self), try row.get(2, as: String?.self)]
            )
        }
        guard let line,
            command.delivery.isSigned(
                by: try line.secrets.compactMap { try $0.flatMap { WebhookSecret(try tx.lineSecret($0, of: command.line)) } }, now: tx.now)
        else {
            throw HotlineRefusal.make(
                "delivery-refused", "线路不存在、已停用，或签名、时刻不对。请核对线路标识、签名密钥和发送方时钟（相差不超过 5 分钟）。",
                log: "delivery of line \(command.line) is not signed by a valid secret")
        }
        return line.region
    }

    private func read(_ delivery: SignedDelivery, _ tx: Transaction) throws -> CallEvent {
        let event: CallEvent
        do { event = try JSON.decode(CallEvent.self, from: Array(delivery.body.utf8)) } catch {
            throw HotlineRefusal.invalid([
                .init(field: "delivery/body", message: "通话事件的内容无法识别（\(error)）。请对照 TELEPHONY.md 核对。")
            ])
        }
        var input = InputRules()
        let data = event.data
        let kind = CallEvent.Kind(rawValue: event.type)
        if event.timestamp > tx.now + .seconds(300) {
            input.add("timestamp", "事件时刻晚于现在 5 分钟以上。请校准发送方时钟。", value: event.timestamp.description)
        }
        if let kind, kind != .seatPresence {
            let key = data.call ?? ""
            if !(1...80).contains(key.utf8.count) || !key.utf8.allSatisfy({ (33...126).contains($0) }) {
                input.add("data/call", "通话编号应为 1–80 个可见 ASCII 字符。请改正。", value: key)
            }
        }
        if kind == .seatPresence, data.seat == nil || data.presence == nil {
            input.add("data/seat", "坐席状态须给出 seat 与 presence。请补上。")
        }
        if kind == .callRecorded, data.recording == nil { input.add("data/recording", "录音事件须给出录音位置。请补上。") }
        if kind == .videoJoined || kind == .videoLeft, data.participant == nil, data.seat == nil {
            input.add("data/participant", "进出会话须说明是谁：participant 或 seat。请补上。")
        }
        input.optionalText("data/reason", "结束原因", data.reason, 1...80)
        input.optionalText("data/recording", "录音位置", data.recording, 1...400)
        input.optionalText("data/participant", "参与者", data.participant, 1...60)
        input.optionalText("data/skill", "技能", data.skill, 1...6)
        if let address = data.address, !address.hasPrefix("https://") || address.utf8.count > 400 {
            input.add("data/address", "加入地址须为 https: 地址，不超过 400 字符。请改正。")
        }
        try input.refuseIfFaulty(HotlineRefusal.invalid)
        return event
    }

    private func row(_ line: LineID, _ region: RegionCode, _ event: CallEvent, _ tx: Transaction) throws -> CallRow {
        let key = event.data.call ?? ""
        if let row = try tx.call(line, key) { return row }
        try tx.run(
            "INSERT INTO call (line, call_key, region, kind, state, is_over, heard_at) VALUES (?, ?, ?, 'voice', 'waiting', 0, ?)",
            line, key, region,
            tx.now)
        guard let row = try tx.call(line, key) else { throw HotlineRefusal.call(0) }
        return row
    }

    /// Moves the figures by what the call adds to them now and did not before.
    func count(_ old: CallFacts?, _ new: CallFacts, _ region: RegionCode, _ tx: Transaction) throws {
        func add(_ figures: [String: Int], _ day: Day?, _ sign: Int) throws {
            guard let day else { return }
            for (measure, n) in figures where n != 0 {
                try tx.run(
                    "INSERT INTO tally (day, region, measure, n) VALUES (?, ?, ?, ?) ON CONFLICT (day, region, measure) DO UPDATE SET n = n + excluded.n",
                    day, region, measure, sign * n)
            }
        }
        if let old, old.day == new.day, old.figures == new.figures { return }
        if let old { try add(old.figures, old.day, -1) }
        try add(new.figures, new.day, 1)
    }

    /// A seat's state as the telephone system knows it; an older report does not undo a newer one.
    private func presence(_ event: CallEvent, _ line: RegionCode, _ tx: Transaction) throws -> CallReceipt {
        guard let id = event.data.seat, let presence = event.data.presence, let seat = try tx.seat(id), seat.isActive,
            seat.region.contains(line) || line.contains(seat.region)
        else { return CallReceipt() }
        if let since = seat.presenceSince, since > event.timestamp { return CallReceipt() }
        return CallReceipt(assignments: try set(presence, of: seat, since: event.timestamp, tx))
    }
}
