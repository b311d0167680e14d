import Bus
import MarketContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// What other sites tell: their agencies and services, figures, orders on their way between home and agency.
extension Rulebook {
    // MARK: - Catalogue

    /// Another site's agency; a record of the own site is never overwritten, an older revision changes nothing.
    func hearAgency(_ event: AgencyChanged, _ tx: Transaction) throws {
        let origin = tx.envelope.site
        let stored = try tx.first("SELECT site, is_local, revision FROM agency WHERE code = ?", event.agency) {
            (site: try $0.get(0, as: String.self), isLocal: try $0.get(1, as: Bool.self), revision: try $0.get(2, as: Int.self))
        }
        // The first site that admitted a credit code keeps it (D11: counted once).
        if let stored, stored.isLocal || stored.site != origin || stored.revision >= event.revision { return }
        try tx.write(event, site: origin, isLocal: false, categories: event.categories.map(title(ofCategory:)))
    }

    func hearService(_ event: ServiceChanged, _ tx: Transaction) throws {
        let origin = tx.envelope.site
        let stored = try tx.first("SELECT site, is_local, revision FROM service WHERE id = ?", event.service) {
            (site: try $0.get(0, as: String.self), isLocal: try $0.get(1, as: Bool.self), revision: try $0.get(2, as: Int.self))
        }
        if let stored, stored.isLocal || stored.site != origin || stored.revision >= event.revision { return }
        try tx.write(event, site: origin, isLocal: false, category: title(ofCategory: event.category))
        try tx.noteActivity(of: event.agency)
    }

    func hearCompleted(_ event: ServiceCompleted, _ tx: Transaction) throws { try tx.countCompleted(event.agency, event.service) }

    func hearRated(_ event: ServiceRated, _ tx: Transaction) throws {
        try tx.count(event)
        if tx.sites.isAbove(tx.site, tx.envelope.site) { try tx.countCity(event) }
    }

    // MARK: - Orders seen from above

    /// An order of a site below, for the staff here; what an agency's copy knows more of stays.
    func hearOrder(_ event: OrderAdvanced, _ tx: Transaction) throws {
        // Hot is what is ordered anywhere below; each event comes once, also where a copy of the order came before it.
        if event.to == .confirmed, event.from != .confirmed { try tx.count(event.region.city, completed: 1) }
        if event.action == .accept, let service = event.service { try tx.countOrder(of: service, on: tx.envelope.time.day) }
        let stored = try tx.orderRow(event.order)
        if let stored, stored.isHome || stored.revision >= event.revision { return }
        var order = stored ?? OrderRow(
            card: OrderCard(
                id: event.order, number: event.number, home: tx.envelope.site, title: event.title, category: event.category, service: event.service,
                enterprise: event.enterprise, region: event.region, agency: nil, state: event.to, due: nil, amount: nil, channel: event.channel,
                isOnBehalf: event.isOnBehalf, isBackfilled: event.isBackfilled, happenedOn: event.happenedOn, createdAt: tx.envelope.time,
                updatedAt: tx.envelope.time),
            isHome: false, isDirect: false, description: "", budget: nil, wantedBy: nil, days: nil, appointment: nil, proof: nil, reason: nil,
            revision: event.revision, deliveredAt: nil, holdsPlace: false)
        order.card.agency = event.agency
        order.card.state = event.to
        order.card.due = event.due
        order.card.amount = event.amount
        order.card.updatedAt = tx.envelope.time
        order.revision = event.revision
        try tx.write(order)
    }

    // MARK: - Orders between home and agency

    /// Tells every asked agency's site how the order stands.
    func mirror(_ order: OrderRow, _ tx: Transaction) throws {
        guard order.isHome, order.card.state != .proposed else { return }
        let asked = try tx.rows("SELECT agency, name, site, state, amount, note, days FROM asked_agency WHERE order_ = ? AND site <> ?", order.card.id, tx.site) { row in
            (
                agency: Party(code: try row.get(0), name: try row.get(1)), site: try row.get(2, as: String.self),
                state: try row.coded(3, as: Quote.State.self), amount: try row.get(4, as: Fen?.self), note: try row.get(5, as: String?.self),
                days: try row.get(6, as: Int?.self)
            )
        }
        for one in asked where tx.sites[one.site] != nil {
            var rating = try tx.rating(of: order.card.id, window: settings.ratingDays)
            // Files stay where they were handed in.
            rating?.evidence = []
            _ = try tx.send(
                ReceiveOrder(
                    order: OrderCopy(
                        card: order.card, description: order.description, budget: order.budget, wantedBy: order.wantedBy, days: order.days,
                        appointment: order.appointment, proof: order.proof, reason: order.reason, isDirect: order.isDirect,
                        rating: one.state == .chosen ? rating : nil, agency: one.agency, asked: one.state, amount: one.amount, note: one.note,
                        quotedDays: one.days, revision: order.revision, slot: order.slot, isTrial: order.isTrial ? true : nil,
                        voucher: one.state == .chosen ? try tx.voucherUse(of: order.card.id) : nil, refunds: one.state == .chosen ? try tx.refunds(of: order.card.id) : nil,
                        address: order.address)),
                to: .site(one.site), subject: "order/\(order.card.id)")
        }
    }

    /// Tells them of a change that is no step of the order.
    func retell(_ order: OrderRow, _ tx: Transaction) throws {
        var order = order
        order.revision += 1
        try tx.write(order)
        try mirror(order, tx)
    }

    func receiveOrder(_ command: ReceiveOrder, _ tx: Transaction) throws -> Done {
        let copy = command.order
        // Only its home speaks for an order, and only of agencies that are kept here.
        guard tx.isFromOutside, copy.card.home == tx.envelope.site, let agency = try tx.agencyCard(copy.agency.code), agency.site == tx.site else {
            throw MarketRefusal.unknownOrder
        }
        let stored = try tx.orderRow(copy.card.id)
        // An upper site hears of the order's course besides, perhaps sooner: what counts here is how far this agency was told.
        let told: Int? = try tx.value("SELECT told_revision FROM asked_agency WHERE order_ = ? AND agency = ?", copy.card.id, copy.agency.code)
        if stored?.isHome ?? false || told ?? 0 >= copy.revision { return Done() }
        var order = OrderRow(
            card: copy.card, isHome: false, isDirect: copy.isDirect, description: copy.description, budget: copy.budget, wantedBy: copy.wantedBy,
            days: copy.days, appointment: copy.appointment, proof: copy.proof, reason: copy.reason, revision: copy.revision, deliveredAt: nil,
            holdsPlace: stored?.holdsPlace ?? false, slot: copy.slot, isTrial: copy.isTrial ?? false,
            address: copy.address)
        // The agency's own steps are reminded of where the agency is; that one is late, the home tells.
        if copy.asked == .passedOver {
            // Another agency of this site may be at work.
            let others: Int? = try tx.value(
                "SELECT 1 FROM asked_agency WHERE order_ = ? AND agency <> ? AND state <> 'passedOver' LIMIT 1", copy.card.id, copy.agency.code)
            order.watchAt = others == nil ? nil : stored?.watchAt
        } else {
            let isWanted = OrderLife.waits(in: copy.card.state) == (copy.asked == .chosen ? .chosen : .asked)
            let moment = isWanted ? watch.first(before: copy.card.due, now: tx.now) : nil
            order.watchAt = moment.flatMap { one in copy.card.due.map { one < $0 } == true ? one : nil }
        }
        if copy.card.state == .cancelled || copy.asked == .passedOver { try release(&order, tx) }
        if copy.card.state == .scheduled { try unbookIfMoved(order, tx) }
        try tx.write(order)
        try tx.complete(order, isAnswer: stored.map { $0.card.state != copy.card.state } ?? true)
        try tx.run(
            """
            INSERT INTO asked_agency (order_, agency, name, site, state, amount, days, note, at, told_revision) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
            ON CONFLICT (order_, agency) DO UPDATE SET state = ?5, amount = ?6, days = ?7, note = ?8, at = ?9, told_revision = ?10
            """, copy.card.id, copy.agency.code, copy.agency.name, tx.site, copy.asked.rawValue, copy.amount, copy.quotedDays, copy.note, tx.now, copy.revision)
        if let rating = copy.rating { try keep(rating, of: copy.card.id, tx) }
        if copy.asked == .chosen { try tx.replace(copy.refunds ?? [], of: copy.card.id) }
        if let voucher = copy.voucher { try keep(voucher, copy, tx) }
        if copy.asked == .chosen, !copy.card.state.isClosed { try requestActivation(order, tx) }
        if told == nil || stored?.card.state != copy.card.state { try tx.announce(OrderReceived(order: copy.card.id, state: copy.card.state, home: copy.card.home)) }
        if told == nil, !order.holdsPlace { try answerDirect(&order, copy, tx) }
        return Done()
    }

    private func keep(_ rating: Rating, of order: MessageID, _ tx: Transaction) throws {
        try tx.run(
            """
            INSERT INTO rating (order_, score, comment, is_staff_entered, actor, rated_at, edited_at, financing, saving, jobs, reply, replied_at)
            VALUES (?1, ?2, ?3, ?4, '-', ?5, ?6, ?7, ?8, ?9, ?10, ?11)
            ON CONFLICT (order_) DO UPDATE SET score = ?2, comment = ?3, is_staff_entered = ?4, edited_at = ?6, financing = ?7, saving = ?8, jobs = ?9,
              reply = coalesce(?10, reply), replied_at = coalesce(?11, replied_at)
            """, order, rating.score, rating.comment, rating.isStaffEntered, rating.ratedAt, tx.now, rating.effects.financing, rating.effects.saving,
            rating.effects.jobs, rating.reply, rating.repliedAt)
    }

    /// What the agency may know of the enterprise's voucher.
    private func keep(_ voucher: VoucherUse, _ copy: OrderCopy, _ tx: Transaction) throws {
        try tx.run(
            """
            INSERT INTO voucher_use (order_, batch, number, home, enterprise, enterprise_name, agency, agency_name, title, discount, state, at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ON CONFLICT (order_, batch) DO UPDATE SET state = ?11, at = ?12
            """, copy.card.id, voucher.batch, copy.card.number, copy.card.home, copy.card.enterprise.code, copy.card.enterprise.name, copy.agency.code,
            copy.agency.name, voucher.title, max(voucher.discount, Fen(1)), voucher.state.rawValue, tx.now)
    }

    /// An order at the listed price that is heard of first: the site that keeps the service holds a place and quotes its price, or declines for
    /// want of places.
    private func answerDirect(_ order: inout OrderRow, _ copy: OrderCopy, _ tx: Transaction) throws {
        guard copy.isDirect, copy.asked == .asked, copy.card.state == .requested, let service = copy.card.service else { return }
        let detail = try tx.serviceDetail(service)
        let isListed = detail.map { $0.card.state == .listed && $0.card.site == tx.site } ?? false
        var step = AdvanceOrder(order: copy.card.id, action: .decline, note: isListed ? "名额已满。" : "该服务已下架。")
        let start = try isListed ? copy.slot.flatMap { try book($0, for: copy.card.id, of: service, tx) } : nil
        if isListed, copy.slot != nil, start == nil {
            step.note = "该时段已约满或已开始。"
        } else if isListed, let detail, try tx.take(1, of: service) {
            order.holdsPlace = true
            try tx.write(order)
            try tell(ofPlacesAt: detail, tx)
            let amount = order.isTrial ? .zero : detail.card.price.amount ?? .zero
            step = AdvanceOrder(order: copy.card.id, action: .quote, amount: amount, days: detail.card.days, appointment: start)
        } else {
            try unbook(copy.card.id, tx)
        }
        try forward(step, of: copy.agency.code, home: copy.card.home, tx)
    }

    /// Sends an agency's step to the home of the order.
    func forward(_ step: AdvanceOrder, of agency: CreditCode, home: String, _ tx: Transaction) throws {
        var step = step
        step.documents = []
        let sent = try tx.send(ForwardOrderStep(step: step, agency: agency), to: .site(home), subject: "order/\(step.order)")
        try tx.expectAnswer(to: step.action, sent.first?.id, of: step.order)
    }

    /// An agency's step at its own site: looked at here, decided at the home.
    func forwardStep(_ order: OrderRow, _ command: AdvanceOrder, sides: Set<OrderLife.Side>, _ tx: Transaction) throws -> OrderReceipt {
        guard let agency = tx.actor.organisation, !sides.isDisjoint(with: [.asked, .chosen]) else { throw MarketRefusal.decidedElsewhere(order.card.home) }
        let state = order.card.state
        guard let step = OrderLife.step(from: state, by: command.action) else {
            throw MarketRefusal.illegal(command.action.title, in: state.title, possible: OrderLife.steps.filter { $0.from == state && !$0.sides.isDisjoint(with: sides) }.map(\.action.title))
        }
        guard !step.sides.isDisjoint(with: sides) else { throw MarketRefusal.otherSide(step) }
        try check(command, step, tx)
        if step.action == .deliver { try tx.keep(command.documents, of: order.card.id, as: "proof") }
        try forward(command, of: agency, home: order.card.home, tx)
        return OrderReceipt(order: order.card.id, number: order.card.number, state: state)
    }

    func takeForwarded(_ command: ForwardOrderStep, _ tx: Transaction) throws -> OrderReceipt {
        guard tx.isFromOutside, var order = try tx.orderRow(command.step.order), order.isHome else { throw MarketRefusal.unknownOrder }
        let asked = try tx.first("SELECT site, state FROM asked_agency WHERE order_ = ? AND agency = ?", command.step.order, command.agency) {
            (site: try $0.get(0, as: String.self), state: try $0.coded(1, as: Quote.State.self))
        }
        // A site speaks only for the agencies that it keeps.
        guard let asked, asked.site == tx.envelope.site else { throw MarketRefusal.unknownOrder }
        try tx.follow("order/\(command.step.order)")
        if let reply = command.reply {
            try tx.run(
                "UPDATE rating SET reply = ?, replied_at = ? WHERE order_ = ? AND reply IS NULL", String(reply.prefix(1000)), tx.now, command.step.order)
            return OrderReceipt(order: order.card.id, number: order.card.number, state: order.card.state)
        }
        if let refund = command.refund {
            // The rights were looked at for the order of the step only.
            guard asked.state == .chosen, refund.order == command.step.order else { throw MarketRefusal.unknownOrder }
            try keep(refund, of: &order, isStaffEntered: false, tx)
            return OrderReceipt(order: order.card.id, number: order.card.number, state: order.card.state)
        }
        if let activation = command.activation {
            guard asked.state == .chosen else { throw MarketRefusal.unknownOrder }
            try take(activation, of: &order, tx)
            return OrderReceipt(order: order.card.id, number: order.card.number, state: order.card.state)
        }
        let sides: Set<OrderLife.Side>
        switch asked.state {
        case .asked, .quoted, .declined: sides = [.asked]
        case .chosen: sides = [.chosen]
        case .passedOver: throw MarketRefusal.unknownOrder
        }
        var step = command.step
        step.documents = []
        try advance(&order, step, sides: sides, by: command.agency, tx)
        if order.isDirect, order.card.state == .quoted {
            try choose(command.agency, &order, tx)
            try move(&order, OrderLife.step(from: .quoted, by: .accept), .system, tx)
            if order.slot != nil, let start = step.appointment { try appoint(&order, at: start, tx) }
        }
        return OrderReceipt(order: order.card.id, number: order.card.number, state: order.card.state)
    }

    /// What became of a step at the home; refused, the person sees why.
    func hearReceipt(_ receipt: Receipt, _ tx: Transaction) throws {
        let state = receipt.sent.state
        guard state == .refused || state == .done, let order = receipt.sent.subject.split(separator: "/").last.flatMap({ MessageID(String($0)) }) else { return }
        try tx.answered(receipt.sent.id, of: order)
        guard state == .refused else { return }
        try tx.run("UPDATE order_ SET refusal = ? WHERE id = ? AND is_home = 0", receipt.sent.message ?? "对方站点未受理。", order)
        guard var row = try tx.orderRow(order), row.card.state == .requested else { return }
        try release(&row, tx)
        try tx.write(row)
    }
}
