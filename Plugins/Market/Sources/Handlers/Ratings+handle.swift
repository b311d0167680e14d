import Bus
import MarketContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// Records made afterwards, ratings and their replies.
extension Rulebook {
    func recordService(_ command: RecordService, _ tx: Transaction) throws -> OrderReceipt {
        var input = InputRules()
        input.text("enterprise", "企业名称", command.enterprise.name, 2...80)
        input.text("title", "订单名称", command.title, 4...60)
        input.text("description", "服务说明", command.description, 2...2000)
        input.text("proof", "交付情况", command.proof, 2...2000)
        input.categories("category", [command.category], known: categories)
        if command.happenedOn > tx.now.day { input.add("happenedOn", "实际日期不能晚于今天（\(tx.now.day)）。请修改。", value: command.happenedOn.description) }
        if let amount = command.amount, amount < .zero { input.add("amount", "金额不能是负数。请修改。") }
        if command.agency == command.enterprise.code { input.add("agency", "服务方和被服务方不能是同一单位。请核对。") }
        input.documents("documents", command.documents, largest: settings.largestAttachment, kept: tx.attachmentSize)
        try input.refuseIfFaulty()
        guard let agency = try tx.agencyCard(command.agency), agency.state == .approved || agency.state == .suspended else {
            throw MarketRefusal.unknown(agency: command.agency)
        }
        let isStaff = Rights.isStaff(tx.actor, in: command.region)
        guard isStaff || Rights.isAgency(tx.actor, command.agency) else { throw MarketRefusal.region(command.region) }
        var order = OrderRow(
            card: OrderCard(
                id: tx.newID(), number: try tx.nextNumber(), home: tx.site, title: command.title, category: command.category, service: nil,
                enterprise: command.enterprise, region: command.region, agency: Party(code: agency.code, name: agency.name), state: .delivered,
                due: nil, amount: command.amount, channel: command.channel, isOnBehalf: isStaff, isBackfilled: true, happenedOn: command.happenedOn,
                createdAt: tx.now, updatedAt: tx.now),
            isHome: true, isDirect: false, description: command.description, budget: nil, wantedBy: nil, days: nil, appointment: nil,
            proof: command.proof, reason: nil, revision: 1, deliveredAt: command.happenedOn.start, holdsPlace: false)
        windUp(&order, tx)
        try tx.write(order)
        try tx.run(
            "INSERT INTO asked_agency (order_, agency, name, site, state, amount, at) VALUES (?, ?, ?, ?, 'chosen', ?, ?)", order.card.id, agency.code,
            agency.name, agency.site, command.amount, tx.now)
        try tx.keep(command.documents, of: order.card.id, as: "proof")
        try note(order, action: nil, from: nil, wasLate: false, side: isStaff ? .staff : .chosen, tx)
        return OrderReceipt(order: order.card.id, number: order.card.number, state: .delivered)
    }

    func rateOrder(_ command: RateOrder, _ tx: Transaction) throws -> OrderReceipt {
        guard var order = try tx.orderRow(command.order), order.isHome else { throw MarketRefusal.unknownOrder }
        let sides = try self.sides(of: tx.actor, order.card, tx)
        guard !sides.isEmpty else { throw MarketRefusal.unknownOrder }
        try tx.follow("order/\(command.order)")
        guard let step = OrderLife.step(from: order.card.state, by: .rate) else {
            throw MarketRefusal.illegal("评价", in: order.card.state.title, possible: [])
        }
        guard let side: OrderLife.Side = sides.contains(.enterprise) ? .enterprise : sides.contains(.staff) ? .staff : nil else {
            throw MarketRefusal.ratedByServed
        }
        try check(command, tx)
        let before = try tx.rating(of: command.order, window: settings.ratingDays)
        let isStaff = side == .staff
        if let before {
            // What the enterprise said itself is not changed by staff; what staff entered, the enterprise may replace.
            guard !isStaff || before.isStaffEntered else { throw MarketRefusal.ratedByServed }
            guard tx.now <= before.editableUntil || (before.isStaffEntered && !isStaff) else { throw MarketRefusal.ratingClosed(before.editableUntil) }
        }
        guard let agency = order.card.agency?.code else { throw MarketRefusal.unknownOrder }
        try tx.run(
            """
            INSERT INTO rating (order_, score, comment, is_staff_entered, actor, rated_at, edited_at, financing, saving, jobs)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8, ?9)
            ON CONFLICT (order_) DO UPDATE SET score = ?2, comment = ?3, is_staff_entered = ?4, actor = ?5, edited_at = ?6, financing = ?7, saving = ?8,
              jobs = ?9, rated_at = CASE WHEN is_staff_entered = ?4 THEN rated_at ELSE ?6 END
            """, command.order, command.score, command.comment, isStaff, tx.actor.id, tx.now, command.effects.financing, command.effects.saving,
            command.effects.jobs)
        try tx.keep(command.evidence, of: command.order, as: "evidence")
        let replaces = before.map { $0.isStaffEntered && !isStaff } ?? false
        let rated = ServiceRated(
            agency: agency, service: order.card.service, city: order.card.region.city, score: command.score,
            previous: replaces ? nil : before?.score, isStaffEntered: isStaff, effects: command.effects.minus(before?.effects),
            replacesStaff: replaces ? true : nil)
        try tx.count(rated)
        try tx.countCity(rated)
        try tx.announce(rated)
        try move(&order, step, side, tx)
        return OrderReceipt(order: order.card.id, number: order.card.number, state: order.card.state)
    }

    private func check(_ command: RateOrder, _ tx: Transaction) throws {
        var input = InputRules()
        input.number("score", "评价", command.score, 1...5)
        input.text("comment", "评价内容", command.comment, 1...1000)
        if command.score < 3, command.comment == nil { input.add("comment", "不满意的请说明原因，以便机构改进。") }
        let effects = command.effects
        for (field, amount) in [("financing", effects.financing), ("saving", effects.saving)] {
            if let amount, amount < .zero { input.add(field, "金额不能是负数。请修改。", value: amount.description) }
        }
        input.number("jobs", "新增就业", effects.jobs, 0...1_000_000)
        if !effects.isEmpty, command.evidence.isEmpty { input.add("evidence", "填写成效须附证明材料（合同、回单、社保记录等）。请上传。") }
        input.documents("evidence", command.evidence, largest: settings.largestAttachment, kept: tx.attachmentSize)
        try input.refuseIfFaulty()
    }

    func replyToRating(_ command: ReplyToRating, _ tx: Transaction) throws -> OrderReceipt {
        guard let order = try tx.orderRow(command.order), let agency = order.card.agency?.code, Rights.isAgency(tx.actor, agency) else {
            throw MarketRefusal.unknownOrder
        }
        var input = InputRules()
        input.text("text", "回复", command.text, 2...1000)
        try input.refuseIfFaulty()
        let changed = try tx.run(
            "UPDATE rating SET reply = ?, replied_at = ? WHERE order_ = ? AND reply IS NULL", command.text, tx.now, command.order)
        guard changed == 1 else { throw MarketRefusal.illegal("回复评价", in: order.card.state.title, possible: []) }
        if !order.isHome {
            try tx.follow("order/\(command.order)")
            _ = try tx.send(
                ForwardOrderStep(step: AdvanceOrder(order: command.order, action: .rate), agency: agency, reply: command.text),
                to: .site(order.card.home), subject: "order/\(command.order)")
        }
        return OrderReceipt(order: order.card.id, number: order.card.number, state: order.card.state)
    }
}

extension Effects {
    /// What changed against what stood there before.
    func minus(_ other: Effects?) -> Effects {
        Effects(
            financing: Fen.some((financing?.fen ?? 0) - (other?.financing?.fen ?? 0)), saving: Fen.some((saving?.fen ?? 0) - (other?.saving?.fen ?? 0)),
            jobs: ((jobs ?? 0) - (other?.jobs ?? 0)).nonZero)
    }
}

extension RegionCode {
    /// The city a county lies in; itself for a city or a province.
    var city: RegionCode { number % 100 == 0 ? self : RegionCode("\(number / 100)00") ?? self }
}
