import Bus
import Messages
import SchoolContracts
import Store
import Vocabulary

extension Academy {
    func saveClass(_ command: SaveClass, _ tx: Transaction) throws -> ClassReceipt {
        _ = try tx.course(command.course)
        guard Rights.manages(tx.actor, command.region) else { throw SchoolRefusal.region(command.region.description) }
        let old = try command.schoolClass.map { try tx.schoolClass($0) }
        if let old {
            guard Rights.manages(tx.actor, old.card.region) else {
                throw SchoolRefusal.region(old.card.region.description)
            }
            guard old.card.state == .draft || old.card.state == .published else {
                throw SchoolRefusal.make(
                    "illegal-step", "班次\(old.card.state.title)，不能再修改。请新建班次。",
                    log: "class \(old.id) is \(old.card.state.rawValue)")
            }
        }
        let known = try old.map { try tx.sessions(of: $0.id, withLinks: true) } ?? []
        try check(
            command, old: old, known: known,
            videos: Set(tx.materials(of: command.course).filter(\.isVideo).map(\.digest)),
            now: tx.now)

        let startsAt = command.sessions.map(\.startsAt).min() ?? command.closesAt
        let endsAt = command.sessions.map(\.endsAt).max() ?? startsAt
        let id = try old?.id ?? tx.nextClassID()
        if old == nil {
            try tx.run(
                """
                INSERT INTO class (id, course, suffix, region, state, capacity, per_enterprise, needs_approval, opens_at, closes_at, offer_hours,
                  starts_at, ends_at, contact, note, attendance_percent, offers_matching, entered_at)
                VALUES (?, ?, ?, ?, 'draft', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """, id, command.course, command.suffix, command.region, command.capacity, command.perEnterprise,
                command.needsApproval,
                command.opensAt, command.closesAt, command.offerHours, startsAt, endsAt, command.contact, command.note,
                command.attendancePercent ?? 80, command.offersMatching ?? false, tx.now)
        } else {
            try tx.run(
                """
                UPDATE class SET course = ?, suffix = ?, region = ?, capacity = ?, per_enterprise = ?, needs_approval = ?, opens_at = ?,
                  closes_at = ?, offer_hours = ?, starts_at = ?, ends_at = ?, contact = ?, note = ?,
                  attendance_percent = coalesce(?, attendance_percent), offers_matching = coalesce(?, offers_matching) WHERE id = ?
                """, command.course, command.suffix, command.region, command.capacity, command.perEnterprise,
                command.needsApproval,
                command.opensAt, command.closesAt, command.offerHours, startsAt, endsAt, command.contact, command.note,
                command.attendancePercent, command.offersMatching, id)
        }
        let changed = try tx.save(command.sessions, of: id, known: known)
        try tx.announce(
            ClassSaved(
                schoolClass: id, course: command.course, capacity: command.capacity, changedSessions: changed,
                isNew: old == nil))
        if let quotas = command.quotas { try tx.save(quotas, of: id, named: title(of:)) }
        // More seats go to whoever waits.
        try tx.promote(id)
        return ClassReceipt(schoolClass: id, state: old?.card.state ?? .draft)
    }

    private func check(
        _ command: SaveClass, old: ClassRow?, known: [SessionCard], videos: Set<String>, now: Timestamp
    ) throws {
        var input = InputRules()
        input.text("suffix", "班次名称", command.suffix, 1...40)
        input.text("contact", "咨询方式", command.contact, 1...60)
        input.text("note", "报到须知", command.note, 1...500)
        input.number("capacity", "名额", command.capacity, 1...10000)
        input.number("perEnterprise", "每家企业限报人数", command.perEnterprise, 1...500)
        input.number("offerHours", "递补保留时间", command.offerHours, 1...168)
        if let percent = command.attendancePercent { input.number("attendancePercent", "结业须参加的课次比例", percent, 0...100) }
        input.sessions(command.sessions, known: Set(known.filter { !$0.isCancelled }.map(\.number)), now: now)
        input.lessons(command.sessions, videos: videos)
        for (place, quota) in (command.quotas ?? []).enumerated() {
            input.number("quotas/\(place)/seats", "\(title(of: quota.region))的地区名额", quota.seats, 1...10000)
            if !isKnown(quota.region) {
                input.add("quotas/\(place)/region", "区划代码 \(quota.region) 不在区划表中。请填写市州或县市区。", value: quota.region.description)
            }
            let others = command.quotas?.prefix(place).map(\.region) ?? []
            if let other = others.first(where: { $0.contains(quota.region) || quota.region.contains($0) }) {
                input.add(
                    "quotas/\(place)/region", "\(title(of: quota.region))与\(title(of: other))重叠，名额会算两次。请只留一个。", value: quota.region.description)
            }
        }
        if (command.quotas?.count ?? 0) > 50 { input.add("quotas", "地区名额最多 50 个地区。请合并到市州。") }
        if command.closesAt <= command.opensAt { input.add("closesAt", "报名截止须晚于报名开始。请修改。") }
        if let first = command.sessions.map(\.startsAt).min(), command.closesAt > first {
            input.add("closesAt", "报名截止不能晚于第一次课开始。请修改。")
        }
        try input.refuseIfFaulty()
        if let old, command.capacity < old.card.taken {
            throw SchoolRefusal.make(
                "capacity-taken", "名额 \(command.capacity) 少于已占用的 \(old.card.taken) 个。请先与已录取人员协商取消，或不减少名额。",
                log: "capacity \(command.capacity) below \(old.card.taken) taken")
        }
    }
}

extension Transaction {
    /// Writes the sessions down; gives the numbers of new, changed and cancelled ones.
    fileprivate func save(_ drafts: [SessionDraft], of id: ClassID, known: [SessionCard]) throws -> [Int] {
        var changed: [Int] = []
        var next = (known.map(\.number).max() ?? 0) + 1
        for draft in drafts {
            if let number = draft.number, let old = known.first(where: { $0.number == number }) {
                guard
                    old.title != draft.title || old.mode != draft.mode || old.startsAt != draft.startsAt
                        || old.endsAt != draft.endsAt
                        || old.place != draft.place || old.link != draft.link || old.minutes != draft.minutes
                        || old.video != draft.video || (old.chapters ?? []) != (draft.chapters ?? [])
                        || old.studyPercent != draft.requiredPercent
                else { continue }
                // A session moved to another time is to be reminded of anew.
                try run(
                    """
                    UPDATE session SET title = ?, mode = ?, starts_at = ?, ends_at = ?, place = ?, link = ?, minutes = ?, video = ?, chapters = ?, study_percent = ?,
                      revision = revision + 1, changed_at = ?, reminded_at = CASE WHEN starts_at = ?3 THEN reminded_at END
                    WHERE class = ? AND number = ?
                    """, draft.title, draft.mode, draft.startsAt, draft.endsAt, draft.place, draft.link, draft.minutes,
                    draft.video, try draft.chapterText, draft.requiredPercent, now, id, number)
                changed.append(number)
            } else {
                try run(
                    """
                    INSERT INTO session (class, number, title, mode, starts_at, ends_at, place, link, minutes, video, chapters, study_percent, revision,
                      changed_at, is_cancelled) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, 0)
                    """, id, next, draft.title, draft.mode, draft.startsAt, draft.endsAt, draft.place, draft.link,
                    draft.minutes, draft.video, try draft.chapterText, draft.requiredPercent, now)
                changed.append(next)
                next += 1
            }
        }
        let kept = Set(drafts.compactMap(\.number))
        for old in known where !old.isCancelled && !kept.contains(old.number) {
            try cancelSession(old.number, of: id)
            changed.append(old.number)
        }
        return changed.sorted()
    }

    /// Calendars keep a cancelled session, marked as such.
    func cancelSession(_ number: Int, of id: ClassID) throws {
        try run(
            "UPDATE session SET is_cancelled = 1, revision = revision + 1, changed_at = ? WHERE class = ? AND number = ?",
            now, id, number)
    }
}

extension SessionDraft {
    /// What the lesson takes; `nil` for one whose study time is not counted.
    fileprivate var requiredPercent: Int? { video == nil ? nil : studyPercent ?? StudyRules.usualPercent }

    fileprivate var chapterText: String? {
        get throws {
            guard let chapters, !chapters.isEmpty else { return nil }
            return String(decoding: try JSON.encode(chapters), as: UTF8.self)
        }
    }
}
