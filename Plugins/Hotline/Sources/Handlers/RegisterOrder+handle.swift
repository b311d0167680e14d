import Bus
import HotlineContracts
import Messages
import PluginKit
import Store
import Vocabulary

extension Rulebook {
    /// Records a matter, gives it a number and a secret code, and lets its first clock run.
    func register(_ command: RegisterOrder, _ tx: Transaction) throws -> OrderReceipt {
        let sight = try Sight(of: tx.actor, in: tx)
        guard sight.reaches(command.region) else { throw HotlineRefusal.region(command.region) }
        var input = InputRules()
        input.text("title", "事项标题", command.title, 4...60)
        input.text("content", "反映内容", command.content, 5...4000)
        input.optionalText("enterprise", "企业名称", command.enterprise, 2...80)
        if !settings.categories.contains(where: { $0.code == command.category }) {
            input.add("category", "没有代码为“\(command.category.prefix(10))”的事项类别。请从列表中选择。", value: command.category)
        }
        if let lookup = command.lookup, !LookupCode.isDigest(lookup) {
            input.add("lookup", "查询码摘要应为 64 位十六进制数（HMAC-SHA-256）。请核对。")
        }
        if regions.region(command.region) == nil {
            input.add("region", "区划表中没有 \(command.region)。请选择列表中的区划。", value: command.region.description)
        }
        // The same for one that does not exist and one out of reach: keys can be guessed.
        if let call = command.call, try !sees(call, sight, tx) {
            input.add("call", "没有编号为“\(call.prefix(80))”的通话，或您无权查看。请从通话记录进入登记，或不填通话。", value: call)
        }
        try input.refuseIfFaulty(HotlineRefusal.invalid)

        let number = try tx.nextNumber(tx.now.day, command.region)
        let caller = try tx.caller(
            name: command.callerName, phone: command.callerPhone,
            // Of a confidential matter nothing is noted at the caller, where other calls would show it.
            enterprise: command.isConfidential ? nil : command.enterprise, creditCode: command.isConfidential ? nil : command.creditCode)
        let firm = try tx.veil(firm: command.enterprise, command.creditCode, of: number, if: command.isConfidential)
        try tx.run(
            """
            INSERT INTO work_order (number, state, region, category, urgency, channel, is_confidential, title, content, caller, enterprise,
              credit_code, call_id, lookup, registered_at)
            VALUES (?, 'registered', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, number, command.region, command.category, command.urgency, command.channel, command.isConfidential,
            try tx.veil(command.title, of: number, if: command.isConfidential), try tx.veil(command.content, of: number, if: command.isConfidential),
            caller, firm.name, firm.code, command.call, command.lookup, tx.now)
        guard let row = try tx.anyOrder(number) else { throw HotlineRefusal.unknown(number) }
        if command.isConfidential {
            try tx.run("INSERT INTO admitted (work_order, actor) VALUES (?, ?)", row.id, tx.actor.id)
        } else {
            try Migrations.orders.put(number.description, [command.title, command.content, number.description], in: tx.store)
        }
        try begin(.review, row, tx)
        try settle(row, .registered, tx)
        try tx.record(row.id, nil, "登记", .registered)
        try tx.tally("registered", row.card)
        try tx.tally("category:\(command.category.prefix(2))", row.card)
        if !command.isConfidential {
            try tx.announce(
                OrderRegistered(
                    number: number, region: command.region, category: command.category, urgency: command.urgency, channel: command.channel,
                    isConfidential: false))
        }
        if let request = command.followOn { try open(request, of: row, prefix: "followOn", tx) }
        return OrderReceipt(number: number, state: .registered, lookup: command.lookup)
    }

    /// Whether there is such a call (`main/5f3a`), in a region that the actor's authority reaches.
    private func sees(_ reference: String, _ sight: Sight, _ tx: Transaction) throws -> Bool {
        let parts = reference.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let line = LineID(String(parts[0])), let row = try tx.call(line, String(parts[1])) else { return false }
        return sight.reaches(row.card.region)
    }

    /// A new secret code in place of the lost one.
    func issueCode(_ command: IssueCode, _ tx: Transaction) throws -> OrderReceipt {
        let sight = try Sight(of: tx.actor, in: tx)
        let row = try tx.order(command.number, for: sight)
        guard sight.reaches(row.card.region) else { throw HotlineRefusal.region(row.card.region) }
        guard LookupCode.isDigest(command.lookup) else {
            throw HotlineRefusal.invalid([.init(field: "lookup", message: "查询码摘要应为 64 位十六进制数（HMAC-SHA-256）。请核对。")])
        }
        try tx.run("UPDATE work_order SET lookup = ? WHERE id = ?", command.lookup, row.id)
        try tx.record(row.id, nil, "核实身份后重发查询码", row.card.state)
        return OrderReceipt(number: row.card.number, state: row.card.state, lookup: command.lookup)
    }
}
