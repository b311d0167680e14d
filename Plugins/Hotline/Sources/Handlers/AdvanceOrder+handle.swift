import Bus
import HotlineContracts
import Messages
import PluginKit
import Store
import Vocabulary

extension Rulebook {
    /// Does the next thing to an order: sight and state first, then who may, then what it needs, then its effects.
    func advance(_ command: AdvanceOrder, _ tx: Transaction) throws -> OrderReceipt {
        let sight = try Sight(of: tx.actor, in: tx)
        let row = try tx.order(command.order, for: sight)
        if let expected = command.expected, expected != row.card.state {
            throw HotlineRefusal.make(
                "state-moved-on", "工单 \(row.card.number) 已由他人办理，现为「\(row.card.state.title)」（您看到的是「\(expected.title)」）。请刷新后再办。",
                log: "expected \(expected.rawValue), is \(row.card.state.rawValue)")
        }
        guard let step = OrderMachine.step(from: row.card.state, by: command.action) else {
            throw HotlineRefusal.illegal(command.action, in: row.card.state)
        }
        guard try !authorities(of: sight, over: row, tx).isDisjoint(with: step.authorities) else { throw HotlineRefusal.authority(step) }
        if row.card.isSuspended, !OrderMachine.whileSuspended.contains(step.action) {
            throw HotlineRefusal.make("suspended", "工单已挂起，不能「\(step.action.title)」。请先「恢复办理」。", log: "order is suspended")
        }
        try check(command, step)
        let state = try step.to == step.from && step.action != .redispatch ? mark(command, row, tx) : move(command, step, row, tx)
        try settle(row, state, tx)
        try tx.record(row.id, step.action, step.action.title, state, text: command.text, unit: command.unit)
        try tx.announce(
            OrderAdvanced(number: row.card.number, region: row.card.region, action: step.action, from: step.from, to: state, unit: command.unit),
            of: row)
        return OrderReceipt(number: row.card.number, state: state)
    }

    /// In which capacities a person may act on an order that they may see.
    func authorities(of sight: Sight, over row: OrderRow, _ reading: some SecretReading) throws -> Set<OrderMachine.Authority> {
        let actor = sight.actor
        if actor.kind == .system { return Set(OrderMachine.Authority.allCases) }
        var found: Set<OrderMachine.Authority> = []
        if sight.reaches(row.card.region) { found.insert(.desk) }
        if actor.holds(.cityStaff, in: row.card.region) || actor.holds(.provinceStaff, in: row.card.region) { found.insert(.supervisor) }
        if let owner = row.card.owner, sight.units.contains(owner.description) { found.insert(.owner) }
        if !sight.units.isEmpty, try reading.assistants(of: row).contains(where: { sight.units.contains($0.unit.description) }) {
            found.insert(.assistant)
        }
        return found
    }

    // MARK: - What moves it

    private func move(_ command: AdvanceOrder, _ step: OrderMachine.Step, _ row: OrderRow, _ tx: Transaction) throws -> OrderState {
        switch step.action {
        case .accept:
            try stop([.review], row, tx)
            try begin(.dispatch, row, tx)
        case .refuse:
            try stop(OrderClock.allCases, row, tx)
            try tx.run("UPDATE work_order SET answer = ? WHERE id = ?", try tx.veil(command.text, of: row), row.id)
        case .dispatch, .redispatch: try dispatch(command, row, tx)
        case .sign: try sign(row, tx)
        case .sendBack: try sendBack(command, row, tx)
        case .answer: try answer(command, row, tx)
        case .returnAnswer:
            try stop([.approve], row, tx)
            try change(.handle, row, tx) { clock, working throws(DeadlineClock.Problem) in
                try clock.reopen(at: tx.now, reason: "答复审核", by: tx.actor.id, on: working)
            }
        case .approve, .answerAtOnce: try conclude(command, row, tx)
        case .revisit: return try revisit(command, row, tx)
        case .archive:
            guard row.satisfaction != nil || row.attempts >= settings.revisitAttempts else {
                throw HotlineRefusal.make(
                    "not-rated", "尚未回访到企业（已尝试 \(row.attempts) 次，满 \(settings.revisitAttempts) 次方可归档）。请先回访。", log: "not revisited")
            }
            try stop(OrderClock.allCases, row, tx)
            try tx.askNoMore(row.id)
        default: throw HotlineRefusal.illegal(step.action, in: step.from)
        }
        return step.to
    }

    private func dispatch(_ command: AdvanceOrder, _ row: OrderRow, _ tx: Transaction) throws {
        var input = InputRules()
        let owner = try known(command.unit, "unit", &input, tx)
        let assistants = try (command.assistants ?? []).compactMap { try known($0, "assistants", &input, tx) }
        if let owner, assistants.contains(where: { $0.id == owner.id }) { input.add("assistants", "主办单位不能同时协办。请去掉。", value: owner.name) }
        if let owner, row.card.isConfidential, owner.creditCode == nil {
            input.add("unit", "保密工单须派给有统一社会信用代码的单位，窗口人员须逐一准许知悉。请另选单位。", value: owner.name)
        }
        try input.refuseIfFaulty(HotlineRefusal.invalid)
        guard let owner else { return }
        try stop([.review, .dispatch, .sign], row, tx)
        try tx.run(
            "UPDATE work_order SET owner_unit = ?, dispatched_at = coalesce(dispatched_at, ?), is_suspended = 0, pending = NULL WHERE id = ?", owner.id,
            tx.now, row.id)
        try tx.run("DELETE FROM co_unit WHERE work_order = ? AND opinion IS NULL", row.id)
        for unit in assistants { try tx.run("INSERT OR IGNORE INTO co_unit (work_order, unit) VALUES (?, ?)", row.id, unit.id) }
        try begin(.sign, row, unit: owner, tx)
        // One order, one clock: it runs on when the order changes hands.
        let running = try OrderClock.table.entry(of: row.card.number.subject, named: OrderClock.handle.rawValue, in: tx)
        if running == nil || running?.clock.stopped != nil {
            try begin(.handle, row, unit: owner, tx)
        } else if running?.clock.isPaused == true {
            try resume(row, tx)
        }
    }

    private func known(_ id: UnitID?, _ field: String, _ input: inout InputRules, _ tx: Transaction) throws -> HandlingUnit? {
        guard let id else { return nil }
        if let unit = try tx.unit(id), unit.isActive { return unit }
        input.add(field, "承办单位名录中没有启用的“\(id)”。请从列表中选择，或请主管人员先登记。", value: id.description)
        return nil
    }

    /// Notes who handles this round; whoever handled an earlier one may not.
    private func noteHandler(_ row: OrderRow, _ tx: Transaction) throws {
        let before: Int = try tx.value(
            "SELECT count(*) FROM handler WHERE work_order = ? AND actor = ? AND round < ?", row.id, tx.actor.id, row.card.redo) ?? 0
        guard before == 0 else {
            throw HotlineRefusal.make("same-handler", "该工单因企业不满意重办，您办理过上一轮，须换人办理。请由其他经办人签收、答复，或退回改派。", log: "handled an earlier round")
        }
        try tx.run("INSERT OR IGNORE INTO handler (work_order, actor, round) VALUES (?, ?, ?)", row.id, tx.actor.id, row.card.redo)
    }

    private func sign(_ row: OrderRow, _ tx: Transaction) throws {
        try noteHandler(row, tx)
        let clock = try OrderClock.table.stop(OrderClock.sign.rawValue, of: row.card.number.subject, at: tx.now, in: tx.store)
        try tx.tally("signed", row.card)
        if clock.map({ !$0.isOverdue(at: tx.now) }) ?? true { try tx.tally("signedInTime", row.card) }
    }

    private func sendBack(_ command: AdvanceOrder, _ row: OrderRow, _ tx: Transaction) throws {
        var input = InputRules()
        let whose = try known(command.unit, "unit", &input, tx)
        if let whose, whose.id == row.card.owner { input.add("unit", "退回须指明应由其他单位办理，不能是本单位。请改选。", value: whose.name) }
        try input.refuseIfFaulty(HotlineRefusal.invalid)
        if let rule = rule("sendBack", for: row.card), let signing = try OrderClock.table.entry(of: row.card.number.subject, named: OrderClock.sign.rawValue, in: tx) {
            let working = try calendar(named: signing.calendar, at: tx.now, in: tx)
            let last = DeadlineClock(start: signing.clock.start, limit: rule.limit, on: working)
            if last.isOverdue(at: tx.now) {
                throw HotlineRefusal.make(
                    "return-too-late", "退回须在派单后 \(rule.limit.title)内提出，现已超过。请继续办理，或请热线人员改派。", log: "sendBack after its limit")
            }
        }
        try stop([.sign], row, tx)
        try begin(.dispatch, row, tx)
        try tx.run("UPDATE work_order SET pending = NULL WHERE id = ?", row.id)
    }

    private func answer(_ command: AdvanceOrder, _ row: OrderRow, _ tx: Transaction) throws {
        try noteHandler(row, tx)
        try tx.run(
            "UPDATE work_order SET answer = ?, answered_by = ?, is_urged = 0, pending = NULL WHERE id = ?", try tx.veil(command.text, of: row),
            tx.actor.id, row.id)
        try stop([.handle, .urge, .supervise], row, tx)
        try begin(.approve, row, tx)
    }

    private func conclude(_ command: AdvanceOrder, _ row: OrderRow, _ tx: Transaction) throws {
        if command.action == .answerAtOnce {
            try noteHandler(row, tx)
            try tx.run("UPDATE work_order SET answer = ?, answered_by = ? WHERE id = ?", try tx.veil(command.text, of: row), tx.actor.id, row.id)
        } else if row.answeredBy == tx.actor.id {
            throw HotlineRefusal.make("own-answer", "答复由您作出，须由他人审核。请转其他热线人员审核。", log: "answer approved by its author")
        }
        try tx.tally("concluded", row.card)
        let handled = try OrderClock.table.entry(of: row.card.number.subject, named: OrderClock.handle.rawValue, in: tx)?.clock
        if handled.map({ !$0.isOverdue(at: tx.now) }) ?? true { try tx.tally("inTime", row.card) }
        try stop(OrderClock.allCases.filter { $0 != .revisit }, row, tx)
        try begin(.revisit, row, tx)
        try tx.run("UPDATE work_order SET concluded_at = ?, is_urged = 0, is_supervised = 0 WHERE id = ?", tx.now, row.id)
    }

    // MARK: - What callers say

    private func revisit(_ command: AdvanceOrder, _ row: OrderRow, _ tx: Transaction) throws -> OrderState {
        try mayAskForRating(row, Sight(of: tx.actor, in: tx), tx)
        guard let satisfaction = command.satisfaction else {
            try tx.run("UPDATE work_order SET attempts = attempts + 1 WHERE id = ?", row.id)
            return .concluded
        }
        return try rate(satisfaction, .revisit, row, tx)
    }

    /// Keeps a rating and does what follows from it.
    func rate(_ satisfaction: Satisfaction, _ source: RatingSource, _ row: OrderRow, _ tx: Transaction) throws -> OrderState {
        let next = Rework.next(after: satisfaction, redo: row.card.redo, atMost: settings.redoTimes)
        try stop(OrderClock.allCases, row, tx)
        try tx.askNoMore(row.id)
        try tx.tally("rated", row.card)
        if satisfaction.isSatisfied { try tx.tally("satisfied", row.card) }
        if source == .caller { try tx.tally("ratedByCaller", row.card) }
        try tx.run(
            "UPDATE work_order SET satisfaction = ?, rating_source = ?, is_overdue = CASE WHEN ?3 = 'dispatching' THEN 0 ELSE is_overdue END WHERE id = ?4",
            satisfaction, source, next, row.id)
        if next == .dispatching {
            try tx.tally("redo", row.card)
            try tx.run("UPDATE work_order SET redo = redo + 1, attempts = 0, owner_unit = NULL, answered_by = NULL WHERE id = ?", row.id)
            try tx.run("DELETE FROM co_unit WHERE work_order = ?", row.id)
            try begin(.dispatch, row, tx)
            try tx.record(row.id, nil, "不满意，转入重办", .dispatching)
        }
        try tx.announce(
            OrderRated(number: row.card.number, region: row.card.region, satisfaction: satisfaction, source: source, redone: next == .dispatching),
            of: row)
        return next
    }

    func rateByCaller(_ command: RateOrder, _ tx: Transaction) throws -> OrderReceipt {
        let row = try known(command.number, command.code, by: tx.actor, at: tx.now, tx)
        guard row.card.state == .concluded else {
            throw HotlineRefusal.make(
                "illegal-step", "工单处于「\(row.card.state.title)」状态，\(row.card.state == .archived ? "评价已经结束" : "办结后方可评价")。如有新情况请拨打96871。",
                log: "rating in \(row.card.state.rawValue)")
        }
        guard try command.code != nil || !tx.handled(row.id, by: tx.actor.id) else {
            throw HotlineRefusal.make("own-rating", "您办理过该工单，不能代表企业评价。请由企业的其他人员评价。", log: "handler rates own work")
        }
        let state = try rate(command.satisfaction, .caller, row, tx)
        try settle(row, state, tx)
        try tx.record(row.id, nil, "企业评价：\(command.satisfaction.title)", state, text: command.text)
        return OrderReceipt(number: row.card.number, state: state)
    }

    /// What the digests of secret codes are made of.
    static let lookupPurpose = "hotline"

    /// The order behind number and secret code; wrong ones are counted, and both mistakes get one answer. Without a code the one about which the
    /// actor's enterprise was asked.
    func known(_ number: OrderNumber, _ code: String?, by actor: Actor, at now: Timestamp, _ reading: some SecretReading) throws -> OrderRow {
        guard let code else { return try asked(number, by: actor, at: now, reading) }
        let row = try reading.anyOrder(number)
        let link = try row.flatMap { $0.card.state == .concluded ? try reading.ratingLink(of: $0.id, at: now) : nil }
        let digest = link.flatMap { LookupCode(code)?.matches($0, for: Rulebook.lookupPurpose) == true ? $0 : nil } ?? row?.lookup
        if try guesses.opens(code, digest, for: Rulebook.lookupPurpose, of: number.description, at: now, refusal: "hotline.lookup-limit"), let row {
            return row
        }
        throw HotlineRefusal.make(
            "lookup-failed", "编号或查询码不对。请核对登记时收到的 12 位查询码；遗失的请拨打96871，由坐席核实身份后查询。", log: "wrong number or look-up code",
            faults: [.init(field: "code", message: "编号或查询码不对，请核对。")])
    }
}
