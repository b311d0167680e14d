import Bus
import HotlineContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// Lines and seats.
extension Rulebook {
    func setLine(_ command: SetLine, _ tx: Transaction) throws -> Done {
        let sight = try Sight(of: tx.actor, in: tx)
        guard sight.reaches(command.region) else { throw HotlineRefusal.region(command.region) }
        let old = try tx.first("SELECT region, secret FROM line WHERE id = ?", command.id) { row in
            (region: try row.get(0, as: RegionCode.self), secret: try row.get(1, as: String?.self))
        }
        if let old, !sight.reaches(old.region) { throw HotlineRefusal.region(old.region) }
        var input = InputRules()
        input.text("title", "线路名称", command.title, 2...60)
        if let secret = command.secret, WebhookSecret(secret) == nil {
            input.add("secret", "签名密钥应为 whsec_ 加 24 至 64 字节的 Base64（Standard Webhooks）。请用页面给出的密钥。")
        }
        if old == nil, command.secret == nil { input.add("secret", "新线路须有签名密钥。请用页面给出的密钥。") }
        if regions.region(command.region) == nil {
            input.add("region", "区划表中没有 \(command.region)。请选择列表中的区划。", value: command.region.description)
        }
        try input.refuseIfFaulty(HotlineRefusal.invalid)
        try tx.run(
            """
            INSERT INTO line (id, title, region, secret, is_active) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (id) DO UPDATE SET title = excluded.title, region = excluded.region, is_active = excluded.is_active,
              old_secret = CASE WHEN ?4 IS NULL THEN old_secret ELSE secret END,
              old_until = CASE WHEN ?4 IS NULL THEN old_until ELSE ?6 END, secret = coalesce(?4, secret)
            """, command.id, command.title, command.region, try fresh(command.secret, of: command.id, now: old?.secret, tx), command.isActive,
            tx.now + .seconds(86_400))
        return Done()
    }

    /// The secret as it is kept; `nil` where none is given, or the one that is kept already.
    private func fresh(_ secret: String?, of line: LineID, now kept: String?, _ tx: Transaction) throws -> String? {
        guard let secret else { return nil }
        if let kept, try tx.lineSecret(kept, of: line) == secret { return nil }
        return try tx.seal(secret: Array(secret.utf8), for: "line/\(line)")
    }

    /// Seals what an earlier version kept in plain.
    func sealLines(_ tx: Transaction) throws {
        let plain = try tx.rows("SELECT id, secret, old_secret FROM line WHERE secret LIKE 'whsec\\_%' ESCAPE '\\' OR old_secret LIKE 'whsec\\_%' ESCAPE '\\'") { row in
            (id: try row.get(0, as: LineID.self), secrets: [try row.get(1, as: String?.self), try row.get(2, as: String?.self)])
        }
        for one in plain {
            let sealed = try one.secrets.map { secret in
                try secret.map { $0.hasPrefix("whsec_") ? try tx.seal(secret: Array($0.utf8), for: "line/\(one.id)") : $0 }
            }
            try tx.run("UPDATE line SET secret = ?, old_secret = ? WHERE id = ?", sealed[0], sealed[1], one.id)
        }
    }

    func setSeat(_ command: SetSeat, _ tx: Transaction) throws -> Done {
        let sight = try Sight(of: tx.actor, in: tx)
        guard sight.reaches(command.region) else { throw HotlineRefusal.region(command.region) }
        let old = try tx.seat(command.id)
        if let old, !sight.reaches(old.region) { throw HotlineRefusal.region(old.region) }
        var input = InputRules()
        input.text("title", "坐席名称", command.title, 2...40)
        for skill in command.skills
        where !settings.categories.contains(where: { $0.code == skill && skill.utf8.count == 2 }) {
            input.add("skills", "技能应为一级事项类别的代码，没有“\(skill.prefix(10))”。请从列表中选择。", value: skill)
        }
        if regions.region(command.region) == nil {
            input.add("region", "区划表中没有 \(command.region)。请选择列表中的区划。", value: command.region.description)
        }
        if let person = command.person,
            let taken = try tx.value(
                "SELECT id FROM seat WHERE person = ? AND id <> ?", person, command.id, as: String.self)
        {
            input.add("person", "该人员已在坐席 \(taken)。一人只有一个坐席，请先从那里移走。", value: person)
        }
        try input.refuseIfFaulty(HotlineRefusal.invalid)
        let range = command.region.codesBelow
        // Who sits there changed: the new one says when to begin.
        let isSame = old.map { $0.person == command.person && command.isActive } ?? false
        if let old, !isSame { _ = try set(.away, of: old, since: tx.now, tx) }
        try tx.run(
            """
            INSERT INTO seat (id, name, person, region, region_low, region_high, skills, is_active) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, person = excluded.person, region = excluded.region,
              region_low = excluded.region_low, region_high = excluded.region_high, skills = excluded.skills, is_active = excluded.is_active
            """, command.id, command.title, command.person, command.region, range.lowerBound, range.upperBound,
            command.skills.joined(separator: " "), command.isActive)
        return Done()
    }

    func setPresence(_ command: SetPresence, _ tx: Transaction) throws -> SeatPresenceReceipt {
        guard let seat = try tx.seat(ofPerson: tx.actor.id) else { throw HotlineRefusal.noSeat() }
        let assignments = try set(command.presence, of: seat, since: tx.now, tx)
        return SeatPresenceReceipt(
            seat: seat.id, presence: command.presence, assignment: assignments.first { $0.seat == seat.id })
    }

    func findSeats(_ query: FindSeats, _ snapshot: Snapshot) throws -> SeatList {
        let sight = try Sight(of: snapshot.actor, in: snapshot)
        let seats = try snapshot.rows("SELECT \(Seat.columns) FROM seat ORDER BY id", as: Seat.init(row:)).filter {
            sight.reaches($0.region)
        }
        let lines = try snapshot.rows("SELECT id, title, region, is_active, heard_at FROM line ORDER BY id") { row in
            Line(
                id: try row.get(0), title: try row.get(1), region: try row.get(2), isActive: try row.get(3),
                lastHeard: try row.get(4))
        }.filter { sight.reaches($0.region) }
        return SeatList(seats: seats, lines: lines)
    }
}

extension Transaction {
    /// A line's secret in the open; one of an earlier version is so already.
    func lineSecret(_ kept: String, of line: LineID) throws -> String {
        kept.hasPrefix("whsec_") ? kept : String(decoding: try open(secret: kept, for: "line/\(line)"), as: UTF8.self)
    }
}
