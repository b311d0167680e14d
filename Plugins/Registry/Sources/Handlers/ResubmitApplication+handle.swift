import Bus
import Messages
import RegistryContracts
import Store
import Vocabulary

extension Rulebook {
    /// Takes the corrected facts of an application that was sent back.
    func resubmit(_ command: ResubmitApplication, _ tx: Transaction) throws -> ApplicationReceipt {
        let row = try tx.requireApplication(command.application)
        guard Rights.maySubmit(tx.actor, for: row.card.region) else {
            throw RegistryRefusal.region(row.card.region, named: gazetteer.title(of: row.card.region))
        }
        let step = try legalStep(.resubmit, of: row, actor: tx.actor)
        var input = InputRules()
        input.facts(
            title: command.title, builder: command.builder, operatingUnit: command.operatingUnit,
            carrierPark: command.carrierPark, chain: command.chain)
        input.text("summary", "申报理由", command.summary, 10...2000)
        input.documents("documents", command.documents, largest: settings.largestAttachment, kept: tx.attachmentSize)
        try input.refuseIfFaulty()

        try tx.run(
            """
            UPDATE application SET title = ?, builder_code = ?, builder_name = ?, operator_code = ?, operator_name = ?,
              mode = ?, carrier_park = ?, chain = ?, summary = ? WHERE id = ?
            """, command.title, command.builder.creditCode, command.builder.name, command.operatingUnit.creditCode,
            command.operatingUnit.name, command.mode.rawValue, command.carrierPark, command.chain, command.summary,
            row.card.id.description)
        let today = tx.now.day
        let due = due(in: step.to, enteredOn: today)
        try tx.record(
            StepDraft(
                action: .resubmit, from: step.from, to: step.to, documents: command.documents, happenedAt: tx.now,
                due: due?.day, dueIsProvisional: due?.isProvisional ?? false), of: row.card.id)
        try tx.announce(
            ApplicationAdvanced(
                application: row.card.id, region: row.card.region, action: .resubmit, from: step.from, to: step.to,
                documents: command.documents, happenedOn: today))
        return ApplicationReceipt(application: row.card.id, stage: step.to)
    }
}
