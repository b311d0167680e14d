import Bus
import Messages
import PluginKit
import SchoolContracts
import Store
import Vocabulary

/// Training of the network's own staff: what a role needs, who is on a node's list, what they have earned (D69).
extension Academy {
    func saveTrainingRule(_ command: SaveTrainingRule, _ tx: Transaction) throws -> TrainingRules {
        var input = InputRules()
        let role = command.role.trimmed
        let months = command.validMonths ?? 12
        input.text("role", "岗位", role, 2...20)
        input.number("year", "年度", command.year, 2017...2100)
        input.number("hours", "须达到的学时", command.hours, 0...500)
        input.number("validMonths", "学时有效期（月）", months, 1...60)
        try input.refuseIfFaulty()
        if command.hours == 0 {
            try tx.run("DELETE FROM training_rule WHERE role = ? AND year = ?", role, command.year)
        } else {
            try tx.run(
                """
                INSERT INTO training_rule (role, year, hours, valid_months) VALUES (?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET hours = excluded.hours, valid_months = excluded.valid_months
                """, role, command.year, command.hours, months)
        }
        try tx.announce(TrainingRuleSaved(role: role, year: command.year, hours: command.hours, validMonths: months))
        try reviewTrainees(tx, role: role)
        return TrainingRules(rules: try tx.trainingRules(year: nil))
    }

    func saveTrainee(_ command: SaveTrainee, _ tx: Transaction) throws -> TraineeReceipt {
        guard Rights.manages(tx.actor, command.region) else { throw SchoolRefusal.region(command.region.description) }
        let old = try command.trainee.map { try tx.trainee($0) }
        if let old, !Rights.manages(tx.actor, old.region) { throw SchoolRefusal.region(old.region.description) }
        let right = UnmaskingRight(purpose: "核对培训人员", holder: "school")
        var input = InputRules()
        let name = command.name.reveal(by: right) ?? ""
        input.text("name", "姓名", name, 1...40)
        let role = command.role.trimmed
        input.text("role", "岗位", role, 2...20)
        let known: Int? = try tx.value("SELECT 1 FROM training_rule WHERE role = ? LIMIT 1", role)
        if known == nil { input.add("role", "没有岗位「\(role)」的培训要求。请从已有岗位中选择，或先由市州、省级主管人员设置要求。", value: role) }
        guard let mobile = command.mobile.reveal(by: right) else {
            input.add("mobile", "请填写手机号。")
            throw SchoolRefusal.invalid(input.faults)
        }
        try input.refuseIfFaulty()
        let mark = try tx.mark(of: mobile)
        let twice: TraineeID? = try tx.value(
            "SELECT id FROM trainee WHERE mark = ? AND region = ? AND left_on IS NULL AND id IS NOT ?", mark,
            command.region,
            old?.id)
        if let twice, command.leftOn == nil {
            throw SchoolRefusal.make(
                "already-trainee", "手机号 \(mobile.masked) 已在本地区的培训名单中，编号 \(twice)。请修改该条，勿重复登记。",
                log: "the person is trainee \(twice)")
        }
        let id = try old?.id ?? tx.nextTraineeID()
        // Another number is another person's: its account and its key stay behind.
        let isSame = old?.mark == mark
        let person = try isSame ? old?.person ?? tx.newPerson() : tx.newPerson()
        let account = isSame ? old?.account : nil
        try tx.run(
            """
            INSERT INTO trainee (id, person, name, mobile, mark, role, region, account, left_on, entered_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET person = excluded.person, name = excluded.name, mobile = excluded.mobile, mark = excluded.mark,
              role = excluded.role, region = excluded.region, account = excluded.account, left_on = excluded.left_on, reminded_for = NULL
            """, id, person, try tx.seal(Personal(name, of: person)), try tx.seal(Personal(mobile, of: person)), mark,
            role,
            command.region, account, command.leftOn, tx.now)
        try review(tx.trainee(id), tx)
        try tx.announce(
            TraineeSaved(
                trainee: id, role: role, region: command.region, isClaimed: account != nil, leftOn: command.leftOn))
        return TraineeReceipt(trainee: id)
    }

    func claimTrainee(_ command: ClaimTrainee, _ tx: Transaction) throws -> TraineeReceipt {
        let row: TraineeRow? = try tx.knownTrainee(command.trainee)
        let right = UnmaskingRight(purpose: "本人认领培训档案", holder: "school")
        // The same answer for a wrong number and a wrong telephone: numbers can be guessed.
        guard let row, let mobile = command.mobile.reveal(by: right), try tx.mark(of: mobile) == row.mark,
            row.account == nil || row.account == tx.actor.id
        else { throw SchoolRefusal.unknown(command.trainee) }
        if row.account == nil {
            try tx.run("UPDATE trainee SET account = ? WHERE id = ?", tx.actor.id, row.id)
            try tx.announce(
                TraineeSaved(trainee: row.id, role: row.role, region: row.region, isClaimed: true, leftOn: row.leftOn))
        }
        return TraineeReceipt(trainee: row.id)
    }

    func findTrainees(_ query: FindTrainees, _ snapshot: Snapshot) throws -> Listing<TraineeCard> {
        let limit = try query.checkedLimit()
        let place = try query.after?.position(TraineeID.self)
        var found: [TraineeRow] = []
        var last = place
        // Staff see their own regions only, so a stretch may need more than one reading.
        while found.count <= limit {
            let rows = try snapshot.trainees(in: query.region, standing: query.standing, after: last, limit: limit + 1)
            found += rows.filter { Rights.manages(snapshot.actor, $0.region) }
            guard rows.count > limit, let end = rows.last else { break }
            last = end.id
        }
        let cards = try found.prefix(limit + 1).map { try detail(of: $0, snapshot).card }
        return try Listing(probing: cards, limit: limit) { $0.id }
    }

    func getTrainee(_ query: GetTrainee, _ snapshot: Snapshot) throws -> TraineeDetail {
        let row = try snapshot.trainee(query.id)
        guard Rights.manages(snapshot.actor, row.region) || (row.account != nil && row.account == snapshot.actor.id)
        else {
            throw SchoolRefusal.unknown(query.id)
        }
        return try detail(of: row, snapshot)
    }

    func findOwnTraining(_ query: FindOwnTraining, _ snapshot: Snapshot) throws -> OwnTraining {
        OwnTraining(entries: try snapshot.trainees(account: snapshot.actor.id).map { try detail(of: $0, snapshot) })
    }

    func findTrainingRules(_ query: FindTrainingRules, _ snapshot: Snapshot) throws -> TrainingRules {
        TrainingRules(rules: try snapshot.trainingRules(year: query.year))
    }

    private func detail(of row: TraineeRow, _ snapshot: Snapshot) throws -> TraineeDetail {
        let today = snapshot.now.day
        let rule = try row.isActive(on: today) ? snapshot.trainingRule(row.role, year: today.year) : nil
        let credits = try snapshot.credits(marked: row.mark, rule: rule, now: snapshot.now)
        let standing = TrainingStanding(credits, rule: rule, today: today, ahead: settings.trainingReminderDays)
        return TraineeDetail(
            card: TraineeCard(
                id: row.id, name: try snapshot.unseal(String.self, row.sealedName),
                mobile: try snapshot.unseal(Mobile.self, row.sealedMobile), role: row.role, region: row.region,
                rule: rule,
                hours: standing.hours, hoursThisYear: standing.hoursThisYear, standing: standing.state,
                fallsShortOn: standing.fallsShortOn, isClaimed: row.account != nil, leftOn: row.leftOn),
            credits: credits)
    }

    /// Notes where everybody stands, and announces whose hours expire soon.
    func reviewTrainees(_ tx: Transaction, role: String? = nil) throws {
        let ids = try tx.rows("SELECT id FROM trainee WHERE (?1 IS NULL OR role = ?1) ORDER BY id", role) {
            try $0.get(0, as: TraineeID.self)
        }
        for id in ids { try review(tx.trainee(id), tx) }
    }

    private func review(_ row: TraineeRow, _ tx: Transaction) throws {
        let today = tx.now.day
        let rule = try row.isActive(on: today) ? tx.trainingRule(row.role, year: today.year) : nil
        let standing = TrainingStanding(
            try tx.credits(marked: row.mark, rule: rule, now: tx.now), rule: rule, today: today,
            ahead: settings.trainingReminderDays)
        if standing.state != row.standing || standing.fallsShortOn != row.fallsShortOn {
            try tx.run(
                "UPDATE trainee SET standing = ?, falls_short_on = ? WHERE id = ?", standing.state,
                standing.fallsShortOn, row.id)
        }
        guard standing.state == .expiring, let day = standing.fallsShortOn, row.remindedFor != day, let rule else {
            return
        }
        try tx.run("UPDATE trainee SET reminded_for = ? WHERE id = ?", day, row.id)
        try tx.announce(
            TrainingDue(
                trainee: row.id, role: row.role, region: row.region, hours: standing.hours, needed: rule.hours,
                fallsShortOn: day))
    }

    /// For everybody who claimed an entry: their own; for staff: how many of their region fall short.
    func trainingTodos(_ actor: Actor, _ snapshot: Snapshot) throws -> [TodoItem] {
        let today = snapshot.now.day
        var items = try snapshot.trainees(account: actor.id).filter {
            $0.isActive(on: today) && ($0.standing == .short || $0.standing == .expiring)
        }.map {
            TodoItem(
                title: $0.standing == .short ? "您的培训学时不足（\($0.role)）" : "您的培训学时将到期（\($0.role)）", path: "/training/mine",
                step: "参加培训", since: $0.enteredAt, due: $0.fallsShortOn?.moment(hour: 0, minute: 0))
        }
        guard Rights.isStaff(actor) else { return items }
        let counts = try snapshot.rows(
            """
            SELECT region, count(*), min(entered_at), min(falls_short_on) FROM trainee
            WHERE standing IN ('short', 'expiring') AND (left_on IS NULL OR left_on > ?) GROUP BY region ORDER BY region
            """, today
        ) {
            (
                try $0.get(0, as: RegionCode.self), try $0.get(1, as: Int.self), try $0.get(2, as: Timestamp.self),
                try $0.get(3, as: Day?.self)
            )
        }
        // Whose own division it is: those above see it in the overview.
        for (region, count, since, day) in counts
        where actor.grants.contains(where: { Rights.staff.contains($0.role) && $0.region == region }) {
            items.append(
                TodoItem(
                    title: "\(title(of: region))：\(count) 人培训学时不足或将到期", path: "/training", step: "安排培训", since: since,
                    due: day?.moment(hour: 0, minute: 0)))
        }
        return items
    }
}

extension SQLReading {
    fileprivate func knownTrainee(_ id: TraineeID) throws -> TraineeRow? {
        do { return try trainee(id) } catch let refusal as Refusal where refusal.status == 404 { return nil }
    }
}

extension Transaction {
    fileprivate func nextTraineeID() throws -> TraineeID {
        let used: Int? = try value(
            "SELECT max(CAST(substr(id, 7) AS INTEGER)) FROM trainee WHERE id LIKE ?", "T\(now.day.year)-%")
        return TraineeID(year: now.day.year, serial: (used ?? 0) + 1)
    }
}
