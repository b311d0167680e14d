import Bus
import MarketContracts
import MatchingContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// Demands: stated, taken, answered, agreed, delivered, rated; unanswered they climb.
extension Rulebook {
    func submit(_ command: SubmitDemand, _ tx: Transaction) throws -> DemandReceipt {
        let owner = try owner(of: command, tx)
        var faults: [Refusal.Fault] = []
        func text(_ field: String, _ title: String, _ value: String, _ range: ClosedRange<Int>) {
            if !range.contains(value.count) {
                faults.append(.init(field: field, value: String(value.prefix(60)), message: "\(title)应为 \(range.lowerBound)–\(range.upperBound) 个字，现为 \(value.count) 个字。请修改。"))
            }
        }
        text("title", "需求名称", command.title, 4...60)
        text("description", "需求说明", command.description, 2...2000)
        if !categories.contains(where: { $0.id == command.category }) {
            faults.append(.init(field: "category", value: String(command.category.prefix(40)), message: "没有这个服务类别。请从类别表中选择。"))
        }
        if let budget = command.budget, budget < .zero { faults.append(.init(field: "budget", message: "预算不能是负数。请修改。")) }
        if let day = command.wantedBy, day < tx.now.day {
            faults.append(.init(field: "wantedBy", value: day.description, message: "期望完成日期已过（\(day)）。请修改。"))
        }
        if (command.contactName == nil) != (command.contactPhone == nil) {
            faults.append(.init(field: "contactPhone", message: "联系人和联系电话须一并填写。"))
        }
        guard faults.isEmpty else { throw MatchingRefusal.invalid(faults) }
        let level = level(of: owner.region)
        var demand = DemandRow(
            card: DemandCard(
                id: tx.newID(), number: try tx.nextNumber(), title: command.title, category: command.category, region: owner.region,
                enterprise: owner.party, state: .received, level: level, due: due(in: .received, at: level, now: tx.now), agency: nil,
                channel: command.channel, isOnBehalf: owner.isOnBehalf, cluster: nil, createdAt: tx.now, updatedAt: tx.now),
            description: command.description, budget: command.budget, wantedBy: command.wantedBy, revision: 1)
        demand.watchAt = watch(demand.card.due, in: .received, now: tx.now)
        try tx.write(demand)
        try keepContact(command, of: demand.card.id, tx)
        try announce(demand, action: nil, from: nil, wasLate: false, tx)
        return receipt(demand)
    }

    private func owner(of command: SubmitDemand, _ tx: Transaction) throws -> (party: DemandParty, region: RegionCode, isOnBehalf: Bool) {
        let actor = tx.actor
        if let code = actor.organisation, actor.holds(.enterprise), command.enterprise == nil || command.enterprise?.code == code {
            guard let region = actor.grants.first(where: { $0.role == .enterprise })?.region ?? command.region else {
                throw MatchingRefusal.invalid([.init(field: "region", message: "请说明企业所在的县市区。")])
            }
            return (DemandParty(code: code, name: actor.organisationName ?? command.enterprise?.name ?? code.description), region, false)
        }
        guard actor.kind == .system || actor.holds(.windowStaff, .cityStaff, .provinceStaff) else { throw MatchingRefusal.noOrganisation }
        guard let party = command.enterprise, let region = command.region else {
            throw MatchingRefusal.invalid([
                .init(field: "enterprise", message: "代企业提出须写明企业名称、统一社会信用代码和所在县市区。")
            ])
        }
        guard Self.isStaff(actor, in: region) else { throw MatchingRefusal.region(region) }
        return (party, region, true)
    }

    private func keepContact(_ command: SubmitDemand, of demand: MessageID, _ tx: Transaction) throws {
        guard let name = command.contactName, let phone = command.contactPhone else { return }
        let own = tx.actor.kind == .person && tx.actor.holds(.enterprise) ? PersonID(tx.actor.id) : nil
        guard let person = own ?? PersonID("contact.\(demand)") else { return }
        try tx.run(
            "UPDATE demand SET contact_person = ?, contact_name = ?, contact_phone = ? WHERE id = ?", person.description, try tx.seal(name.of(person)),
            try tx.seal(phone.of(person)), demand)
    }

    static func isStaff(_ actor: Actor, in region: RegionCode) -> Bool {
        actor.kind == .system || actor.holds(.windowStaff, in: region) || actor.holds(.cityStaff, in: region)
            || actor.holds(.provinceStaff, in: region)
    }

    /// On which sides of a demand somebody stands; empty: it is none of theirs.
    func sides(of actor: Actor, _ card: DemandCard, _ reading: some SQLReading) throws -> Set<DemandLife.Side> {
        var sides: Set<DemandLife.Side> = []
        if let code = actor.organisation {
            if actor.holds(.enterprise), code == card.enterprise.code { sides.insert(.enterprise) }
            if actor.holds(.agency) {
                let state: String? = try reading.value("SELECT state FROM invitation WHERE demand = ? AND agency = ?", card.id, code)
                if let state { sides.insert(state == "chosen" ? .chosen : .invited) }
            }
        }
        if actor.kind == .person, Self.isStaff(actor, in: card.region) { sides.insert(.staff) }
        return sides
    }

    // MARK: - Steps

    func advance(_ command: AdvanceDemand, _ tx: Transaction) throws -> DemandReceipt {
        guard var demand = try tx.demandRow(command.demand) else { throw MatchingRefusal.unknown }
        let sides = try sides(of: tx.actor, demand.card, tx)
        guard !sides.isEmpty else { throw MatchingRefusal.unknown }
        try tx.follow("demand/\(command.demand)")
        if demand.home != nil { return try forward(command, of: demand, sides, tx) }
        return try advance(&demand, command, sides, by: tx.actor.organisation, tx)
    }

    /// Whether somebody on these sides may take the step now.
    func allowed(_ command: AdvanceDemand, _ demand: DemandRow, _ sides: Set<DemandLife.Side>) throws -> DemandLife.Step {
        let state = demand.card.state
        guard let step = DemandLife.step(from: state, by: command.action) else {
            throw MatchingRefusal.illegal(
                command.action, in: state, possible: DemandLife.steps.filter { $0.from == state && !$0.sides.isDisjoint(with: sides) }.map(\.action))
        }
        guard !step.sides.isDisjoint(with: sides) else { throw MatchingRefusal.otherSide(step.action) }
        try check(command, step)
        return step
    }

    func advance(
        _ demand: inout DemandRow, _ command: AdvanceDemand, _ sides: Set<DemandLife.Side>, by agency: CreditCode?, _ tx: Transaction
    ) throws -> DemandReceipt {
        let step = try allowed(command, demand, sides)
        var to = step.to
        switch step.action {
        case .invite: try invite(command.agencies, to: demand.card, tx)
        case .respond: to = try respond(command, demand.card, agency, tx)
        case .agree: try agree(command.agencies, &demand, tx)
        case .deliver: demand.proof = command.note
        case .rate:
            demand.score = command.score
            demand.comment = command.note
        case .reopen:
            demand.reason = command.note
            demand.card.agency = nil
            try tx.run("UPDATE invitation SET state = 'interested' WHERE demand = ? AND state = 'chosen'", demand.card.id)
        case .escalate:
            demand.reason = command.note
            demand.card.level = demand.card.level.next ?? demand.card.level
        case .withdraw, .close: demand.reason = command.note
        case .take: break
        }
        try move(&demand, step.action, to: to, tx)
        return receipt(demand)
    }

    private func check(_ command: AdvanceDemand, _ step: DemandLife.Step) throws {
        var faults: [Refusal.Fault] = []
        let isNeeded = step.needsNote || (step.action == .rate && (command.score ?? 5) < 3)
        if isNeeded, command.note == nil { faults.append(.init(field: "note", message: "“\(step.action.title)”须写明说明。请补充。")) }
        if let note = command.note, !(2...2000).contains(note.count) { faults.append(.init(field: "note", message: "说明应为 2–2000 个字。请修改。")) }
        if step.action == .invite, !(1...10).contains(command.agencies.count) {
            faults.append(.init(field: "agencies", message: "请选择 1–10 家机构。"))
        }
        if step.action == .agree, command.agencies.count != 1 { faults.append(.init(field: "agencies", message: "请选择一家愿意承接的机构。")) }
        if step.action == .respond, command.isInterested == nil { faults.append(.init(field: "isInterested", message: "请选择是否愿意承接。")) }
        if step.action == .rate, !(1...5).contains(command.score ?? 0) { faults.append(.init(field: "score", message: "请选择 1–5 分的评价。")) }
        guard faults.isEmpty else { throw MatchingRefusal.invalid(faults) }
    }

    private func invite(_ agencies: [CreditCode], to card: DemandCard, _ tx: Transaction) throws {
        for code in Set(agencies).sorted() {
            let name: String? = try tx.value("SELECT title FROM agency WHERE code = ? AND is_open = 1", code)
            guard let name, code != card.enterprise.code else {
                throw MatchingRefusal.invalid([.init(field: "agencies", value: code.description, message: "机构 \(code) 尚未入驻、已暂停或就是提出单位。请重新选择。")])
            }
            try tx.run(
                "INSERT INTO invitation (demand, agency, name, state, invited_at) VALUES (?, ?, ?, 'invited', ?) ON CONFLICT DO NOTHING", card.id, code,
                name, tx.now)
        }
    }

    /// One that declines leaves the demand where it is: only an answer that helps is an answer.
    private func respond(_ command: AdvanceDemand, _ card: DemandCard, _ agency: CreditCode?, _ tx: Transaction) throws -> DemandState {
        guard let code = agency else { throw MatchingRefusal.noOrganisation }
        let isInterested = command.isInterested ?? false
        try tx.run(
            "UPDATE invitation SET state = ?, note = ?, answered_at = ? WHERE demand = ? AND agency = ?", isInterested ? "interested" : "declined",
            command.note, tx.now, card.id, code)
        let others = try tx.invitations(of: card.id).contains { $0.state == .interested }
        return others ? .answered : .matching
    }

    private func agree(_ agencies: [CreditCode], _ demand: inout DemandRow, _ tx: Transaction) throws {
        guard let code = agencies.first, let chosen = try tx.invitations(of: demand.card.id).first(where: { $0.agency.code == code && $0.state == .interested })
        else {
            throw MatchingRefusal.invalid([.init(field: "agencies", message: "该机构没有表示愿意承接。请选择愿意承接的机构。")])
        }
        try tx.run("UPDATE invitation SET state = 'chosen' WHERE demand = ? AND agency = ?", demand.card.id, code)
        demand.card.agency = chosen.agency
    }

    func move(_ demand: inout DemandRow, _ action: DemandAction, to: DemandState, _ tx: Transaction) throws {
        let before = demand.card.state
        let wasLate = demand.card.due.map { $0 < tx.now } ?? false
        demand.card.state = to
        demand.card.updatedAt = tx.now
        demand.revision += 1
        // Inviting one more does not put the deadline off; a new state or a new level has a clock of its own.
        if before != to || action == .escalate || demand.card.due == nil {
            demand.card.due = due(in: to, at: demand.card.level, now: tx.now)
            demand.watchAt = watch(demand.card.due, in: to, now: tx.now)
        }
        try tx.write(demand)
        try announce(demand, action: action, from: before, wasLate: wasLate, tx)
        try mirror(demand, tx)
    }

    private func announce(_ demand: DemandRow, action: DemandAction?, from: DemandState?, wasLate: Bool, _ tx: Transaction) throws {
        let card = demand.card
        try tx.announce(
            DemandAdvanced(
                demand: card.id, number: card.number, title: card.title, category: card.category, region: card.region, enterprise: card.enterprise,
                channel: card.channel, action: action, from: from, to: card.state, level: card.level, due: card.due, agency: card.agency,
                score: demand.score, revision: demand.revision, wasLate: wasLate))
    }

    func receipt(_ demand: DemandRow) -> DemandReceipt {
        DemandReceipt(demand: demand.card.id, number: demand.card.number, state: demand.card.state, level: demand.card.level)
    }

    /// Reminds of deadlines that are near. Unanswered in time: the next level becomes answerable; at the top the clock begins anew, so that nothing
    /// lies idle. What waits for one of the parties is told once and stands with the staff.
    func watch(_ tx: Transaction) throws {
        let found = try tx.rows("SELECT id FROM demand WHERE watch_at <= ? ORDER BY watch_at LIMIT 500", tx.now) { try $0.get(0, as: MessageID.self) }
        for id in found {
            guard var demand = try tx.demandRow(id), let due = demand.card.due else {
                try tx.run("UPDATE demand SET watch_at = NULL WHERE id = ?", id)
                continue
            }
            try tx.follow("demand/\(id)")
            let card = demand.card
            guard due < tx.now else {
                try tx.run("UPDATE demand SET watch_at = ? WHERE id = ?", Self.passed(due), id)
                try tx.announce(DemandDueSoon(demand: id, state: card.state, due: due, region: card.region))
                continue
            }
            guard card.state == .received || card.state == .matching else {
                try tx.run("UPDATE demand SET watch_at = NULL WHERE id = ?", id)
                try tx.announce(DemandOverdue(demand: id, state: card.state, due: due, region: card.region))
                continue
            }
            demand.card.level = card.level.next ?? card.level
            demand.reason = card.level.next == nil ? "省枢纽期限内仍无响应，重新计时" : "\(card.level.title)期限内无响应，上报\(demand.card.level.title)"
            try move(&demand, .escalate, to: card.state, tx)
        }
    }
}
