import Bus
import MarketContracts
import Messages
import PluginKit
import Store
import Vocabulary

extension Rulebook {
    var clock: OrderClock { OrderClock(days: settings.orderDays, calendar: calendar) }

    var watch: Watch { Watch(days: settings.remindDays, calendar: calendar) }

    /// Sets the deadline of the state that the order is in, and when somebody is told of it.
    func windUp(_ order: inout OrderRow, _ tx: Transaction) {
        order.card.due = clock.due(in: order.card.state, now: tx.now, appointment: order.appointment, promised: order.days)
        // Nobody is pressed for a rating.
        order.watchAt = order.card.state == .confirmed ? nil : watch.first(before: order.card.due, now: tx.now)
    }

    func advanceOrder(_ command: AdvanceOrder, _ tx: Transaction) throws -> OrderReceipt {
        guard var order = try tx.orderRow(command.order) else { throw MarketRefusal.unknownOrder }
        let sides = try self.sides(of: tx.actor, order.card, tx)
        guard !sides.isEmpty else { throw MarketRefusal.unknownOrder }
        try tx.follow("order/\(command.order)")
        guard order.isHome else { return try forwardStep(order, command, sides: sides, tx) }
        try advance(&order, command, sides: sides, by: tx.actor.organisation, tx)
        return OrderReceipt(order: order.card.id, number: order.card.number, state: order.card.state)
    }

    /// On which sides of the order somebody stands; empty: it is none of theirs.
    func sides(of actor: Actor, _ card: OrderCard, _ reading: some SQLReading) throws -> Set<OrderLife.Side> {
        var sides: Set<OrderLife.Side> = []
        if Rights.isEnterprise(actor, card.enterprise.code) { sides.insert(.enterprise) }
        if let code = actor.organisation, Rights.isAgency(actor, code), card.state != .proposed {
            let state: String? = try reading.value("SELECT state FROM asked_agency WHERE order_ = ? AND agency = ?", card.id, code)
            switch state.flatMap({ Quote.State(rawValue: $0) }) {
            case .asked?, .quoted?, .declined?: sides.insert(.asked)
            case .chosen?: sides.insert(.chosen)
            case .passedOver?, nil: break
            }
        }
        if actor.kind == .person, Rights.isStaff(actor, in: card.region) { sides.insert(.staff) }
        return sides
    }

    /// One step, whoever asked for it.
    func advance(_ order: inout OrderRow, _ command: AdvanceOrder, sides: Set<OrderLife.Side>, by agency: CreditCode?, _ tx: Transaction) throws {
        let state = order.card.state
        guard command.action != .rate else { throw MarketRefusal.useRating }
        guard let step = OrderLife.step(from: state, by: command.action) else {
            throw MarketRefusal.illegal(command.action.title, in: state.title, possible: OrderLife.steps.filter { $0.from == state && !$0.sides.isDisjoint(with: sides) }.map(\.action.title))
        }
        guard let side = step.sides.intersection(sides).min(by: { $0.rawValue < $1.rawValue }) else { throw MarketRefusal.otherSide(step) }
        try check(command, step, tx)
        switch step.action {
        case .quote:
            guard let agency else { throw MarketRefusal.noOrganisation }
            try tx.run(
                "UPDATE asked_agency SET state = 'quoted', amount = ?, days = ?, note = ?, at = ? WHERE order_ = ? AND agency = ?", command.amount,
                command.days, command.note, tx.now, order.card.id, agency)
        case .decline:
            guard let agency else { throw MarketRefusal.noOrganisation }
            try tx.run(
                "UPDATE asked_agency SET state = 'declined', amount = NULL, days = NULL, note = ?, at = ? WHERE order_ = ? AND agency = ?",
                command.note, tx.now, order.card.id, agency)
        case .accept:
            guard let chosen = command.agency else { break }
            if side == .enterprise, let quote = try tx.quotes(of: order.card.id).first(where: { $0.agency.code == chosen && $0.state == .quoted }),
                try waitsForApproval(order, quote.agency, quote.amount, tx)
            {
                return
            }
            try choose(chosen, &order, tx)
        case .schedule:
            order.appointment = command.appointment
            try unbookIfMoved(order, tx)
        case .deliver:
            order.proof = command.note
            order.deliveredAt = tx.now
            try tx.keep(command.documents, of: order.card.id, as: "proof")
        case .dispute, .uphold, .redo: order.reason = command.note
        case .cancel:
            order.reason = command.note
            try release(&order, tx)
            try returnVoucher(of: order, tx)
            try tx.run("DELETE FROM order_approval WHERE order_ = ?", order.card.id)
        case .endorse:
            let service = try order.card.service.flatMap { try tx.serviceCard($0) }
            if try directWaits(order, service, tx) { return }
        case .begin, .confirm, .lapse, .rate: break
        }
        try move(&order, step, side, tx)
        if step.to == .confirmed { try complete(order, tx) }
        if step.action == .endorse { try settle(&order, tx) }
        if step.action == .decline { try lapseIfAllDeclined(&order, tx) }
        if let agency, side == .asked || side == .chosen { try tx.noteActivity(of: agency) }
    }

    func check(_ command: AdvanceOrder, _ step: OrderLife.Step, _ tx: Transaction) throws {
        var input = InputRules()
        let action = step.action.title
        if step.needs.contains(.note), command.note == nil { input.add("note", "“\(action)”须写明说明。请补充。") }
        input.text("note", "说明", command.note, 2...2000)
        if step.needs.contains(.amount) {
            if let amount = command.amount { if amount < .zero { input.add("amount", "报价不能是负数；不收费的填 0。请修改。") } } else { input.add("amount", "请填写报价；不收费的填 0。") }
        }
        input.number("days", "工作日", command.days, 1...730)
        if step.needs.contains(.agency), command.agency == nil { input.add("agency", "请选择一家已报价的机构。") }
        if step.needs.contains(.appointment) {
            guard let time = command.appointment else { return try refuse("appointment", "请填写约定时间。", &input) }
            if time < tx.now { input.add("appointment", "约定时间已过。请填写将来的时间。") }
        }
        input.documents("documents", command.documents, largest: settings.largestAttachment, kept: tx.attachmentSize)
        try input.refuseIfFaulty()
    }

    private func refuse(_ field: String, _ message: String, _ input: inout InputRules) throws {
        input.add(field, message)
        try input.refuseIfFaulty()
    }

    /// Takes one quote, passes the others over.
    func choose(_ agency: CreditCode, _ order: inout OrderRow, _ tx: Transaction) throws {
        let quote = try tx.quotes(of: order.card.id).first { $0.agency.code == agency && $0.state == .quoted }
        guard let quote else {
            throw MarketRefusal.invalid([.init(field: "agency", value: agency.description, message: "该机构没有报价或已不参与。请选择已报价的机构。")])
        }
        try tx.run(
            "UPDATE asked_agency SET state = CASE WHEN agency = ? THEN 'chosen' ELSE 'passedOver' END WHERE order_ = ?", agency, order.card.id)
        order.card.agency = quote.agency
        order.card.amount = quote.amount
        order.days = quote.days
        if let service = order.card.service { try tx.countOrder(of: service, on: tx.now.day) }
    }

    /// Writes the new state with its deadline, the step and its event.
    func move(_ order: inout OrderRow, _ step: OrderLife.Step?, _ side: OrderLife.Side, _ tx: Transaction) throws {
        let wasLate = order.card.due.map { $0 < tx.now } ?? false
        let before = order.card.state
        try self.step(&order, step, tx)
        try step?.action == .accept ? tx.write(order) : tx.writeStep(order)
        try note(order, action: step?.action, from: before, wasLate: wasLate, side: side, tx)
        if order.card.state == .accepted { try requestActivation(order, tx) }
    }

    /// The order after a step, nothing of it written.
    func step(_ order: inout OrderRow, _ step: OrderLife.Step?, _ tx: Transaction) throws {
        guard let step else { throw MarketRefusal.unknownOrder }
        let before = order.card.state
        order.card.state = step.to
        order.card.updatedAt = tx.now
        order.revision += 1
        // A second quote or a refusal to quote leaves the clock as it runs.
        if before != step.to || step.action == .schedule { windUp(&order, tx) }
    }

    func note(_ order: OrderRow, action: OrderAction?, from: OrderState?, wasLate: Bool, side: OrderLife.Side, _ tx: Transaction) throws {
        try tx.run(
            "INSERT INTO order_step (order_, number, action, side, actor, at) VALUES (?, ?, ?, ?, ?, ?)", order.card.id, order.revision,
            action?.rawValue ?? "place", side.rawValue, tx.actor.id, tx.now)
        try announce(order, action: action, from: from, wasLate: wasLate, tx)
        try mirror(order, tx)
    }

    func announce(_ order: OrderRow, action: OrderAction?, from: OrderState?, wasLate: Bool, _ tx: Transaction) throws {
        let card = order.card
        try tx.announce(
            OrderAdvanced(
                order: card.id, number: card.number, title: card.title, category: card.category, service: card.service, enterprise: card.enterprise,
                region: card.region, agency: card.agency, channel: card.channel, isOnBehalf: card.isOnBehalf, isBackfilled: card.isBackfilled,
                happenedOn: card.happenedOn, action: action, from: from, to: card.state, due: card.due, amount: card.amount, revision: order.revision,
                wasLate: wasLate))
    }

    /// Gives back the place and the seat that an order holds at this site.
    func release(_ order: inout OrderRow, _ tx: Transaction) throws {
        try unbook(order.card.id, tx)
        guard order.holdsPlace, let service = order.card.service, let detail = try tx.serviceDetail(service) else { return }
        order.holdsPlace = false
        _ = try tx.take(-1, of: service)
        try tell(ofPlacesAt: detail, tx)
    }

    private func lapseIfAllDeclined(_ order: inout OrderRow, _ tx: Transaction) throws {
        guard order.card.state == .requested, try tx.quotes(of: order.card.id).allSatisfy({ $0.state == .declined }) else { return }
        try move(&order, OrderLife.step(from: .requested, by: .lapse), .system, tx)
    }

    /// Counts a confirmed order and looks whether it may be made up.
    func complete(_ order: OrderRow, _ tx: Transaction) throws {
        let card = order.card
        guard let agency = card.agency?.code else { return }
        try tx.run("UPDATE order_ SET confirmed_at = ? WHERE id = ?", tx.now, card.id)
        try tx.countCompleted(agency, card.service)
        try tx.count(card.region.city, completed: 1)
        try tx.announce(ServiceCompleted(agency: agency, service: card.service, category: card.category, day: card.happenedOn ?? tx.now.day))
        let half = tx.now.advanced(by: .seconds(-180 * 86_400)), day = tx.now.advanced(by: .seconds(-86_400))
        let facts = try tx.first(
            """
            SELECT
              EXISTS (SELECT 1 FROM order_step a JOIN order_step b ON b.order_ = a.order_ AND b.actor = a.actor
                WHERE a.order_ = ?1 AND a.side = 'enterprise' AND b.side IN ('asked', 'chosen')),
              EXISTS (SELECT 1 FROM order_ o JOIN agency a ON a.code = o.agency WHERE o.id = ?1 AND a.phone_key = o.phone_key),
              (SELECT address FROM agency WHERE code = ?2),
              (SELECT count(*) FROM order_ WHERE enterprise = ?2 AND agency = ?3 AND confirmed_at > ?4),
              (SELECT count(*) FROM order_ WHERE enterprise = ?3 AND agency = ?2 AND confirmed_at > ?5)
            """, card.id, agency, card.enterprise.code, half, day
        ) { row in
            let address: String? = try row.get(2)
            return IntegrityRules.Facts(
                sharesPerson: try row.get(0), sharesTelephone: try row.get(1),
                sharesAddress: order.address.map { IntegrityRules.isSame($0, address ?? "") } ?? false, reverse: try row.get(3), sameDay: try row.get(4),
                milliseconds: (order.deliveredAt?.milliseconds ?? .max) - card.createdAt.milliseconds, isBackfilled: card.isBackfilled)
        }
        guard let facts else { return }
        for (signal, detail) in IntegrityRules.signals(facts) {
            let isNew = try tx.run(
                "INSERT INTO signal (order_, signal, detail, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", card.id, signal.rawValue, detail, tx.now) == 1
            guard isNew else { continue }
            try tx.announce(
                IntegritySignalRaised(order: card.id, signal: signal, agency: agency, enterprise: card.enterprise.code, detail: detail))
        }
    }

    /// Reminds of deadlines that are near, ends requests that nobody quoted, tells once of each deadline that passed.
    func watchOrders(_ tx: Transaction) throws {
        let found = try tx.rows("SELECT id FROM order_ WHERE watch_at <= ? ORDER BY watch_at LIMIT 500", tx.now) { try $0.get(0, as: MessageID.self) }
        for id in found {
            guard var order = try tx.orderRow(id), let due = order.card.due else {
                try tx.run("UPDATE order_ SET watch_at = NULL WHERE id = ?", id)
                continue
            }
            try tx.follow("order/\(id)")
            let (state, region) = (order.card.state, order.card.region)
            guard due < tx.now else {
                // Of a copy, its home tells that it is late.
                try tx.run("UPDATE order_ SET watch_at = ? WHERE id = ?", order.isHome ? Watch.passed(due) : nil, id)
                try tx.announce(OrderDueSoon(order: id, state: state, due: due, region: region))
                continue
            }
            try tx.run("UPDATE order_ SET watch_at = NULL WHERE id = ?", id)
            guard order.isHome else { continue }
            order.watchAt = nil
            if state == .requested {
                try move(&order, OrderLife.step(from: .requested, by: .lapse), .system, tx)
            } else {
                try tx.announce(OrderOverdue(order: id, state: state, due: due, region: region))
            }
        }
    }
}
