import Bus
import Messages
import RegistryContracts
import Store
import Vocabulary

extension Rulebook {
    /// Enters a node that existed before the system: an application that begins where others end, marked 补录.
    func importNode(_ command: ImportNode, _ tx: Transaction) throws -> ApplicationReceipt {
        let today = tx.now.day
        let region = command.region
        guard Rights.actsForProvince(tx.actor, region: region) else {
            throw RegistryRefusal.region(region, named: gazetteer.title(of: region))
        }
        var input = InputRules()
        input.facts(
            title: command.title, builder: command.builder, operatingUnit: command.operatingUnit,
            carrierPark: command.carrierPark, chain: command.chain)
        input.notInFuture("recognisedOn", "认定日期", command.recognisedOn, today: today)
        input.optionalText("recognitionDocument", "认定文号", command.recognitionDocument, 4...60)
        input.optionalText("overrideReason", "增设理由", command.overrideReason, 5...500)
        try input.unit(command.unit, kind: command.kind, on: today, tx)
        try input.refuseIfFaulty()
        if let node = command.node, try tx.isTaken(node) {
            throw RegistryRefusal.make(
                "node-exists", "平台编号 \(node) 已被使用。请换一个编号，或留空由系统编号。", log: "node \(node) exists",
                faults: [Refusal.Fault(field: "node", value: node.description, message: "编号已被使用。")])
        }
        let parent = try tx.checkedParent(
            command.kind, at: region, wanted: command.parent, rulebook: self, on: command.recognisedOn)
        try tx.checkWindow(
            command.kind, at: region, overrideReason: command.overrideReason, actor: tx.actor, rulebook: self)

        let application = try tx.nextApplicationID(year: command.recognisedOn.year, region: region)
        try tx.insert(
            ApplicationDraft(
                id: application, kind: command.kind, region: region, title: command.title, parent: parent,
                builder: command.builder, operatingUnit: command.operatingUnit, mode: command.mode,
                carrierPark: command.carrierPark, chain: command.chain, unit: command.unit,
                summary: "存量平台，系统启用后补录。", overrideReason: command.overrideReason, submittedOn: command.recognisedOn))
        let node = try tx.createNode(
            NodeDraft(
                id: command.node, kind: command.kind, region: region, title: command.title, parent: parent,
                builder: command.builder, operatingUnit: command.operatingUnit, mode: command.mode,
                recognisedOn: command.recognisedOn, recognitionDocument: command.recognitionDocument,
                carrierPark: command.carrierPark, chain: command.chain, unit: command.unit, isBackfilled: true,
                application: application))
        try tx.record(
            StepDraft(
                to: .recognised, opinion: "补录：系统启用前已认定。", documentNumber: command.recognitionDocument,
                happenedAt: min(command.recognisedOn.start, tx.now)), of: application, node: node)
        return ApplicationReceipt(application: application, stage: .recognised, node: node)
    }
}
