import Bus
import Messages
import RegistryContracts
import Store
import Vocabulary

extension Rulebook {
    /// Hangs a node under another parent from a day on.
    func move(_ command: MoveNode, _ tx: Transaction) throws -> Done {
        let card = try tx.requireNode(command.node, on: command.from)
        guard Rights.actsForProvince(tx.actor, region: card.region) else {
            throw RegistryRefusal.role(.province, action: "调整上级平台")
        }
        guard card.stage != .exited else {
            throw RegistryRefusal.make(
                "node-not-in-service", "平台 \(card.id) 已退出，不能调整上级。请核对编号。", log: "\(card.id) has exited")
        }
        let last = try tx.placements(of: card.id).map(\.from).max()
        var input = InputRules()
        input.text("reason", "调整原因", command.reason, 2...500)
        if let last, command.from <= last {
            input.add("from", "生效日期须晚于现隶属关系的起始日期（\(last)）。请重新填写。", value: command.from.description)
        }
        try input.refuseIfFaulty()
        let faults: [Refusal.Fault]
        if let parent = try tx.placementParent(command.parent) {
            faults = PlacementRules.parentFaults(kind: card.kind, region: card.region, parent: parent)
        } else {
            faults = [
                Refusal.Fault(
                    field: "parent", value: command.parent.description,
                    message: "上级平台 \(command.parent) 不存在或已退出。请在平台名录中另选。")
            ]
        }
        // A circle is said before a wrong kind: it is the graver mistake and the clearer sentence.
        if try Tree(tx.edges()).wouldCycle(card.id, under: command.parent, from: command.from) {
            throw RegistryRefusal.make(
                "cycle", "平台 \(command.parent) 在 \(card.id) 之下（或就是它自己），互为上下级不成立。请另选上级平台。",
                log: "\(card.id) under \(command.parent) closes a circle")
        }
        if !faults.isEmpty { throw RegistryRefusal.placement(faults) }

        try tx.run(
            "UPDATE placement SET until_day = ? WHERE node = ? AND until_day IS NULL", command.from.description,
            card.id.description)
        try tx.run(
            "INSERT INTO placement (node, from_day, parent, reason, entered_at) VALUES (?, ?, ?, ?, ?)",
            card.id.description, command.from.description, command.parent.description, command.reason, tx.now)
        try tx.announce(
            NodeMoved(
                node: card.id, parent: command.parent, previous: card.parent, from: command.from, reason: command.reason))
        return Done()
    }
}
