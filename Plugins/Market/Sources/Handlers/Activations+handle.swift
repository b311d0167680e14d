import Bus
import MarketContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// 信息化应用: what is ordered goes to the vendor as an event, what it reports delivers the order (D53).
extension Rulebook {
    /// Asks the vendor to activate what was ordered, at the site that keeps the service, once.
    func requestActivation(_ order: OrderRow, _ tx: Transaction) throws {
        let card = order.card
        guard let agency = card.agency, let service = card.service else { return }
        let found = try tx.first(
            "SELECT title, trial_days FROM service WHERE id = ? AND is_software = 1 AND is_local = 1", service
        ) {
            (title: try $0.get(0, as: String.self), trialDays: try $0.get(1, as: Int?.self))
        }
        guard let found,
            try tx.run(
                "INSERT INTO activation (order_, state, at) VALUES (?, 'requested', ?) ON CONFLICT DO NOTHING", card.id,
                tx.now) == 1
        else { return }
        try tx.announce(
            ActivationRequested(
                order: card.id, number: card.number, service: service, title: found.title, agency: agency.code,
                enterprise: card.enterprise, region: card.region,
                isTrial: order.isTrial, trialDays: order.isTrial ? found.trialDays : nil))
    }

    func reportActivation(_ command: ReportActivation, _ tx: Transaction) throws -> OrderReceipt {
        guard var order = try tx.orderRow(command.order), let agency = tx.actor.organisation,
            try sides(of: tx.actor, order.card, tx).contains(.chosen)
        else {
            throw MarketRefusal.unknownOrder
        }
        guard try tx.activation(of: command.order) != nil else { throw MarketRefusal.noSoftware }
        var input = InputRules()
        input.text("note", "开通说明", command.note, 2...1000)
        input.text("reference", "开通编号", command.reference, 1...80)
        if let day = command.validUntil, day < tx.now.day {
            input.add("validUntil", "有效期已过（\(day)）。请修改。", value: day.description)
        }
        try input.refuseIfFaulty()
        let activation = Activation(
            state: command.isActivated ? .activated : .failed, reference: command.reference,
            validUntil: command.validUntil, note: command.note, at: tx.now)
        if order.isHome {
            try take(activation, of: &order, tx)
        } else {
            guard Self.activates(order.card.state) else {
                throw MarketRefusal.illegal("报告开通", in: order.card.state.title, possible: [])
            }
            try tx.write(activation, of: command.order)
            try tx.announce(ActivationReported(order: command.order, activation: activation))
            let sent = try tx.send(
                ForwardOrderStep(
                    step: AdvanceOrder(order: command.order, action: .deliver, note: Self.proof(activation)),
                    agency: agency, activation: activation),
                to: .site(order.card.home), subject: "order/\(command.order)")
            if command.isActivated { try tx.expectAnswer(to: .deliver, sent.first?.id, of: command.order) }
        }
        return OrderReceipt(order: order.card.id, number: order.card.number, state: order.card.state)
    }

    /// The same report twice changes nothing more.
    func take(_ activation: Activation, of order: inout OrderRow, _ tx: Transaction) throws {
        guard Self.activates(order.card.state) else {
            throw MarketRefusal.illegal("报告开通", in: order.card.state.title, possible: [])
        }
        try tx.write(activation, of: order.card.id)
        try tx.announce(ActivationReported(order: order.card.id, activation: activation))
        guard activation.state == .activated else { return }
        if let step = OrderLife.step(from: order.card.state, by: .begin) { try move(&order, step, .chosen, tx) }
        guard let step = OrderLife.step(from: order.card.state, by: .deliver) else { return }
        order.proof = Self.proof(activation)
        order.deliveredAt = tx.now
        try move(&order, step, .chosen, tx)
    }

    private static func activates(_ state: OrderState) -> Bool {
        [.accepted, .scheduled, .delivering, .delivered, .confirmed, .rated].contains(state)
    }

    private static func proof(_ activation: Activation) -> String {
        [
            "\(activation.state.title)。", activation.reference.map { "开通编号 \($0)。" },
            activation.validUntil.map { "有效期至 \($0)。" }, activation.note,
        ]
        .compactMap { $0 }.joined()
    }
}

extension SQLReading {
    func activation(of order: MessageID) throws -> Activation? {
        try first("SELECT state, reference, valid_until, note, at FROM activation WHERE order_ = ?", order) { row in
            Activation(
                state: try row.coded(0), reference: try row.get(1), validUntil: try row.get(2), note: try row.get(3),
                at: try row.get(4))
        }
    }
}

extension Transaction {
    func write(_ activation: Activation, of order: MessageID) throws {
        try run(
            """
            INSERT INTO activation (order_, state, reference, valid_until, note, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT (order_) DO UPDATE SET state = ?2, reference = ?3, valid_until = ?4, note = ?5, at = ?6
            """, order, activation.state.rawValue, activation.reference, activation.validUntil, activation.note, now)
    }
}
