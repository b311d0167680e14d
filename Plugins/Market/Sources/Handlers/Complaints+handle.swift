import Bus
import MarketContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// Complaints about orders and agencies: the agency answers, the staff of the enterprise's region closes. They are decided where they were filed;
/// the agency's site holds a copy, so that its reviewers know.
extension Rulebook {
    func fileComplaint(_ command: FileComplaint, _ tx: Transaction) throws -> ComplaintReceipt {
        let (agency, enterprise, region, order) = try parties(of: command, tx)
        var input = InputRules()
        input.text("text", "投诉内容", command.text, 10...2000)
        try input.refuseIfFaulty()
        let open: String? = try tx.value(
            "SELECT number FROM complaint WHERE enterprise = ? AND agency = ? AND order_ IS ? AND state IN ('filed', 'answered') LIMIT 1", enterprise.code,
            agency.code, order?.id)
        if let open { throw MarketRefusal.complaintOpen(open) }
        if let order { try tx.follow("order/\(order.id)") }
        let due = deadline(settings.complaintDays.answer, after: tx.now)
        let complaint = ComplaintDetail(
            card: ComplaintCard(
                id: tx.newID(), number: try tx.nextComplaintNumber(), home: tx.site, order: order?.id, orderNumber: order?.number, agency: agency,
                enterprise: enterprise, region: region, kind: command.kind, state: .filed, due: due, outcome: nil, createdAt: tx.now, updatedAt: tx.now),
            text: command.text, revision: 1)
        try tx.write(complaint, watchAt: Watch.passed(due))
        try tell(of: complaint, action: nil, wasLate: false, tx)
        return receipt(complaint)
    }

    /// Who complains of whom; with an order, its own parties.
    private func parties(
        of command: FileComplaint, _ tx: Transaction
    ) throws -> (agency: Party, enterprise: Party, region: RegionCode, order: OrderCard?) {
        if let id = command.order {
            guard let order = try tx.orderRow(id), order.isHome, !(try sides(of: tx.actor, order.card, tx)).isDisjoint(with: [.enterprise, .staff]) else {
                throw MarketRefusal.unknownOrder
            }
            guard let agency = order.card.agency else {
                throw MarketRefusal.invalid([.init(field: "order", message: "该订单还没有选定机构，不能投诉。请先选定机构，或取消订单。")])
            }
            return (agency, order.card.enterprise, order.card.region, order.card)
        }
        let buyer = try buyer(command.enterprise, command.region, channel: .counter, tx)
        guard let code = command.agency, let agency = try tx.agencyCard(code), agency.state == .approved || agency.state == .suspended else {
            throw MarketRefusal.invalid([.init(field: "agency", value: command.agency?.description, message: "请说明投诉哪家已入驻的服务机构，或哪个订单。")])
        }
        return (Party(code: agency.code, name: agency.name), buyer.party, buyer.region, nil)
    }

    /// On which sides somebody stands. Staff of the agency's region look on; those of the enterprise's decide.
    private func complaintSides(of actor: Actor, _ card: ComplaintCard) -> Set<ComplaintLife.Side> {
        var sides: Set<ComplaintLife.Side> = []
        if Rights.isEnterprise(actor, card.enterprise.code) { sides.insert(.enterprise) }
        if Rights.isAgency(actor, card.agency.code) { sides.insert(.agency) }
        if actor.kind == .person, Rights.isStaff(actor, in: card.region) { sides.insert(.staff) }
        return sides
    }

    private func reviews(_ actor: Actor, _ card: ComplaintCard, _ reading: some SQLReading) throws -> Bool {
        guard actor.kind == .person, let region = try reading.value("SELECT region FROM agency WHERE code = ?", card.agency.code, as: RegionCode.self) else { return false }
        return Rights.isStaff(actor, in: region)
    }

    func advanceComplaint(_ command: AdvanceComplaint, _ tx: Transaction) throws -> ComplaintReceipt {
        guard let complaint = try tx.complaint(command.complaint) else { throw MarketRefusal.unknownComplaint }
        let sides = complaintSides(of: tx.actor, complaint.card)
        guard try !sides.isEmpty || reviews(tx.actor, complaint.card, tx) else { throw MarketRefusal.unknownComplaint }
        try tx.follow("complaint/\(command.complaint)")
        if complaint.card.home == tx.site { return try advance(complaint, command, sides, tx) }
        guard sides.contains(.agency), command.action == .answer else { throw MarketRefusal.decidedElsewhere(complaint.card.home) }
        // An answer is on its way already.
        if complaint.isPending == true { return receipt(complaint) }
        try check(command, complaint.card.state)
        try tx.run("UPDATE complaint SET is_pending = 1, refusal = NULL WHERE id = ?", command.complaint)
        _ = try tx.send(
            ForwardComplaintAnswer(complaint: command.complaint, agency: complaint.card.agency.code, text: command.text), to: .site(complaint.card.home),
            subject: "complaint/\(command.complaint)")
        return receipt(complaint)
    }

    private func check(_ command: AdvanceComplaint, _ state: ComplaintState) throws {
        guard ComplaintLife.step(from: state, by: command.action) != nil else {
            throw MarketRefusal.illegal(command.action.title, in: state.title, possible: ComplaintLife.steps.filter { $0.from == state }.map(\.action.title))
        }
        var input = InputRules()
        input.text("text", "说明", command.text, 2...2000)
        if command.action == .close, command.outcome == nil { input.add("outcome", "办结须写明调查结论。请选择。") }
        try input.refuseIfFaulty()
    }

    private func advance(
        _ before: ComplaintDetail, _ command: AdvanceComplaint, _ sides: Set<ComplaintLife.Side>, _ tx: Transaction
    ) throws -> ComplaintReceipt {
        try check(command, before.card.state)
        guard let step = ComplaintLife.step(from: before.card.state, by: command.action), sides.contains(step.side) else {
            throw MarketRefusal.complaintSide(command.action)
        }
        var complaint = before
        let wasLate = complaint.card.due.map { $0 < tx.now } ?? false
        complaint.card.state = step.to
        complaint.card.updatedAt = tx.now
        complaint.card.due = step.to == .answered ? deadline(settings.complaintDays.close, after: tx.now) : nil
        complaint.revision += 1
        switch step.action {
        case .answer:
            complaint.answer = command.text
            complaint.answeredAt = tx.now
        case .close:
            complaint.card.outcome = command.outcome
            complaint.conclusion = command.text
            complaint.closedAt = tx.now
        case .withdraw:
            complaint.conclusion = command.text
            complaint.closedAt = tx.now
        }
        try tx.write(complaint, watchAt: complaint.card.due.map(Watch.passed))
        try tell(of: complaint, action: step.action, wasLate: wasLate, tx)
        return receipt(complaint)
    }

    private func tell(of complaint: ComplaintDetail, action: ComplaintAction?, wasLate: Bool, _ tx: Transaction) throws {
        try tx.announce(ComplaintAdvanced(complaint: complaint.card, action: action, wasLate: wasLate))
        let site: String? = try tx.value("SELECT site FROM agency WHERE code = ?", complaint.card.agency.code)
        guard let site, site != tx.site, tx.sites[site] != nil else { return }
        _ = try tx.send(ReceiveComplaint(complaint: complaint), to: .site(site), subject: "complaint/\(complaint.card.id)")
    }

    private func receipt(_ complaint: ComplaintDetail) -> ComplaintReceipt {
        ComplaintReceipt(complaint: complaint.card.id, number: complaint.card.number, state: complaint.card.state)
    }

    /// Tells once of each deadline that passed.
    func watchComplaints(_ tx: Transaction) throws {
        let late = try tx.rows("SELECT id, state, due_at, region FROM complaint WHERE watch_at <= ? ORDER BY watch_at LIMIT 500", tx.now) {
            ComplaintOverdue(complaint: try $0.get(0), state: try $0.coded(1), due: try $0.get(2), region: try $0.get(3))
        }
        for one in late {
            try tx.follow("complaint/\(one.complaint)")
            try tx.run("UPDATE complaint SET watch_at = NULL WHERE id = ?", one.complaint)
            try tx.announce(one)
        }
    }

    // MARK: - Between sites

    func receiveComplaint(_ command: ReceiveComplaint, _ tx: Transaction) throws -> Done {
        var copy = command.complaint
        // Only its home speaks for a complaint, and only about agencies that are kept here.
        guard tx.isFromOutside, copy.card.home == tx.envelope.site, let agency = try tx.agencyCard(copy.card.agency.code), agency.site == tx.site else {
            throw MarketRefusal.unknownComplaint
        }
        if let stored = try tx.complaint(copy.card.id), stored.card.home != copy.card.home || stored.revision >= copy.revision { return Done() }
        (copy.actions, copy.isPending, copy.refusal) = ([], nil, nil)
        try tx.write(copy, watchAt: nil)
        return Done()
    }

    func takeAnswer(_ command: ForwardComplaintAnswer, _ tx: Transaction) throws -> ComplaintReceipt {
        guard tx.isFromOutside, let complaint = try tx.complaint(command.complaint), complaint.card.home == tx.site, complaint.card.agency.code == command.agency,
            try tx.value("SELECT site FROM agency WHERE code = ?", command.agency, as: String.self) == tx.envelope.site
        else { throw MarketRefusal.unknownComplaint }
        try tx.follow("complaint/\(command.complaint)")
        return try advance(complaint, AdvanceComplaint(complaint: command.complaint, action: .answer, text: command.text), [.agency], tx)
    }

    /// What became of an answer at the home; refused, the agency sees why.
    func hearAnswerReceipt(_ receipt: Receipt, _ tx: Transaction) throws {
        guard receipt.sent.state == .refused, let id = receipt.sent.subject.split(separator: "/").last.flatMap({ MessageID(String($0)) }) else { return }
        try tx.run(
            "UPDATE complaint SET is_pending = 0, refusal = ? WHERE id = ? AND home <> ?", receipt.sent.message ?? "对方站点未受理。", id, tx.site)
    }

    // MARK: - Reading

    func findComplaints(_ query: FindComplaints, _ snapshot: Snapshot) throws -> Listing<ComplaintCard> {
        let limit = try query.checkedLimit(), actor = snapshot.actor
        let condition: String
        var argument: CreditCode?
        switch query.box {
        case .enterprise:
            guard let code = actor.organisation, Rights.isEnterprise(actor, code) else { return Listing([]) }
            (condition, argument) = ("c.enterprise = ?1", code)
        case .agency:
            guard let code = actor.organisation, Rights.isAgency(actor, code) else { return Listing([]) }
            (condition, argument) = ("c.agency = ?1", code)
        case .staff:
            // Ranges hold digits only.
            let ranges = actor.grants.filter { [.windowStaff, .cityStaff, .provinceStaff].contains($0.role) }.map(\.range)
            guard !ranges.isEmpty else { return Listing([]) }
            func within(_ column: String) -> String { ranges.map { "\(column) BETWEEN '\($0.lowerBound)' AND '\($0.upperBound)'" }.joined(separator: " OR ") }
            condition = "?1 IS NULL AND (\(within("c.region")) OR EXISTS (SELECT 1 FROM agency a WHERE a.code = c.agency AND (\(within("a.region")))))"
        }
        let rows = try snapshot.complaints(
            where: condition, argument, state: query.state, agency: query.agency, limit: limit + 1, after: try query.after?.position(MessageID.self))
        return try Listing(probing: rows, limit: limit) { $0.id }
    }

    func getComplaint(_ query: GetComplaint, _ snapshot: Snapshot) throws -> ComplaintDetail {
        guard var complaint = try snapshot.complaint(query.id) else { throw MarketRefusal.unknownComplaint }
        let sides = complaintSides(of: snapshot.actor, complaint.card)
        guard try !sides.isEmpty || reviews(snapshot.actor, complaint.card, snapshot) else { throw MarketRefusal.unknownComplaint }
        // A copy: the agency's answer goes to the home, everything else is done there.
        let isHome = try snapshot.value("SELECT is_home FROM complaint WHERE id = ?", query.id, as: Bool.self) ?? false
        let acting = isHome ? sides : complaint.isPending == true ? [] : sides.intersection([.agency])
        complaint.actions = ComplaintLife.steps.filter { $0.from == complaint.card.state && acting.contains($0.side) }.map(\.action)
        return complaint
    }

    /// What waits: an answer for the agency, the closing for the staff, and what the agency left lying.
    func complaintTodos(_ actor: Actor, _ snapshot: Snapshot) throws -> [TodoItem] {
        func items(_ query: FindComplaints, _ step: String, where isWanted: (ComplaintCard) -> Bool = { _ in true }) throws -> [TodoItem] {
            try findComplaints(query, snapshot).items.filter(isWanted).map { card in
                TodoItem(title: "\(card.kind.title)投诉（\(card.number)）：\(card.agency.name)", path: "/complaints/\(card.id)", step: step, since: card.updatedAt, due: card.due)
            }
        }
        let decides = { (card: ComplaintCard) in Rights.isStaff(actor, in: card.region) }
        return try items(FindComplaints(box: .agency, state: .filed, limit: 500), "答复")
            + (actor.holds(.windowStaff, .cityStaff)
                ? items(FindComplaints(box: .staff, state: .answered, limit: 500), "办结", where: decides)
                    + items(FindComplaints(box: .staff, state: .filed, limit: 500), "催办：机构未答复") { decides($0) && ($0.due.map { $0 < snapshot.now } ?? false) } : [])
    }
}
