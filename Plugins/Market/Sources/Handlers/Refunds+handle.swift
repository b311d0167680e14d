import Bus
import MarketContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// What was paid back, as the parties record it; the platform never holds money.
extension Rulebook {
    func recordRefund(_ command: RecordRefund, _ tx: Transaction) throws -> OrderReceipt {
        guard var order = try tx.orderRow(command.order) else { throw MarketRefusal.unknownOrder }
        let sides = try sides(of: tx.actor, order.card, tx)
        guard !sides.isEmpty else { throw MarketRefusal.unknownOrder }
        let isAgencys = sides.contains(.chosen)
        guard isAgencys || (order.isHome && sides.contains(.staff)) else { throw MarketRefusal.refundIsAgencys }
        try tx.follow("order/\(command.order)")
        if order.isHome {
            try keep(command, of: &order, isStaffEntered: !isAgencys, tx)
        } else if let agency = tx.actor.organisation {
            try check(command, order, tx)
            // What is on its way is not among the refunds yet: sent twice, it would count twice.
            let isUnderWay = try tx.store.sent(subject: "order/\(command.order)").contains {
                $0.type == ForwardOrderStep.name && ($0.state == .waiting || $0.state == .held)
            }
            if isUnderWay {
                throw MarketRefusal.invalid([
                    .init(field: "amount", value: command.amount.description, message: "上一次办理还没有送达对方站点，请稍后刷新再登记。")
                ])
            }
            _ = try tx.send(
                ForwardOrderStep(step: AdvanceOrder(order: command.order, action: .rate), agency: agency, refund: command), to: .site(order.card.home),
                subject: "order/\(command.order)")
        }
        return OrderReceipt(order: order.card.id, number: order.card.number, state: order.card.state)
    }

    func keep(_ command: RecordRefund, of order: inout OrderRow, isStaffEntered: Bool, _ tx: Transaction) throws {
        try check(command, order, tx)
        let number = (try tx.value("SELECT max(number) FROM refund WHERE order_ = ?", command.order) ?? 0) + 1
        let refund = Refund(
            number: number, amount: command.amount, reason: command.reason, refundedOn: command.refundedOn, isStaffEntered: isStaffEntered, recordedAt: tx.now)
        try tx.write(refund, of: command.order)
        try tell(of: refund, &order, tx)
    }

    /// Whether anything can have been paid back, and no more than was paid.
    private func check(_ command: RecordRefund, _ order: OrderRow, _ tx: Transaction) throws {
        guard Self.isRefundable(order.card), let cost = order.card.amount else { throw MarketRefusal.noRefund(order.card.state) }
        let left = cost.fen - (try tx.value("SELECT sum(amount) FROM refund WHERE order_ = ?", command.order) ?? 0)
        var input = InputRules()
        if command.amount <= .zero {
            input.add("amount", "退款金额须大于 0。请修改。", value: command.amount.description)
        } else if command.amount.fen > left {
            input.add("amount", "订单金额 \(cost) 元，还可登记退款 \(Fen(left)) 元。请核对。", value: command.amount.description)
        }
        input.text("reason", "退款原因", command.reason, 2...500)
        if command.refundedOn > tx.now.day || command.refundedOn < order.card.createdAt.day {
            input.add("refundedOn", "退款日期应在下单日（\(order.card.createdAt.day)）至今天之间。请修改。", value: command.refundedOn.description)
        }
        try input.refuseIfFaulty()
    }

    /// An agency was bound and something was to be paid.
    static func isRefundable(_ card: OrderCard) -> Bool {
        guard card.agency != nil, let amount = card.amount, amount > .zero else { return false }
        return ![.proposed, .requested, .quoted, .lapsed].contains(card.state)
    }

    func confirmRefund(_ command: ConfirmRefund, _ tx: Transaction) throws -> OrderReceipt {
        guard var order = try tx.orderRow(command.order), order.isHome, try sides(of: tx.actor, order.card, tx).contains(.enterprise) else {
            throw MarketRefusal.unknownOrder
        }
        guard var refund = try tx.refunds(of: command.order).first(where: { $0.number == command.number }) else {
            throw MarketRefusal.invalid([.init(field: "number", value: "\(command.number)", message: "该订单没有第 \(command.number) 笔退款。请刷新页面核对。")])
        }
        try tx.follow("order/\(command.order)")
        if refund.confirmedAt == nil {
            refund.confirmedAt = tx.now
            try tx.write(refund, of: command.order)
            try tell(of: refund, &order, tx)
        }
        return OrderReceipt(order: order.card.id, number: order.card.number, state: order.card.state)
    }

    private func tell(of refund: Refund, _ order: inout OrderRow, _ tx: Transaction) throws {
        guard let agency = order.card.agency?.code else { throw MarketRefusal.unknownOrder }
        order.revision += 1
        order.card.updatedAt = tx.now
        try tx.write(order)
        try tx.announce(OrderRefunded(order: order.card.id, agency: agency, region: order.card.region, refund: refund))
        try mirror(order, tx)
    }
}

extension SQLReading {
    func refunds(of order: MessageID) throws -> [Refund] {
        try rows(
            "SELECT number, amount, reason, refunded_on, is_staff_entered, recorded_at, confirmed_at FROM refund WHERE order_ = ? ORDER BY number", order
        ) { row in
            Refund(
                number: try row.get(0), amount: try row.get(1), reason: try row.get(2), refundedOn: try row.get(3), isStaffEntered: try row.get(4),
                recordedAt: try row.get(5), confirmedAt: try row.get(6))
        }
    }

    /// Who cancelled an order that is decided here, and when.
    func cancellation(of order: MessageID, reason: String?) throws -> Cancellation? {
        try first("SELECT side, at FROM order_step WHERE order_ = ? AND action = 'cancel' ORDER BY number DESC LIMIT 1", order) { row in
            let side: String = try row.get(0)
            return Cancellation(side: side == "enterprise" ? .enterprise : side == "staff" ? .staff : .agency, at: try row.get(1), reason: reason ?? "")
        }
    }
}

extension Transaction {
    func write(_ refund: Refund, of order: MessageID) throws {
        try run(
            """
            INSERT INTO refund (order_, number, amount, reason, refunded_on, is_staff_entered, recorded_at, confirmed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            ON CONFLICT (order_, number) DO UPDATE SET confirmed_at = ?8
            """, order, refund.number, refund.amount, refund.reason, refund.refundedOn, refund.isStaffEntered, refund.recordedAt, refund.confirmedAt)
    }

    /// Of a copy: as the home tells them.
    func replace(_ refunds: [Refund], of order: MessageID) throws {
        try run("DELETE FROM refund WHERE order_ = ?", order)
        for one in refunds { try write(one, of: order) }
    }
}
