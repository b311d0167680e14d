import Bus
import MarketContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// 单位内部审批: above an amount of its own choice an enterprise binds itself by two persons.
extension Rulebook {
    func setApprovalRule(_ command: SetApprovalRule, _ tx: Transaction) throws -> ApprovalRule {
        guard let code = tx.actor.organisation, Rights.isEnterprise(tx.actor, code) else {
            throw MarketRefusal.noOrganisation
        }
        var input = InputRules()
        if let limit = command.limit, !(0...1_000_000_000_000).contains(limit.fen) {
            input.add("limit", "审批限额应为 0–10,000,000,000 元。请修改。", value: limit.description)
        }
        try input.refuseIfFaulty()
        let stored = try tx.storedRule(of: code)
        if Self.isStricter(command.limit, than: stored.limit) {
            try tx.run(
                "INSERT INTO approval_rule (enterprise, amount) VALUES (?1, ?2) ON CONFLICT (enterprise) DO UPDATE SET amount = ?2, wanted_by = NULL",
                code, command.limit)
            try tx.announce(ApprovalRuleChanged(enterprise: code, limit: command.limit, isWanted: false))
        } else if command.limit == stored.limit {
            // It holds already; what was wanted instead is dropped.
            try tx.run("UPDATE approval_rule SET wanted_by = NULL WHERE enterprise = ?", code)
        } else if let by = stored.wantedBy, stored.wanted == command.limit, by != tx.actor.id {
            try tx.run(
                "UPDATE approval_rule SET amount = ?, wanted_by = NULL WHERE enterprise = ?", command.limit, code)
            try tx.announce(ApprovalRuleChanged(enterprise: code, limit: command.limit, isWanted: false))
        } else {
            try tx.run(
                "UPDATE approval_rule SET wanted_amount = ?, wanted_by = ?, wanted_at = ? WHERE enterprise = ?",
                command.limit, tx.actor.id, tx.now, code)
            try tx.announce(ApprovalRuleChanged(enterprise: code, limit: command.limit, isWanted: true))
        }
        return try tx.rule(of: code, for: tx.actor)
    }

    /// No limit is the loosest.
    static func isStricter(_ limit: Fen?, than other: Fen?) -> Bool {
        guard let limit else { return false }
        return other.map { limit < $0 } ?? true
    }

    func getApprovalRule(_ query: GetApprovalRule, _ snapshot: Snapshot) throws -> ApprovalRule {
        guard let code = snapshot.actor.organisation, Rights.isEnterprise(snapshot.actor, code) else {
            throw MarketRefusal.noOrganisation
        }
        return try snapshot.rule(of: code, for: snapshot.actor)
    }

    /// Whether the price is one that the enterprise binds itself to by two persons only.
    func isBeyondLimit(_ order: OrderRow, _ amount: Fen?, _ tx: Transaction) throws -> Bool {
        guard let amount, let limit = try tx.storedRule(of: order.card.enterprise.code).limit else { return false }
        return amount > limit
    }

    /// Whether a second person has yet to agree to this price; where nobody asked before, the question is kept.
    ///
    /// - Throws: a refusal where the same person says yes twice.
    func waitsForApproval(_ order: OrderRow, _ agency: Party, _ amount: Fen?, _ tx: Transaction) throws -> Bool {
        let card = order.card
        guard let amount, try isBeyondLimit(order, amount, tx) else {
            try tx.run("DELETE FROM order_approval WHERE order_ = ?", card.id)
            return false
        }
        let asked = try tx.first("SELECT agency, amount, asked_by FROM order_approval WHERE order_ = ?", card.id) {
            (
                agency: try $0.get(0, as: CreditCode.self), amount: try $0.get(1, as: Fen.self),
                by: try $0.get(2, as: String.self)
            )
        }
        if let asked, asked.agency == agency.code, asked.amount == amount {
            guard asked.by != tx.actor.id else { throw MarketRefusal.secondPerson }
            try tx.run("DELETE FROM order_approval WHERE order_ = ?", card.id)
            return false
        }
        try tx.run(
            """
            INSERT INTO order_approval (order_, agency, amount, asked_by, asked_at) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (order_) DO UPDATE SET agency = ?2, amount = ?3, asked_by = ?4, asked_at = ?5
            """, card.id, agency.code, amount, tx.actor.id, tx.now)
        try tx.announce(ApprovalAsked(order: card.id, agency: agency, amount: amount))
        return true
    }
}

extension SQLReading {
    func storedRule(of enterprise: CreditCode) throws -> (
        limit: Fen?, wanted: Fen?, wantedBy: String?, wantedAt: Timestamp?
    ) {
        try first(
            "SELECT amount, wanted_amount, wanted_by, wanted_at FROM approval_rule WHERE enterprise = ?", enterprise
        ) {
            (
                limit: try $0.get(0, as: Fen?.self), wanted: try $0.get(1, as: Fen?.self),
                wantedBy: try $0.get(2, as: String?.self), wantedAt: try $0.get(3, as: Timestamp?.self)
            )
        } ?? (nil, nil, nil, nil)
    }

    func rule(of enterprise: CreditCode, for actor: Actor) throws -> ApprovalRule {
        let stored = try storedRule(of: enterprise)
        guard let by = stored.wantedBy, let at = stored.wantedAt else { return ApprovalRule(limit: stored.limit) }
        return ApprovalRule(limit: stored.limit, wanted: .init(limit: stored.wanted, at: at, isOwn: by == actor.id))
    }

    func approval(of order: MessageID, for actor: Actor) throws -> OrderApproval? {
        try first("SELECT agency, asked_at, asked_by FROM order_approval WHERE order_ = ?", order) {
            OrderApproval(agency: try $0.get(0), at: try $0.get(1), isOwn: try $0.get(2, as: String.self) == actor.id)
        }
    }
}
