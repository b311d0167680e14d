import Bus
import Messages
import RegistryContracts
import Store
import Vocabulary

extension Rulebook {
    /// Appends one check of one standard item.
    func recordCheck(_ command: RecordChecklistItem, _ tx: Transaction) throws -> Done {
        let card = try tx.requireNode(command.node, on: tx.now.day)
        guard Rights.actsForCity(tx.actor, region: card.region) || Rights.actsForProvince(tx.actor, region: card.region)
        else { throw RegistryRefusal.region(card.region, named: gazetteer.title(of: card.region)) }
        guard card.stage != .exited else {
            throw RegistryRefusal.make(
                "node-not-in-service", "平台 \(card.id) 已退出，不再检查。请核对编号。", log: "\(card.id) has exited")
        }
        var input = InputRules()
        if let item = settings.standard.items.first(where: { $0.code == command.item }) {
            if !(0...item.points).contains(command.points) {
                input.add("points", "「\(item.title)」得分须在 0 至 \(item.points) 之间。请修改。", value: String(command.points))
            }
        } else {
            input.add("item", "现行标准中没有检查项「\(command.item)」。请从检查表中选择。", value: command.item)
        }
        input.notInFuture("checkedOn", "检查日期", command.checkedOn, today: tx.now.day)
        if command.checkedOn < card.recognisedOn {
            input.add("checkedOn", "检查日期不能早于认定日期（\(card.recognisedOn)）。请重新填写。", value: command.checkedOn.description)
        }
        input.optionalText("remark", "说明", command.remark, 1...500)
        input.documents("evidence", command.evidence, largest: settings.largestAttachment, kept: tx.attachmentSize)
        if command.points > 0, command.evidence.isEmpty { input.add("evidence", "给分须附证明材料。请上传至少一个附件。") }
        try input.refuseIfFaulty()

        try tx.run(
            """
            INSERT INTO checklist_check (node, item, points, checked_on, remark, actor_id, actor_name, entered_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """, card.id.description, command.item, command.points, command.checkedOn.description, command.remark,
            tx.actor.id, tx.actor.name, tx.now)
        let check: Int = try tx.value("SELECT max(id) FROM checklist_check") ?? 0
        for (position, document) in command.evidence.enumerated() {
            try tx.run(
                "INSERT INTO checklist_evidence (checked, position, digest, name, type, length) VALUES (?, ?, ?, ?, ?, ?)",
                check, position, document.digest, document.name, document.type, document.length)
        }
        try tx.announce(
            ChecklistRecorded(
                node: card.id, item: command.item, points: command.points, checkedOn: command.checkedOn,
                evidence: command.evidence))
        return Done()
    }
}
