import Bus
import MatchingContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// 对接会: set up, opened, planned, held.
extension Rulebook {
    func save(_ command: SaveMatchmaking, _ tx: Transaction) throws -> MatchmakingReceipt {
        guard Self.isStaff(tx.actor, in: command.region) else { throw MatchingRefusal.region(command.region) }
        let before = try command.matchmaking.map { try own($0, tx) }
        let hall = Hall(
            startsAt: command.startsAt, slots: command.slots, slotMinutes: command.slotMinutes, pauseMinutes: command.pauseMinutes, tables: command.tables)
        try check(command, hall, before, tx)
        var row = MatchmakingRow(
            id: before?.id ?? tx.newID(), title: command.title, region: command.region, place: command.place, description: command.description,
            categories: command.categories, hall: hall, enterpriseLimit: command.enterpriseLimit, agencyLimit: command.agencyLimit,
            wishesUntil: command.wishesUntil, state: before?.state ?? .draft, reason: nil, revision: (before?.revision ?? 0) + 1, figures: before?.figures)
        if let before, before.state == .closed || before.state == .cancelled { throw MatchingRefusal.matchmakingState(before.state, "修改") }
        try tx.write(row)
        if let before, before.hall != hall {
            for talk in try tx.talks(of: row.id) where talk.startsAt > tx.now && talk.slot <= hall.slots {
                try tx.run("UPDATE talk SET starts_at = ? WHERE id = ?", hall.start(of: talk.slot), talk.id)
            }
        }
        try announce(row, nil, tx)
        try planAgain(&row, tx)
        return try receipt(row, tx)
    }

    private func check(_ command: SaveMatchmaking, _ hall: Hall, _ before: MatchmakingRow?, _ tx: Transaction) throws {
        var rules = InputRules()
        rules.text("title", "名称", command.title, 4...60)
        rules.text("place", "地点", command.place, 2...80)
        rules.text("description", "说明", command.description, 2...2000)
        func bound(_ field: String, _ title: String, _ value: Int, _ range: ClosedRange<Int>) {
            if !range.contains(value) { rules.add(field, "\(title)应为 \(range.lowerBound)–\(range.upperBound)。请修改。", value: String(value)) }
        }
        bound("slots", "轮次", command.slots, 1...48)
        bound("slotMinutes", "每轮分钟数", command.slotMinutes, 5...120)
        bound("pauseMinutes", "间隔分钟数", command.pauseMinutes, 0...60)
        bound("tables", "桌数", command.tables, 1...500)
        bound("enterpriseLimit", "企业最多洽谈场次", command.enterpriseLimit, 1...48)
        bound("agencyLimit", "机构最多洽谈场次", command.agencyLimit, 1...48)
        if command.categories.isEmpty || command.categories.count > 6 { rules.add("categories", "请选择 1–6 个服务类别。") }
        for one in command.categories where !categories.contains(where: { $0.id == one }) {
            rules.add("categories", "没有服务类别“\(one.prefix(40))”。请从类别表中选择。", value: one)
        }
        if command.startsAt <= tx.now, before == nil || before?.hall.startsAt != command.startsAt {
            rules.add("startsAt", "开始时间已过。请填写以后的时间。", value: command.startsAt.description)
        }
        if command.wishesUntil > command.startsAt {
            rules.add("wishesUntil", "志愿截止应早于开始时间。请修改。", value: command.wishesUntil.description)
        }
        try rules.refuseIfFaulty(MatchingRefusal.invalid)
    }

    func advance(_ command: AdvanceMatchmaking, _ tx: Transaction) throws -> MatchmakingReceipt {
        var row = try own(command.matchmaking, tx)
        guard let next = MatchmakingLife.next(from: row.state, by: command.action) else {
            throw MatchingRefusal.matchmakingState(row.state, command.action.title)
        }
        switch command.action {
        case .open: break
        case .plan:
            guard try !tx.wishes(of: row.id).isEmpty else { throw MatchingRefusal.noWishes }
            try tx.enqueue(PlanTalks(matchmaking: row.id, revision: row.revision), key: "plan \(row.id) \(row.revision)")
            return try receipt(row, tx)
        case .close:
            guard row.hall.endsAt <= tx.now else { throw MatchingRefusal.notEnded(row.hall.endsAt) }
        case .cancel:
            guard let note = command.note, (2...500).contains(note.count) else {
                throw MatchingRefusal.invalid([.init(field: "note", message: "取消对接会须写明原因，2–500 个字。请补充。")])
            }
            row.reason = note
            try tx.run("DELETE FROM talk WHERE matchmaking = ? AND outcome IS NULL", row.id)
        }
        row.state = next
        row.revision += 1
        try tx.write(row)
        try announce(row, command.action, tx)
        return try receipt(row, tx)
    }

    // MARK: - Planning

    /// The plan is made by a job off the lane; what changed meanwhile is planned by a job of its own.
    func planAgain(_ row: inout MatchmakingRow, _ tx: Transaction) throws {
        guard row.state == .planned else { return }
        try tx.enqueue(PlanTalks(matchmaking: row.id, revision: row.revision), key: "plan \(row.id) \(row.revision)")
    }

    func planInput(_ query: GetPlanInput, _ snapshot: Snapshot) throws -> PlanInput {
        guard let row = try snapshot.matchmakingRow(query.matchmaking) else { throw MatchingRefusal.matchmakingUnknown }
        let ahead = row.hall.ahead(of: snapshot.now)
        return PlanInput(
            revision: row.revision, slots: row.hall.slots, tables: row.hall.tables,
            parties: try snapshot.attendances(of: row.id).filter { $0.attendance.state == .coming }.map { one in
                let most = one.attendance.side == .enterprise ? row.enterpriseLimit : row.agencyLimit
                return PlanInput.Party(
                    side: one.attendance.side, code: one.attendance.party.code, person: one.person, limit: min(most, one.attendance.limit ?? most),
                    slots: ahead & ~Hall.bits(one.attendance.busySlots))
            },
            wishes: try snapshot.wishes(of: row.id).map { PlanInput.Wish(side: $0.side, party: $0.party, other: $0.other.code, rank: $0.rank) },
            talks: try snapshot.talks(of: row.id).map {
                PlanInput.Talk(
                    enterprise: $0.enterprise.code, agency: $0.agency.code, slot: $0.slot, table: $0.table,
                    isPast: $0.outcome != nil || $0.startsAt <= snapshot.now)
            }, isPlanned: row.state == .planned)
    }

    func record(_ command: RecordPlan, _ tx: Transaction) throws -> Done {
        guard var row = try tx.matchmakingRow(command.matchmaking), row.state == .open || row.state == .planned else { return Done() }
        guard row.revision == command.revision else {
            // Somebody asked for this plan, and what changed meanwhile planned nothing: it is reckoned once more.
            if row.state == .open { try tx.enqueue(PlanTalks(matchmaking: row.id, revision: row.revision), key: "plan \(row.id) \(row.revision)") }
            return Done()
        }
        let before = try tx.talks(of: row.id)
        let wasPlanned = row.state == .planned
        var ids: [String: MessageID] = [:]
        for talk in before where talk.outcome == nil && talk.startsAt > tx.now { ids["\(talk.enterprise.code) \(talk.agency.code)"] = talk.id }
        for id in ids.values.sorted() { try tx.run("DELETE FROM talk WHERE id = ?", id) }
        let result = command.result
        for (talk, isMutual) in zip(result.talks, result.mutual) {
            try tx.run(
                "INSERT INTO talk (id, matchmaking, enterprise, agency, slot, desk, starts_at, is_mutual) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                ids["\(talk.enterprise) \(talk.agency)"] ?? tx.newID(), row.id, talk.enterprise, talk.agency, talk.slot, talk.table,
                row.hall.start(of: talk.slot), isMutual)
        }
        try tx.run("DELETE FROM unmet WHERE matchmaking = ?", row.id)
        for one in result.unmet {
            try tx.run("INSERT INTO unmet (matchmaking, enterprise, agency, reason) VALUES (?, ?, ?, ?)", row.id, one.enterprise, one.agency, one.reason.rawValue)
        }
        let figures = PlanFigures(
            wishes: result.wishes, met: try tx.value("SELECT count(*) FROM talk WHERE matchmaking = ?", row.id) ?? 0, weight: result.weight,
            bound: result.bound, kept: result.kept, moved: result.moved, plannedAt: tx.now)
        row.figures = figures
        row.state = .planned
        try tx.write(row)
        if !wasPlanned { try announce(row, .plan, tx) }
        try tx.announce(TalksPlanned(matchmaking: row.id, figures: figures))
        return Done()
    }

    // MARK: - Shared

    /// A 对接会 that the actor holds.
    func own(_ id: MessageID, _ reading: Transaction) throws -> MatchmakingRow {
        guard let row = try reading.matchmakingRow(id), Self.isStaff(reading.actor, in: row.region) else { throw MatchingRefusal.matchmakingUnknown }
        return row
    }

    func announce(_ row: MatchmakingRow, _ action: MatchmakingAction?, _ tx: Transaction) throws {
        try tx.announce(
            MatchmakingAdvanced(
                matchmaking: row.id, title: row.title, region: row.region, categories: row.categories, startsAt: row.hall.startsAt, action: action,
                to: row.state))
    }

    func receipt(_ row: MatchmakingRow, _ tx: Transaction) throws -> MatchmakingReceipt {
        let parties: Int? = try tx.value("SELECT count(*) FROM attendance WHERE matchmaking = ? AND state IN ('invited', 'coming')", row.id)
        return MatchmakingReceipt(matchmaking: row.id, state: row.state, parties: parties ?? 0)
    }
}
