import Bus
import Messages
import SchoolContracts
import Store
import Vocabulary

extension Academy {
    func mergeScans(_ command: MergeScans, _ tx: Transaction) throws -> ScanReceipt {
        let (row, session) = try attended(command.schoolClass, command.session, tx)
        var input = InputRules()
        input.text("device", "设备名称", command.device, 1...40)
        if !(1...500).contains(command.scans.count) {
            input.add("scans", "一次合并 1–500 条扫描记录，现有 \(command.scans.count) 条。请分批提交。")
        }
        try input.refuseIfFaulty()
        let keeper = try DoorKeeper(row.id, session, hours: settings.checkInHours, tx)
        let news = try command.scans.compactMap { try keeper.note($0, by: command.device.trimmed) }
        let results = try tx.scanResults(command.scans.map(\.id))
        if !news.isEmpty {
            try tx.announce(
                ScansMerged(
                    schoolClass: row.id, session: session.number, device: command.device.trimmed,
                    counted: news.count { $0 == .counted },
                    duplicates: news.count { $0 == .duplicate }, conflicts: news.count(where: \.isConflict)))
        }
        return ScanReceipt(
            counted: results.count { $0.outcome == .counted }, duplicates: results.count { $0.outcome == .duplicate },
            conflicts: results.count(where: \.outcome.isConflict), results: results)
    }

    func checkIn(_ command: CheckIn, _ tx: Transaction) throws -> CheckInReceipt {
        let (row, session) = try attended(command.schoolClass, command.session, tx)
        let keeper = try DoorKeeper(row.id, session, hours: settings.checkInHours, tx)
        let at = command.at ?? tx.now
        var input = InputRules()
        if command.way == .scan { input.add("way", "扫码签到须提交扫描记录。请改用合并扫描记录，或选择柜台、补录。", value: command.way.rawValue) }
        if !CheckInTime.counts(at, in: keeper.window, now: tx.now) {
            input.add(
                "at", "到场时间应在 \(Words.span(keeper.window.lowerBound, keeper.window.upperBound)) 之间，且不晚于现在。请核对。",
                value: Words.dateTime(at))
        }
        if !(1...200).contains(command.registrations.count) {
            input.add("registrations", "一次登记 1–200 人，现有 \(command.registrations.count) 人。请重新选择。")
        }
        for (index, id) in command.registrations.enumerated() {
            let known = id.belongs(to: row.id) ? try tx.knownRegistration(id) : nil
            guard known?.state != .enrolled else { continue }
            input.add(
                "registrations/\(index)",
                known.map { "报名 \(id) 现为「\($0.state.title)」，不能签到。请先办理录取。" } ?? "本班没有编号为 \(id) 的报名。请核对编号。",
                value: id.description)
        }
        try input.refuseIfFaulty()
        var receipt = CheckInReceipt(counted: [], known: [])
        for id in command.registrations {
            guard try keeper.count(.init(at: at, way: command.way), of: id) else {
                receipt.known.append(id)
                continue
            }
            receipt.counted.append(id)
            try tx.announce(
                CheckedIn(registration: id, schoolClass: row.id, session: session.number, at: at, way: command.way))
        }
        return receipt
    }

    func withdrawCheckIn(_ command: WithdrawCheckIn, _ tx: Transaction) throws -> CheckInReceipt {
        let (row, session) = try attended(command.schoolClass, command.session, tx)
        var input = InputRules()
        input.text("reason", "原因", command.reason, 2...300)
        try input.refuseIfFaulty()
        let key: [any SQLValue] = [row.id, session.number, command.registration]
        let removed = try tx.run(
            "DELETE FROM attendance WHERE class = ? AND session = ? AND registration = ?", key[0], key[1], key[2])
        guard removed == 1 else {
            throw SchoolRefusal.make(
                "not-present", "\(command.registration) 在「\(session.title)」没有签到记录，无需撤销。请核对场次和编号。",
                log: "no presence to withdraw")
        }
        try tx.run(
            "UPDATE scan SET outcome = 'withdrawn' WHERE class = ? AND session = ? AND registration = ? AND outcome = 'counted'",
            key[0], key[1], key[2])
        try tx.announce(
            CheckInWithdrawn(
                registration: command.registration, schoolClass: row.id, session: session.number, reason: command.reason
            ))
        return CheckInReceipt(counted: [], known: [command.registration])
    }

    /// The class and the session, for its staff.
    private func attended(_ id: ClassID, _ session: Int, _ tx: Transaction) throws -> (ClassRow, SessionCard) {
        let row = try tx.schoolClass(id)
        guard Rights.manages(tx.actor, row.card.region) else { throw SchoolRefusal.region(row.card.region.description) }
        return (row, try tx.openSession(session, of: row))
    }
}
