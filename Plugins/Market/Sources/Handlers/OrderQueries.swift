import Bus
import MarketContracts
import Messages
import PluginKit
import Store
import Vocabulary

extension Rulebook {
    func findOrders(_ query: FindOrders, _ snapshot: Snapshot) throws -> Listing<OrderCard> {
        let limit = try query.checkedLimit()
        let after = try query.after?.position(MessageID.self)
        let overdue = query.isOverdue == true ? snapshot.now : nil
        let actor = snapshot.actor
        let rows: [OrderCard]
        switch query.box {
        case .enterprise:
            guard let code = actor.organisation, Rights.isEnterprise(actor, code) else { return Listing([]) }
            rows = try snapshot.orders(ofEnterprise: code, query.state, overdueAt: overdue, limit: limit + 1, after: after)
        case .agency:
            guard let code = actor.organisation, Rights.isAgency(actor, code) else { return Listing([]) }
            rows = try snapshot.orders(ofAgency: code, query.state, overdueAt: overdue, limit: limit + 1, after: after)
        case .staff:
            let ranges = actor.grants.filter { [.windowStaff, .cityStaff, .provinceStaff].contains($0.role) }.map(\.range)
            rows = try snapshot.orders(in: ranges, query.state, overdueAt: overdue, limit: limit + 1, after: after)
        }
        return try Listing(probing: rows, limit: limit) { $0.id }
    }

    /// An order as it stands in a story over plug-ins, for whoever may open it.
    func story(_ id: String, _ snapshot: Snapshot) throws -> StorySubject? {
        guard let id = MessageID(id) else { return nil }
        let card = try getOrder(GetOrder(id: id), snapshot).card
        return StorySubject("订单 \(card.number) \(card.title)") { happening in
            happening.event(OrderAdvanced.self).map { step in step.action.map { "订单\($0.title)" } ?? (step.isOnBehalf ? "代下单" : "下单") }
        }
    }

    func getOrder(_ query: GetOrder, _ snapshot: Snapshot) throws -> OrderDetail {
        guard let order = try snapshot.orderRow(query.id) else { throw MarketRefusal.unknownOrder }
        let sides = try self.sides(of: snapshot.actor, order.card, snapshot)
        guard !sides.isEmpty else { throw MarketRefusal.unknownOrder }
        let isInside = sides.contains(.enterprise) || sides.contains(.staff)
        var detail = OrderDetail(
            card: order.card, description: order.description, budget: order.budget, wantedBy: order.wantedBy,
            quotes: try snapshot.quotes(of: query.id).filter { isInside || $0.agency.code == snapshot.actor.organisation },
            appointment: order.appointment, proof: order.proof, documents: try snapshot.documents(of: query.id, "proof"), reason: order.reason,
            rating: try snapshot.rating(of: query.id, window: settings.ratingDays), isTrial: order.isTrial ? true : nil,
            address: order.address)
        if isInside || sides.contains(.chosen) {
            detail.voucher = try snapshot.voucherUse(of: query.id)
            detail.activation = try snapshot.activation(of: query.id)
        }
        if order.card.state == .cancelled { detail.cancellation = try snapshot.cancellation(of: query.id, reason: order.reason) }
        if isInside || sides.contains(.chosen) {
            let refunds = try snapshot.refunds(of: query.id), complaints = try snapshot.complaints(about: query.id)
            detail.refunds = refunds.isEmpty ? nil : refunds
            detail.complaints = complaints.isEmpty ? nil : complaints
            let left = (order.card.amount?.fen ?? 0) - refunds.map(\.amount.fen).reduce(0, +)
            let mayRecord = sides.contains(.chosen) || (order.isHome && sides.contains(.staff))
            detail.mayRefund = mayRecord && left > 0 && Self.isRefundable(order.card) ? true : nil
        }
        if isInside { detail.approval = try snapshot.approval(of: query.id, for: snapshot.actor) }
        if isInside || sides.contains(.chosen) {
            let sealed = try snapshot.first("SELECT contact_name, contact_phone FROM order_ WHERE id = ?", query.id) {
                (name: try $0.get(0, as: String?.self), phone: try $0.get(1, as: String?.self))
            }
            detail.contactName = try sealed?.name.map { try snapshot.unseal(String.self, $0) }
            detail.contactPhone = try sealed?.phone.map { try snapshot.unseal(ContactNumber.self, $0) }
        }
        let notes = try snapshot.first("SELECT pending, refusal FROM order_ WHERE id = ?", query.id) {
            (pending: try $0.get(0, as: String?.self), refusal: try $0.get(1, as: String?.self))
        }
        detail.pending = notes?.pending.flatMap { OrderAction(rawValue: $0) }
        detail.refusal = notes?.refusal
        // A copy: the agency's own steps go to the home, one at a time; everything else is done there.
        let acting = order.isHome ? sides : detail.pending == nil ? sides.intersection([.asked, .chosen]) : []
        detail.actions = OrderLife.steps.filter { $0.from == order.card.state && !$0.sides.isDisjoint(with: acting) }.map(\.action)
        if let rating = detail.rating {
            // The served enterprise has its say once; staff's entry it may always replace.
            let isOpen = snapshot.now <= rating.editableUntil ? sides.contains(.enterprise) || rating.isStaffEntered : rating.isStaffEntered && sides.contains(.enterprise)
            if !isOpen { detail.actions.removeAll { $0 == .rate } }
        }
        return detail
    }

    /// What waits for a person among the orders, with its deadline.
    func orderTodos(_ actor: Actor, _ snapshot: Snapshot) throws -> [TodoItem] {
        var items: [TodoItem] = []
        func add(_ cards: [OrderCard], _ side: OrderLife.Side) {
            for card in cards {
                items.append(
                    TodoItem(
                        title: "\(card.title)（\(card.number)）", path: "/orders/\(card.id)", step: Self.step(card.state, side), since: card.updatedAt, due: card.due))
            }
        }
        if let code = actor.organisation, Rights.isEnterprise(actor, code) {
            for state in [OrderState.proposed, .quoted, .delivered, .confirmed] {
                // What this person wants waits for somebody else.
                let cards = try snapshot.orders(ofEnterprise: code, state, overdueAt: nil, limit: 50, after: nil)
                add(try cards.filter { try snapshot.approval(of: $0.id, for: actor)?.isOwn != true }, .enterprise)
            }
        }
        if let code = actor.organisation, Rights.isAgency(actor, code) {
            let open = try snapshot.orders(ofAgency: code, .requested, overdueAt: nil, limit: 50, after: nil)
            let unanswered = try open.filter { card in
                try snapshot.value("SELECT state FROM asked_agency WHERE order_ = ? AND agency = ?", card.id, code, as: String.self) == "asked"
            }
            add(unanswered, .asked)
            for state in [OrderState.accepted, .scheduled, .delivering] {
                add(try snapshot.orders(ofAgency: code, state, overdueAt: nil, limit: 50, after: nil), .chosen)
            }
        }
        let ranges = actor.grants.filter { [.windowStaff, .cityStaff].contains($0.role) }.map(\.range)
        if !ranges.isEmpty {
            add(try snapshot.orders(in: ranges, .disputed, overdueAt: nil, limit: 50, after: nil), .staff)
            let late = try snapshot.orders(in: ranges, nil, overdueAt: snapshot.now, limit: 50, after: nil)
            for card in late where card.state != .disputed && card.state != .confirmed {
                items.append(
                    TodoItem(title: "\(card.title)（\(card.number)）", path: "/orders/\(card.id)", step: "催办：\(card.state.title)", since: card.updatedAt, due: card.due))
            }
        }
        return items
    }

    static func step(_ state: OrderState, _ side: OrderLife.Side) -> String {
        switch state {
        case .proposed: "确认订单"
        case .requested: "报价"
        case .quoted: "比较报价，选定机构"
        case .accepted: "约定时间或开始服务"
        case .scheduled: "按约定开始服务"
        case .delivering: "交付"
        case .delivered: "确认收到"
        case .disputed: "处理异议"
        case .confirmed: "评价"
        case .rated, .cancelled, .lapsed: state.title
        }
    }

    /// A document of an order for those who see the order.
    func orderAttachment(_ digest: String, _ snapshot: Snapshot) throws -> Attachment? {
        let found = try snapshot.rows("SELECT order_, name, length FROM order_document WHERE digest = ?", digest) {
            (order: try $0.get(0, as: MessageID.self), name: try $0.get(1, as: String.self), length: try $0.get(2, as: Int.self))
        }
        for one in found {
            guard let order = try snapshot.orderRow(one.order), try !sides(of: snapshot.actor, order.card, snapshot).isEmpty else { continue }
            return Attachment(digest: digest, size: one.length, name: one.name, type: FileKind(fileName: one.name) ?? .pdf)
        }
        return nil
    }
}
