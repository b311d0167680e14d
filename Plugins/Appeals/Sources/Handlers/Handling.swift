import AppealsContracts
import Bus
import Messages
import PluginKit
import Store
import Vocabulary

/// What the desk and the departments do.
extension Rulebook {
    func advance(_ command: AdvanceCase, _ tx: Transaction) throws -> CaseReceipt {
        let sight = try Sight(of: tx.actor, in: tx)
        let row = try tx.appeal(command.number, for: sight)
        guard sight.isDesk(row.region) else { throw region(row.region) }
        var input = InputRules()
        if command.action == .refuse, command.text == nil { input.add("text", "不予受理须说明理由，将告知提交人。请补填。") }
        input.optionalText("text", "说明", command.text, 2...4000)
        if command.action == .accept, (command.departments ?? []).isEmpty { input.add("departments", "请至少选择一个承办部门。") }
        for id in command.departments ?? [] where try tx.value("SELECT 1 FROM department WHERE id = ? AND is_active = 1", id, as: Int.self) == nil {
            input.add("departments", "部门名录中没有“\(id)”。请从列表中选择。", value: id.description)
        }
        try input.refuseIfFaulty(AppealsRefusal.invalid)
        if command.action == .unmerge { return try unmerge(row, tx) }
        guard let next = CaseMachine.next(row.state, command.action) else {
            throw AppealsRefusal.illegal(command.action, in: row.state)
        }
        if command.action == .accept {
            for id in command.departments ?? [] { try send(row, to: id, tx) }
        }
        try Self.clocks.stop("accept", of: row.number.subject, at: tx.now, in: tx.store)
        try move(row, to: next, command.action.title, text: command.text, tx)
        if command.action == .refuse { try inform(row, of: row, round: row.round, title: "不予受理", text: command.text ?? "", tx) }
        return CaseReceipt(number: row.number, state: next)
    }

    func region(_ region: RegionCode) -> Refusal {
        AppealsRefusal.make("region-not-yours", "区划 \(region) 不在您的辖区内，不能办理。请由该辖区的工作人员办理。", log: "actor's grants do not reach \(region)")
    }

    func move(_ row: CaseRow, to state: CaseState, _ what: String, text: String? = nil, department: DepartmentID? = nil, into: CaseNumber? = nil, _ tx: Transaction) throws {
        try tx.run("UPDATE appeal SET state = ? WHERE id = ?", state, row.id)
        try tx.record(row.id, what, text: text, department: department)
        try tx.announce(CaseMoved(number: row.number, region: row.region, what: what, state: state, department: department, into: into))
    }

    /// A part for a department, unless it has one under way.
    private func send(_ row: CaseRow, to id: DepartmentID, _ tx: Transaction) throws {
        let fresh = try tx.run(
            """
            INSERT INTO part (appeal, department, state) VALUES (?, ?, 'sent')
            ON CONFLICT (appeal, department) DO UPDATE SET state = 'sent', answer = NULL WHERE state = 'handedOn'
            """, row.id, id)
        guard fresh == 1, let part = try tx.parts(of: row.id).first(where: { $0.department == id }) else { return }
        try begin("receive", row, of: part.subject, calendar: part.calendar, tx)
        try begin("handle", row, of: part.subject, calendar: part.calendar, tx)
        try announce(part, of: row, isAgain: false, tx)
    }

    /// Tells a department, wherever it works, that something is there for it.
    func announce(_ part: PartRow, of row: CaseRow, isAgain: Bool, _ tx: Transaction) throws {
        let clock = try Self.clocks.entry(of: part.subject, named: "handle", in: tx)?.clock
        try tx.announce(
            PartSent(
                number: row.number, department: part.department, region: row.region, category: row.category, due: clock?.due,
                dueIsProvisional: clock?.isProvisional ?? false, isAgain: isAgain))
    }

    func advancePart(_ command: AdvancePart, _ tx: Transaction) throws -> CaseReceipt {
        let sight = try Sight(of: tx.actor, in: tx)
        let row = try tx.appeal(command.number, for: sight)
        guard let part = try tx.parts(of: row.id).first(where: { $0.department == command.department }) else { throw AppealsRefusal.unknown(command.number) }
        guard tx.actor.kind == .system || sight.departments.contains(command.department.description) else {
            throw AppealsRefusal.make("not-your-department", "「\(command.action.title)」须由\(part.name)的经办人办理。请转交该部门。", log: "not the part's department")
        }
        guard row.state == .processing, let next = CaseMachine.next(part.state, command.action) else {
            throw AppealsRefusal.illegal(command.action, in: part.state, of: row.state)
        }
        var input = InputRules()
        if command.action != .receive, command.text == nil { input.add("text", "「\(command.action.title)」须填写内容。请补填。") }
        input.optionalText("text", "内容", command.text, 2...4000)
        if command.action == .handOn {
            if command.to == nil || command.to == command.department {
                input.add("to", "非本部门职责的，须指明应由哪个部门办理，平台随即转交。请选择其他部门。")
            } else if let to = command.to, try tx.value("SELECT 1 FROM department WHERE id = ? AND is_active = 1", to, as: Int.self) == nil {
                input.add("to", "部门名录中没有“\(to)”。请从列表中选择。", value: to.description)
            }
        }
        try check(command.foreignNumber, of: part, &input, tx)
        try input.refuseIfFaulty(AppealsRefusal.invalid)
        if command.action == .handOn { try checkHandOn(part, row, tx) }
        if let number = command.foreignNumber { try tx.run("UPDATE part SET foreign_number = ? WHERE id = ?", number, part.id) }
        try tx.run("UPDATE part SET state = ?, answer = CASE WHEN ?1 = 'answered' THEN ?2 ELSE answer END WHERE id = ?3", next, command.text, part.id)
        try Self.clocks.stop("receive", of: part.subject, at: tx.now, in: tx.store)
        if !next.isOpen { try Self.clocks.stop("handle", of: part.subject, at: tx.now, in: tx.store) }
        if let to = command.to, command.action == .handOn { try send(row, to: to, tx) }
        try move(row, to: .processing, command.action.title, text: command.text, department: command.department, tx)
        if command.action == .interim { try spread(row, round: nil, title: "阶段性告知（\(part.name)）", text: command.text ?? "", tx) }
        return CaseReceipt(number: row.number, state: try conclude(row, tx))
    }

    /// One number of the department's for one part, and one part for one number.
    private func check(_ number: String?, of part: PartRow, _ input: inout InputRules, _ tx: Transaction) throws {
        guard let number else { return }
        input.text("foreignNumber", "部门编号", number, 1...60)
        if let known = part.foreignNumber, known != number {
            input.add("foreignNumber", "该件已登记部门编号 \(known)，不能改为另一个。请核对。", value: number)
        }
        let other = try tx.value(
            "SELECT o.number FROM part p JOIN appeal o ON o.id = p.appeal WHERE p.department = ? AND p.foreign_number = ? AND p.id != ?",
            part.department, number, part.id, as: String.self)
        if let other { input.add("foreignNumber", "部门编号 \(number) 已对应诉求 \(other)。一个编号只对应一件，请核对。", value: number) }
    }

    /// 转交 within its limit since it was sent.
    private func checkHandOn(_ part: PartRow, _ row: CaseRow, _ tx: Transaction) throws {
        guard let rule = rule("handOn", row), let sent = try Self.clocks.entry(of: part.subject, named: "receive", in: tx) else { return }
        let last = DeadlineClock(start: sent.clock.start, limit: rule.limit, on: try calendar(named: part.calendar, at: tx.now, in: tx))
        guard !last.isOverdue(at: tx.now) else {
            throw AppealsRefusal.make(
                "hand-on-too-late", "转交须在转办后 \(rule.limit.title)内提出，现已超过。请继续办理，或请平台工作人员协调。", log: "handed on after the limit")
        }
    }

    /// The case is answered once all its departments have answered; then everybody concerned is told, once.
    private func conclude(_ row: CaseRow, _ tx: Transaction) throws -> CaseState {
        let parts = try tx.parts(of: row.id)
        guard CaseMachine.isAnswered(parts.map(\.state)) else { return .processing }
        let round = row.round + 1
        try tx.run("UPDATE appeal SET round = ? WHERE id = ?", round, row.id)
        try move(row, to: .answered, "全部部门已答复", tx)
        try spread(row, round: round, title: "正式答复", text: Self.answer(parts), tx)
        return .answered
    }

    /// All answers in one text, each with its department.
    static func answer(_ parts: [PartRow]) -> String {
        parts.filter { $0.state == .answered }.compactMap { part in part.answer.map { "\(part.name)：\($0)" } }.joined(separator: "\n")
    }

    /// Tells the submitter, or of a common problem every member.
    ///
    /// - Parameter round: of an answer; interim notices are counted below zero.
    private func spread(_ row: CaseRow, round: Int?, title: String, text: String, _ tx: Transaction) throws {
        let lowest: Int = try tx.value("SELECT min(round) FROM notice WHERE source = ?", row.id) ?? 0
        let number = round ?? min(lowest, 0) - 1
        guard row.isCommon else { return try inform(row, of: row, round: number, title: title, text: text, tx) }
        for member in try tx.cases(where: "o.merged_into = ?", [row.id]) { try inform(member, of: row, round: number, title: title, text: text, tx) }
    }

    func inform(_ row: CaseRow, of source: CaseRow, round: Int, title: String, text: String, _ tx: Transaction) throws {
        let fresh = try tx.run(
            "INSERT OR IGNORE INTO notice (appeal, source, round, title, text, day) VALUES (?, ?, ?, ?, ?, ?)", row.id, source.id, round, title, text,
            tx.now.day)
        guard fresh == 1 else { return }
        try tx.announce(SubmitterInformed(number: row.number, source: source.number, round: round))
    }
}
