import Bus
import ExpoContracts
import MarketContracts
import Messages
import PluginKit
import Store
import Vocabulary

extension Fair {
    /// The order is the visitor's enterprise's, and waits for its confirmation; Market says by event under which number.
    func order(_ command: OrderForLead, _ tx: Transaction) throws -> LeadReceipt {
        let row = try ownLead(command.lead, tx)
        guard let code = row.card.code else {
            throw ExpoRefusal.make(
                "lead-without-enterprise", "访客留下联系方式时没有以企业身份登录，不能代其下单。请联系访客，由其登录后在服务超市下单。",
                log: "the lead has no credit code")
        }
        guard row.orderCause == nil else {
            throw ExpoRefusal.make(
                "lead-ordered", "这条线索已代下订单\(row.card.order.map { " \($0)" } ?? "")。请在服务超市的订单中查看。",
                log: "the lead has an order")
        }
        guard code != row.exhibitor else {
            throw ExpoRefusal.make("lead-of-own", "访客是本单位的人员，不能向本单位下单。请核对线索。", log: "the lead is of the exhibitor")
        }
        try faults { rules in
            rules.text("description", "需要说明", command.description, 2...2000)
            rules.optionalText("title", "订单名称", command.title, 4...60)
            if command.service == nil {
                if command.title == nil { rules.add("title", "没有选择服务的，须填写订单名称，4–60 个字。") }
                if !categories.contains(where: { $0.id == command.category }) {
                    rules.add("category", "没有选择服务的，须从类别表中选择服务类别。", value: command.category)
                }
            }
            if regions.region(command.region) == nil {
                rules.add("region", "区划表中没有 \(command.region)。请填写企业所在地的六位代码。", value: command.region.description)
            }
        }
        try tx.run("UPDATE lead SET order_cause = ?, since = ? WHERE id = ?", tx.correlation, tx.now, row.card.id)
        try tx.send(
            PlaceOrder(
                service: command.service, agencies: command.service == nil ? [row.exhibitor] : [], title: command.title,
                category: command.service == nil ? command.category : nil, description: command.description,
                enterprise: Party(code: code, name: row.card.organisation ?? code.description), region: command.region),
            subject: "lead/\(row.card.id)")
        try tx.announce(LeadOrdered(lead: row.card.id, booth: row.card.booth))
        return LeadReceipt(lead: row.card.id, state: row.card.state)
    }

    /// The order that was prepared for a lead, by the chain of causes; one that came of the lead's demand has another channel.
    func hear(_ advanced: OrderAdvanced, _ tx: Transaction) throws {
        guard advanced.action == nil, advanced.channel == .web else { return }
        try tx.run(
            "UPDATE lead SET order_number = ? WHERE order_cause = ? AND order_number IS NULL", advanced.number,
            tx.envelope.correlation)
    }
}
