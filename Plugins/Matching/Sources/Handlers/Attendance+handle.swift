import Bus
import MatchingContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// Who comes to a 对接会, whom they want to talk to, and what came of it.
extension Rulebook {
    func invite(_ command: InviteToMatchmaking, _ tx: Transaction) throws -> MatchmakingReceipt {
        let row = try own(command.matchmaking, tx)
        guard row.state == .draft || row.state == .open || row.state == .planned else { throw MatchingRefusal.matchmakingState(row.state, "邀请") }
        var rules = InputRules()
        if command.parties.isEmpty, !command.fromRecords { rules.add("parties", "请写明要邀请的单位，或选择按记录批量邀请。") }
        if command.parties.count > 300 { rules.add("parties", "一次最多邀请 300 家。请分批邀请。", value: String(command.parties.count)) }
        for (index, one) in command.parties.enumerated() {
            rules.text("parties/\(index)/party/name", "单位名称", one.party.name, 2...80)
            rules.optionalText("parties/\(index)/topic", "洽谈主题", one.topic, 2...200)
            if command.side == .agency, try tx.value("SELECT 1 FROM agency WHERE code = ? AND is_open = 1", one.party.code, as: Int.self) == nil {
                rules.add("parties/\(index)/party/code", "机构 \(one.party.code) 尚未入驻或已暂停。请从机构名录中选择。", value: one.party.code.description)
            }
        }
        try rules.refuseIfFaulty(MatchingRefusal.invalid)
        for one in command.parties + (command.fromRecords ? try candidates(for: row, command.side, tx) : []) {
            let added = try tx.run(
                """
                INSERT INTO attendance (matchmaking, side, party, name, region, state, topic, changed_at) VALUES (?, ?, ?, ?, ?, 'invited', ?, ?)
                ON CONFLICT DO NOTHING
                """, row.id, command.side.rawValue, one.party.code, one.party.name, one.region, one.topic, tx.now)
            if added > 0 { try tx.announce(AttendanceChanged(matchmaking: row.id, side: command.side, party: one.party, to: .invited)) }
        }
        return try receipt(row, tx)
    }

    /// Enterprises of the division with an open demand in the categories, or agencies on offer that serve it.
    private func candidates(for row: MatchmakingRow, _ side: MatchmakingSide, _ tx: Transaction) throws -> [Invitee] {
        let marks = row.categories.map { "'\($0.filter { $0.isLetter || $0.isNumber || $0 == "-" })'" }.joined(separator: ", ")
        let range = row.region.codesBelow
        switch side {
        case .enterprise:
            return try tx.rows(
                """
                SELECT enterprise, enterprise_name, region, title, max(created_at) FROM demand WHERE state IN ('received', 'matching', 'answered')
                  AND category IN (\(marks)) AND region BETWEEN ? AND ? GROUP BY enterprise ORDER BY max(created_at) DESC LIMIT 300
                """, range.lowerBound, range.upperBound
            ) { Invitee(party: DemandParty(code: try $0.get(0), name: try $0.get(1)), region: try $0.get(2), topic: try $0.get(3)) }
        case .agency:
            let above = Set(regions.ancestors(of: row.region).map(\.code) + [row.region])
            var found: [CreditCode: Invitee] = [:]
            try tx.each(
                """
                SELECT a.code, a.title, a.region, o.title, o.regions FROM offer o JOIN agency a ON a.code = o.agency AND a.is_open = 1
                  WHERE o.is_listed = 1 AND o.category IN (\(marks)) ORDER BY a.is_core DESC, a.completed DESC, a.code, o.id
                """, binding: []
            ) { one in
                let code: CreditCode = try one.get(0)
                let served = try one.get(4, as: String.self).split(separator: " ").compactMap { RegionCode(String($0)) }
                if found[code] == nil, served.contains(where: { above.contains($0) || row.region.contains($0) }) {
                    found[code] = Invitee(party: DemandParty(code: code, name: try one.get(1)), region: try one.get(2), topic: try one.get(3))
                }
                return found.count < 300
            }
            return found.values.sorted { $0.party.code < $1.party.code }
        }
    }

    /// The party that the actor speaks for: its own, or one in whose name staff act.
    private func party(
        _ side: MatchmakingSide, _ named: CreditCode?, _ row: MatchmakingRow, _ tx: Transaction
    ) throws -> (party: DemandParty, region: RegionCode, isStaff: Bool) {
        if let named, Self.isStaff(tx.actor, in: row.region) {
            guard let one = try tx.attendances(of: row.id, side, party: named).first?.attendance else { throw MatchingRefusal.notInvited }
            return (one.party, one.region, true)
        }
        let role: Role = side == .enterprise ? .enterprise : .agency
        guard let code = tx.actor.organisation, tx.actor.holds(role), named == nil || named == code else { throw MatchingRefusal.noOrganisation }
        if side == .agency {
            let known = try tx.first("SELECT title, region FROM agency WHERE code = ? AND is_open = 1", code) {
                (name: try $0.get(0, as: String.self), region: try $0.get(1, as: RegionCode.self))
            }
            guard let known else { throw MatchingRefusal.notAdmitted }
            return (DemandParty(code: code, name: known.name), known.region, false)
        }
        let region = tx.actor.grants.first { $0.role == .enterprise }?.region ?? row.region
        return (DemandParty(code: code, name: tx.actor.organisationName ?? code.description), region, false)
    }

    func attend(_ command: AttendMatchmaking, _ tx: Transaction) throws -> MatchmakingReceipt {
        guard var row = try tx.matchmakingRow(command.matchmaking) else { throw MatchingRefusal.matchmakingUnknown }
        let who = try party(command.side, command.party, row, tx)
        let before = try tx.attendances(of: row.id, command.side, party: who.party.code).first?.attendance
        // A draft is known to whom it invited only.
        guard row.state != .draft || who.isStaff || before != nil else { throw MatchingRefusal.matchmakingUnknown }
        let isLate = command.isComing && row.state == .planned && !who.isStaff && before?.state != .coming
        guard row.state == .draft || row.state == .open || (row.state == .planned && !isLate), row.hall.endsAt > tx.now else {
            throw MatchingRefusal.matchmakingState(row.state, command.isComing ? "报名" : "退出")
        }
        try check(command, row)
        let to: AttendanceState = command.isComing ? .coming : before?.state == .coming ? .withdrawn : .declined
        try tx.run(
            """
            INSERT INTO attendance (matchmaking, side, party, name, region, state, topic, busy, most, changed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
            ON CONFLICT (matchmaking, side, party) DO UPDATE SET name = ?4, state = ?6, topic = coalesce(?7, topic), busy = ?8, most = ?9, changed_at = ?10
            """, row.id, command.side.rawValue, who.party.code, who.party.name, who.region, to.rawValue, command.topic,
            Int64(bitPattern: Hall.bits(command.busySlots)), command.limit, tx.now)
        try keepRepresentative(command, row, who, tx)
        if before?.state != to { try tx.announce(AttendanceChanged(matchmaking: row.id, side: command.side, party: who.party, to: to)) }
        row.revision += 1
        try tx.write(row)
        try planAgain(&row, tx)
        return try receipt(row, tx)
    }

    private func check(_ command: AttendMatchmaking, _ row: MatchmakingRow) throws {
        var rules = InputRules()
        rules.optionalText("topic", "洽谈主题", command.topic, 2...200)
        for slot in command.busySlots where !(1...row.hall.slots).contains(slot) {
            rules.add("busySlots", "没有第 \(slot) 轮，本次对接会共 \(row.hall.slots) 轮。请修改。", value: String(slot))
        }
        if let limit = command.limit, !(1...48).contains(limit) { rules.add("limit", "最多洽谈场次应为 1–48。请修改。", value: String(limit)) }
        if (command.representative == nil) != (command.phone == nil) { rules.add("phone", "代表的姓名和电话须一并填写。") }
        try rules.refuseIfFaulty(MatchingRefusal.invalid)
    }

    private func keepRepresentative(
        _ command: AttendMatchmaking, _ row: MatchmakingRow, _ who: (party: DemandParty, region: RegionCode, isStaff: Bool), _ tx: Transaction
    ) throws {
        guard let name = command.representative, let phone = command.phone else { return }
        let right = UnmaskingRight(purpose: "核对代表是否同一人", holder: "matching")
        guard let digits = phone.reveal(by: right)?.digits else { return }
        let own = who.isStaff ? nil : PersonID(tx.actor.id)
        guard let person = own ?? PersonID("talk.\(row.id).\(who.party.code)") else { return }
        try tx.run(
            """
            UPDATE attendance SET person = ?, representative = ?, phone = ?, phone_key = ? WHERE matchmaking = ? AND side = ? AND party = ?
            """, person.description, try tx.seal(name.of(person)), try tx.seal(phone.of(person)), try Migrations.representatives.digest(of: digits, in: tx),
            row.id, command.side.rawValue, who.party.code)
    }

    func state(_ command: StateWishes, _ tx: Transaction) throws -> MatchmakingReceipt {
        guard var row = try tx.matchmakingRow(command.matchmaking) else { throw MatchingRefusal.matchmakingUnknown }
        let who = try party(command.side, command.party, row, tx)
        guard row.state == .open || (who.isStaff && row.state == .planned) else { throw MatchingRefusal.matchmakingState(row.state, "填报志愿") }
        guard tx.now < row.wishesUntil || who.isStaff else { throw MatchingRefusal.wishesEnded(row.wishesUntil) }
        guard try tx.attendances(of: row.id, command.side, party: who.party.code).first?.attendance.state == .coming else { throw MatchingRefusal.notComing }
        var rules = InputRules()
        if command.others.count > 80 { rules.add("others", "志愿最多 80 个。请删减。", value: String(command.others.count)) }
        if Set(command.others).count != command.others.count { rules.add("others", "同一单位只能填一次。请删去重复的。") }
        let there = Set(try tx.attendances(of: row.id, command.side.other).filter { $0.attendance.state == .coming }.map(\.attendance.party.code))
        for code in command.others where !there.contains(code) || code == who.party.code {
            rules.add("others", "单位 \(code) 没有报名参加本次对接会。请从名单中选择。", value: code.description)
        }
        try rules.refuseIfFaulty(MatchingRefusal.invalid)
        try tx.run("DELETE FROM wish WHERE matchmaking = ? AND side = ? AND party = ?", row.id, command.side.rawValue, who.party.code)
        for (index, other) in command.others.enumerated() {
            try tx.run(
                "INSERT INTO wish (matchmaking, side, party, other, rank) VALUES (?, ?, ?, ?, ?)", row.id, command.side.rawValue, who.party.code, other, index + 1)
        }
        row.revision += 1
        try tx.write(row)
        try planAgain(&row, tx)
        return try receipt(row, tx)
    }

    // MARK: - Results

    func record(_ command: RecordTalk, _ tx: Transaction) throws -> TalkReceipt {
        guard let talk = try tx.talk(command.talk), let row = try tx.matchmakingRow(talk.matchmaking), isSide(tx.actor, of: talk, row) else {
            throw MatchingRefusal.talkUnknown
        }
        var rules = InputRules()
        rules.optionalText("note", "说明", command.note, 2...500)
        if let amount = command.amount, amount < .zero { rules.add("amount", "金额不能是负数。请修改。") }
        if command.amount != nil, command.outcome != .signed { rules.add("amount", "只有已签约的可填金额。请删去金额或改选结果。") }
        if let days = command.followUp {
            if !talk.followUps.contains(where: { $0.days == days }) { rules.add("followUp", "该洽谈没有第 \(days) 日跟踪。请从跟踪列表进入。", value: String(days)) }
            if command.outcome == .missed { rules.add("outcome", "跟踪的结果不能是“未到场”。请重新选择。", value: command.outcome.rawValue) }
        } else if talk.startsAt > tx.now {
            rules.add("outcome", "洽谈还没有开始，不能登记结果。请在开始后登记。", value: command.outcome.rawValue)
        }
        try rules.refuseIfFaulty(MatchingRefusal.invalid)
        if let days = command.followUp {
            try tx.run(
                "UPDATE follow_up SET done_at = ?, outcome = ?, note = ? WHERE talk = ? AND days = ?", tx.now, command.outcome.rawValue, command.note, talk.id, days)
            if let amount = command.amount { try tx.run("UPDATE talk SET amount = ? WHERE id = ?", amount, talk.id) }
        } else {
            try tx.run(
                "UPDATE talk SET outcome = ?, note = ?, amount = ? WHERE id = ?", command.outcome.rawValue, command.note, command.amount, talk.id)
        }
        try follow(talk, command, row, tx)
        try tx.announce(
            TalkRecorded(
                matchmaking: row.id, talk: talk.id, enterprise: talk.enterprise, agency: talk.agency, followUp: command.followUp, outcome: command.outcome,
                amount: command.amount))
        return TalkReceipt(talk: talk.id, matchmaking: row.id, outcome: command.outcome)
    }

    /// What may still become something is followed up; what has ended is followed up no more.
    private func follow(_ talk: Talk, _ command: RecordTalk, _ row: MatchmakingRow, _ tx: Transaction) throws {
        guard command.outcome.isFollowed else {
            try tx.run("DELETE FROM follow_up WHERE talk = ? AND done_at IS NULL", talk.id)
            return
        }
        guard command.followUp == nil else { return }
        for days in MatchmakingLife.followUpDays {
            let day = calendar.workingDay(onOrAfter: row.hall.startsAt.day + days).value
            try tx.run("INSERT INTO follow_up (talk, days, due_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", talk.id, days, day.end)
        }
    }

    func isSide(_ actor: Actor, of talk: Talk, _ row: MatchmakingRow) -> Bool {
        if Self.isStaff(actor, in: row.region) { return true }
        guard let code = actor.organisation else { return false }
        return (actor.holds(.enterprise) && code == talk.enterprise.code) || (actor.holds(.agency) && code == talk.agency.code)
    }

    /// Tells once of each follow-up that has become due.
    func watchFollowUps(_ tx: Transaction) throws {
        let due = try tx.rows(
            """
            SELECT f.talk, f.days, t.matchmaking FROM follow_up f JOIN talk t ON t.id = f.talk WHERE f.done_at IS NULL AND f.is_told = 0 AND f.due_at < ?
              ORDER BY f.due_at LIMIT 500
            """, tx.now
        ) { (talk: try $0.get(0, as: MessageID.self), days: try $0.get(1, as: Int.self), matchmaking: try $0.get(2, as: MessageID.self)) }
        for one in due {
            try tx.run("UPDATE follow_up SET is_told = 1 WHERE talk = ? AND days = ?", one.talk, one.days)
            try tx.announce(FollowUpDue(matchmaking: one.matchmaking, talk: one.talk, days: one.days))
        }
    }
}
