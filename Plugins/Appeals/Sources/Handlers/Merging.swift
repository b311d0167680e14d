import AppealsContracts
import Bus
import Messages
import PluginKit
import Store
import Vocabulary

/// 共性问题: similar cases become one matter, and can be taken out again.
extension Rulebook {
    func merge(_ command: MergeCases, _ tx: Transaction) throws -> CaseReceipt {
        let sight = try Sight(of: tx.actor, in: tx)
        let rows = try Set(command.cases).sorted().map { try tx.appeal($0, for: sight) }
        for row in rows where !sight.isDesk(row.region) { throw region(row.region) }
        if let wrong = rows.first(where: { !CaseMachine.mayMerge($0.state, isCommon: $0.isCommon) }) {
            throw AppealsRefusal.make(
                "cannot-merge", "\(wrong.number) \(wrong.isCommon ? "本身是共性问题" : "为「\(wrong.state.title)」")，不能并入。请去掉后再合并。", log: "case cannot be merged")
        }
        let common = try command.into.map { try tx.appeal($0, for: sight) } ?? problem(command, rows, tx)
        guard common.isCommon, common.state != .closed, sight.isDesk(common.region) else {
            throw AppealsRefusal.make("cannot-merge", "\(common.number) 不是在办的共性问题。请核对编号，或新建一个共性问题。", log: "not an open common problem")
        }
        for row in rows {
            try tx.run("UPDATE appeal SET state_before = state, merged_into = ? WHERE id = ?", common.id, row.id)
            try move(row, to: .merged, "并入共性问题 \(common.number)", into: common.number, tx)
            try eachClock(of: row, tx) { clock, _ throws(DeadlineClock.Problem) in
                try clock.pause(at: tx.now, reason: "并入共性问题", askedBy: tx.actor.id, approvedBy: "rule")
            }
            // Who joins later hears what was already answered.
            if common.state == .answered {
                try inform(row, of: common, round: common.round, title: "正式答复", text: Self.answer(tx.parts(of: common.id)), tx)
            }
        }
        try tx.record(common.id, "并入 \(rows.count) 件")
        return CaseReceipt(number: common.number, state: common.state)
    }

    private func problem(_ command: MergeCases, _ rows: [CaseRow], _ tx: Transaction) throws -> CaseRow {
        var input = InputRules()
        input.text("title", "共性问题标题", command.title ?? "", 4...60)
        input.text("summary", "共性问题概述", command.summary ?? "", 10...4000)
        if rows.count < 2 { input.add("cases", "新建共性问题至少选择两件诉求。") }
        try input.refuseIfFaulty(AppealsRefusal.invalid)
        guard let first = rows.first else { throw AppealsRefusal.invalid([]) }
        let city = RegionCode(String(first.region.number / 100 * 100)) ?? first.region
        let region = [first.region, city, first.region.province].first { candidate in rows.allSatisfy { candidate.contains($0.region) } } ?? first.region
        let number = try tx.nextNumber(region)
        try tx.run(
            """
            INSERT INTO appeal (number, is_common, kind, signing, state, region, category, title, content, submitted_on)
            VALUES (?, 1, ?, 'signed', 'submitted', ?, ?, ?, ?, ?)
            """, number, first.kind, region, first.category, command.title, command.summary, tx.now.day)
        try Migrations.cases.put(number.description, [command.title ?? "", command.summary ?? "", number.description], in: tx.store)
        guard let row = try tx.appeal(number) else { throw AppealsRefusal.unknown(number) }
        try begin("accept", row, of: number.subject, tx)
        try tx.record(row.id, "归并为共性问题")
        return row
    }

    /// Back to where it stood before the merge, its clocks running on. What it was told stays told.
    func unmerge(_ row: CaseRow, _ tx: Transaction) throws -> CaseReceipt {
        guard row.state == .merged, let before = row.stateBefore, let id = row.mergedInto, let common = try tx.appeal(id: id) else {
            throw AppealsRefusal.illegal(.unmerge, in: row.state)
        }
        try tx.run("UPDATE appeal SET merged_into = NULL, state_before = NULL WHERE id = ?", row.id)
        try move(row, to: before, "移出共性问题 \(common.number)", into: common.number, tx)
        try eachClock(of: row, tx) { clock, working throws(DeadlineClock.Problem) in try clock.resume(at: tx.now, on: working) }
        return CaseReceipt(number: row.number, state: before)
    }

    /// Every clock of the case and its parts that still counts; one that refuses, because its deadline has passed, stays as it is.
    private func eachClock(
        of row: CaseRow, _ tx: Transaction, _ body: (inout DeadlineClock, WorkCalendar) throws(DeadlineClock.Problem) -> Void
    ) throws {
        for subject in try [row.number.subject] + tx.parts(of: row.id).map(\.subject) {
            for var entry in try Self.clocks.entries(of: subject, in: tx) where entry.clock.stopped == nil {
                let working = try calendar(named: entry.calendar, at: tx.now, in: tx)
                do throws(DeadlineClock.Problem) {
                    try body(&entry.clock, working)
                } catch { continue }
                try Self.clocks.keep(entry, at: tx.now, on: working, in: tx.store)
            }
        }
    }

    // MARK: - What submitters say, and the board

    func rate(_ command: RateCase, _ tx: Transaction) throws -> CaseReceipt {
        var row = try known(command.number, command.code, at: tx.now, tx)
        let common = try row.mergedInto.flatMap { try tx.appeal(id: $0) }
        guard row.state == .answered || (row.state == .merged && common?.state == .answered) else {
            throw AppealsRefusal.illegalRating(in: row.state)
        }
        if !command.satisfied, command.text == nil {
            throw AppealsRefusal.invalid([.init(field: "text", message: "不满意的，请说明还有什么没有解决，平台将退回部门重新办理。")])
        }
        try tx.run("UPDATE appeal SET satisfied = ? WHERE id = ?", command.satisfied, row.id)
        guard !command.satisfied, row.reopened < settings.reopenings else {
            if row.state == .answered { try move(row, to: .closed, command.satisfied ? "提交人满意，归档" : "提交人不满意，归档", text: command.text, tx) }
            return CaseReceipt(number: row.number, state: row.state == .answered ? .closed : row.state)
        }
        if let common {
            _ = try unmerge(row, tx)
            if try tx.parts(of: row.id).isEmpty {
                for part in try tx.parts(of: common.id) where part.state == .answered { try send(again: row, part.department, tx) }
            }
            row = try tx.appeal(id: row.id) ?? row
        }
        for part in try tx.parts(of: row.id) where part.state == .answered || part.state == .sent {
            try tx.run("UPDATE part SET state = 'handling' WHERE id = ?", part.id)
            try begin("handle", row, of: part.subject, calendar: part.calendar, tx)
            try announce(part, of: row, isAgain: true, tx)
        }
        try tx.run("UPDATE appeal SET reopened = reopened + 1 WHERE id = ?", row.id)
        try Self.clocks.stop("accept", of: row.number.subject, at: tx.now, in: tx.store)
        try move(row, to: .processing, "提交人不满意，退回部门重新办理", text: command.text, tx)
        return CaseReceipt(number: row.number, state: .processing)
    }

    private func send(again row: CaseRow, _ department: DepartmentID, _ tx: Transaction) throws {
        try tx.run("INSERT OR IGNORE INTO part (appeal, department, state) VALUES (?, ?, 'sent')", row.id, department)
    }

    /// The case behind number and secret code; wrong ones are counted, and both mistakes get one answer.
    func known(_ number: CaseNumber, _ code: String, at now: Timestamp, _ reading: some SQLReading) throws -> CaseRow {
        let row = try reading.appeal(number)
        if try guesses.opens(code, row?.lookup, for: Self.lookupPurpose, of: number.description, at: now, refusal: "appeals.lookup-limit"), let row {
            return row
        }
        throw AppealsRefusal.make(
            "lookup-failed", "编号或查询码不对。匿名投递的次日起可查。请核对提交时显示的 12 位查询码。", log: "wrong number or look-up code",
            faults: [.init(field: "code", message: "编号或查询码不对，请核对。")])
    }

    func publish(_ command: PublishCase, _ tx: Transaction) throws -> CaseReceipt {
        let sight = try Sight(of: tx.actor, in: tx)
        let row = try tx.appeal(command.number, for: sight)
        guard sight.isDesk(row.region) else { throw region(row.region) }
        guard row.state == .answered || row.state == .closed else {
            throw AppealsRefusal.make("not-answered", "「\(row.state.title)」的诉求不能公开，答复后方可公开。", log: "published before its answer")
        }
        if command.title != nil || command.text != nil {
            var input = InputRules()
            input.text("title", "公开标题", command.title ?? "", 4...60)
            input.text("text", "公开内容", command.text ?? "", 10...2000)
            try input.refuseIfFaulty(AppealsRefusal.invalid)
        }
        try tx.run(
            "UPDATE appeal SET published_title = ?, published_text = ?, published_on = CASE WHEN ?1 IS NULL THEN NULL ELSE ?3 END WHERE id = ?4",
            command.title, command.text, tx.now.day, row.id)
        try move(row, to: row.state, command.title == nil ? "撤下公开" : "公开答复", tx)
        return CaseReceipt(number: row.number, state: row.state)
    }
}
