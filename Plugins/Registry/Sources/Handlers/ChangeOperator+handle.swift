import Bus
import Messages
import RegistryContracts
import Store
import Vocabulary

extension Rulebook {
    /// Hands a node over to a new operating unit and puts it back into service.
    func changeOperator(_ command: ChangeOperator, _ tx: Transaction) throws -> ApplicationReceipt {
        let today = tx.now.day
        let card = try tx.requireNode(command.node, on: today)
        guard Rights.actsForProvince(tx.actor, region: card.region) else {
            throw RegistryRefusal.role(.province, action: StageAction.handOver.title)
        }
        let row = try tx.requireApplication(card.application)
        let step = try legalStep(.handOver, of: row, actor: tx.actor)
        let current = try tx.parties(of: card.id).filter { $0.until == nil }
        guard let previous = current.first(where: { $0.part == .operatingUnit }) else {
            throw RegistryRefusal.unknown(command.node)
        }
        var input = InputRules()
        input.organisation("operatingUnit", "新运营单位", command.operatingUnit)
        if let builder = command.builder { input.organisation("builder", "新建设主体", builder) }
        input.text("reason", "更换原因", command.reason, 2...500)
        input.documents("documents", command.documents, largest: settings.largestAttachment, kept: tx.attachmentSize)
        input.needs(step, opinion: nil, documentNumber: nil, documents: command.documents)
        input.notInFuture("from", "交接日期", command.from, today: today)
        let earliest = current.map(\.from).max() ?? previous.from
        if command.from <= earliest {
            input.add("from", "交接日期须晚于现单位的起始日期（\(earliest)）。请重新填写。", value: command.from.description)
        }
        if command.from < row.card.stageSince.day {
            input.add(
                "from", "交接日期不能早于启动更换的日期（\(row.card.stageSince.day)）。请重新填写。", value: command.from.description)
        }
        try input.refuseIfFaulty()
        if command.operatingUnit.creditCode == previous.organisation.creditCode {
            throw RegistryRefusal.make(
                "same-operator", "新运营单位与现运营单位相同（\(command.operatingUnit.creditCode)）。请填写另一家单位；只改运营方式的也须先终止更换。",
                log: "operator of \(command.node) unchanged",
                faults: [
                    Refusal.Fault(
                        field: "operatingUnitCode", value: command.operatingUnit.creditCode.description, message: "与现运营单位相同。")
                ])
        }

        try tx.changeParty(
            .operatingUnit, to: command.operatingUnit, mode: command.mode, at: card.id, from: command.from,
            reason: command.reason)
        if let builder = command.builder {
            try tx.changeParty(.builder, to: builder, mode: nil, at: card.id, from: command.from, reason: command.reason)
        }
        try tx.run("UPDATE node SET stage = ? WHERE id = ?", step.to.rawValue, card.id.description)
        try tx.record(
            StepDraft(
                action: step.action, from: step.from, to: step.to, opinion: command.reason, documents: command.documents,
                happenedAt: moment(of: command.from, now: tx.now, notBefore: row.card.stageSince)),
            of: row.card.id, node: card.id)
        try tx.announce(
            OperatorChanged(
                node: card.id, previous: previous.organisation, current: command.operatingUnit, mode: command.mode,
                from: command.from, reason: command.reason))
        try tx.announce(
            NodeStateChanged(node: card.id, from: step.from, to: step.to, happenedOn: command.from))
        try tx.announce(
            ApplicationAdvanced(
                application: row.card.id, region: card.region, action: step.action, from: step.from, to: step.to,
                opinion: command.reason, documents: command.documents, happenedOn: command.from))
        return ApplicationReceipt(application: row.card.id, stage: step.to, node: card.id)
    }
}
