import Bus
import Messages
import RegistryContracts
import Store
import Vocabulary

extension Rulebook {
    /// Files an application: checks rights, facts, placement and the one-window rule, in this order.
    func submit(_ command: SubmitApplication, _ tx: Transaction) throws -> ApplicationReceipt {
        let today = tx.now.day
        let region = command.region
        let regionTitle = gazetteer.title(of: region)
        guard Rights.maySubmit(tx.actor, for: region) else { throw RegistryRefusal.region(region, named: regionTitle) }

        var input = InputRules()
        input.facts(
            title: command.title, builder: command.builder, operatingUnit: command.operatingUnit,
            carrierPark: command.carrierPark, chain: command.chain)
        if command.kind == .hub { input.add("kind", "省枢纽平台不经申报产生。请选择其他平台类型。", value: "hub") }
        input.text("summary", "申报理由", command.summary, 10...2000)
        input.optionalText("overrideReason", "增设理由", command.overrideReason, 5...500)
        input.documents("documents", command.documents, largest: settings.largestAttachment, kept: tx.attachmentSize)
        input.notInFuture("happenedOn", "申报日期", command.happenedOn, today: today)
        try input.unit(command.unit, kind: command.kind, on: today, tx)
        try input.refuseIfFaulty()

        let day = command.happenedOn ?? today
        let parent = try tx.checkedParent(command.kind, at: region, wanted: command.parent, rulebook: self, on: day)
        try tx.checkWindow(
            command.kind, at: region, overrideReason: command.overrideReason, actor: tx.actor, rulebook: self)

        let id = try tx.nextApplicationID(year: day.year, region: region)
        try tx.insert(
            ApplicationDraft(
                id: id, kind: command.kind, region: region, title: command.title, parent: parent, builder: command.builder,
                operatingUnit: command.operatingUnit, mode: command.mode, carrierPark: command.carrierPark,
                chain: command.chain, unit: command.unit, summary: command.summary,
                overrideReason: command.overrideReason, submittedOn: day))
        let due = due(in: .submitted, enteredOn: day)
        try tx.record(
            StepDraft(
                to: .submitted, documents: command.documents, happenedAt: moment(of: day, now: tx.now), due: due?.day,
                dueIsProvisional: due?.isProvisional ?? false), of: id)
        try tx.announce(
            ApplicationSubmitted(
                application: id, kind: command.kind, region: region, title: command.title, happenedOn: day,
                documents: command.documents))
        return ApplicationReceipt(application: id, stage: .submitted)
    }
}

extension InputRules {
    /// What every application and every imported node says of itself.
    mutating func facts(
        title: String, builder: Organisation, operatingUnit: Organisation, carrierPark: String?, chain: String?
    ) {
        text("title", "平台名称", title, 4...60)
        organisation("builder", "建设主体", builder)
        organisation("operatingUnit", "运营单位", operatingUnit)
        optionalText("carrierPark", "载体园区", carrierPark, 2...60)
        optionalText("chain", "产业链", chain, 2...60)
    }

    /// A unit must be marked as eligible at the level of the kind.
    mutating func unit(_ code: String?, kind: NodeKind, on day: Day, _ reading: some SQLReading) throws {
        guard let code else { return }
        guard kind == .cluster || kind == .park || kind == .base else {
            add("unit", "\(kind.title)不填写覆盖单位。请清空。", value: code)
            return
        }
        let known =
            try reading.first(
                "SELECT 1 FROM eligible WHERE level = ? AND code = ?", kind.rawValue, code) { _ in true } ?? false
        if !known { add("unit", "覆盖单位「\(code)」不在应覆盖名录中。请先由省级主管人员登记，或改填名录中的代码。", value: code) }
    }
}
