import Bus
import Messages
import RegistryContracts
import Store
import Vocabulary

extension Rulebook {
    /// Moves an application one step: rights and state first, then what the step needs, then its effects on the node.
    func advance(_ command: AdvanceApplication, _ tx: Transaction) throws -> ApplicationReceipt {
        let row = try tx.requireApplication(command.application)
        guard Rights.maySee(tx.actor, region: row.card.region) else {
            throw RegistryRefusal.region(row.card.region, named: gazetteer.title(of: row.card.region))
        }
        try ensureCurrent(row, expected: command.expected)
        let step = try legalStep(command.action, of: row, actor: tx.actor)
        if command.action == .handOver || command.action == .resubmit {
            throw RegistryRefusal.make(
                "illegal-step",
                command.action == .handOver
                    ? "完成交接须填写新的运营单位。请使用「更换运营单位」表单。" : "重新提交须附更正后的内容。请使用「补正」表单。",
                log: "\(command.action.rawValue) has a command of its own")
        }
        let moment = try checkedMoment(command, step: step, row: row, tx)

        var node = row.card.node
        if step.to == .recognised, node == nil {
            try tx.checkWindow(
                row.card.kind, at: row.card.region, overrideReason: row.overrideReason, actor: .system("registry"),
                rulebook: self, except: row.card.id)
            let parent = try tx.checkedParent(
                row.card.kind, at: row.card.region, wanted: row.parent, rulebook: self, on: moment.day)
            node = try tx.createNode(
                NodeDraft(
                    kind: row.card.kind, region: row.card.region, title: row.card.name, parent: parent,
                    builder: row.builder, operatingUnit: row.operatingUnit, mode: row.mode, recognisedOn: moment.day,
                    recognitionDocument: command.documentNumber, carrierPark: row.carrierPark, chain: row.chain,
                    unit: row.unit, isBackfilled: moment.day != tx.now.day, application: row.card.id))
        } else if let node {
            try enter(step, node: node, on: moment.day, due: command.due, tx)
        }
        try write(step, of: row, at: moment, node: node, command: command, tx)
        return ApplicationReceipt(application: row.card.id, stage: step.to, node: node)
    }

    /// Refuses when somebody else was faster than the one who read the page.
    private func ensureCurrent(_ row: ApplicationRow, expected: Stage?) throws {
        if let expected, expected != row.card.stage {
            throw RegistryRefusal.make(
                "stage-moved-on",
                "申报 \(row.card.id) 已由他人办理，现处于「\(row.card.stage.title)」（您看到的是「\(expected.title)」）。请刷新后再办。",
                log: "expected \(expected.rawValue), is \(row.card.stage.rawValue)")
        }
    }

    /// The arrow, if there is one and the actor may take it.
    func legalStep(_ action: StageAction, of row: ApplicationRow, actor: Actor) throws -> Lifecycle.Step {
        let route = route(row.card.kind, row.card.region)
        guard let step = Lifecycle.step(from: row.card.stage, by: action, on: route) else {
            throw RegistryRefusal.illegalStep(
                action, in: row.card.stage, possible: Lifecycle.steps(of: route).filter { $0.from == row.card.stage })
        }
        guard Rights.allows(step.authority, actor, region: row.card.region) else {
            throw RegistryRefusal.role(step.authority, action: action.title)
        }
        if action == .withdraw,
            !Rights.mayWithdraw(actor, submitter: row.submitter, region: row.card.region, route: route)
        {
            throw RegistryRefusal.make(
                "role-missing", "「撤回」须由申报人或其窗口的工作人员办理。评审人员请使用「退回补正」或「不予通过」。",
                log: "a reviewer may not withdraw \(row.card.id)")
        }
        if Rights.mustStandBack(actor, submitter: row.submitter, stage: row.card.stage, authority: step.authority) {
            throw RegistryRefusal.make(
                "must-stand-back", "本申报由您提交，评审须回避。请由其他主管人员办理「\(action.title)」。",
                log: "submitter \(actor.id) must not decide on \(row.card.id)")
        }
        return step
    }

    private func checkedMoment(
        _ command: AdvanceApplication, step: Lifecycle.Step, row: ApplicationRow, _ tx: Transaction
    ) throws -> Timestamp {
        let today = tx.now.day
        var input = InputRules()
        input.needs(step, opinion: command.opinion, documentNumber: command.documentNumber, documents: command.documents)
        input.documents("documents", command.documents, largest: settings.largestAttachment, kept: tx.attachmentSize)
        input.notInFuture("happenedOn", "办理日期", command.happenedOn, today: today)
        if let day = command.happenedOn, day < row.card.stageSince.day {
            input.add(
                "happenedOn", "办理日期不能早于上一步（\(row.card.stageSince.day)）。请填写实际日期。", value: day.description)
        }
        if step.needs.contains(.due) {
            if let due = command.due {
                if due < (command.happenedOn ?? today) { input.add("due", "整改期限不能早于办理日期。请重新填写。", value: due.description) }
            } else {
                input.add("due", "「\(step.action.title)」须填写整改期限。请补填日期。")
            }
        }
        try input.refuseIfFaulty()
        return moment(of: command.happenedOn, now: tx.now, notBefore: row.card.stageSince)
    }

    /// A recognised node's own record of the step.
    private func enter(_ step: Lifecycle.Step, node: NodeID, on day: Day, due: Day?, _ tx: Transaction) throws {
        try tx.run(
            "UPDATE node SET stage = ?, exited_on = ? WHERE id = ?", step.to.rawValue,
            step.to == .exited ? day.description : nil, node.description)
        try tx.announce(NodeStateChanged(node: node, from: step.from, to: step.to, happenedOn: day, due: due))
    }

    private func write(
        _ step: Lifecycle.Step, of row: ApplicationRow, at moment: Timestamp, node: NodeID?, command: AdvanceApplication,
        _ tx: Transaction
    ) throws {
        let counted = due(in: step.to, enteredOn: moment.day)
        try tx.record(
            StepDraft(
                action: step.action, from: step.from, to: step.to, opinion: command.opinion,
                documentNumber: command.documentNumber, documents: command.documents, happenedAt: moment,
                due: step.needs.contains(.due) ? command.due : counted?.day,
                dueIsProvisional: step.needs.contains(.due) ? false : counted?.isProvisional ?? false),
            of: row.card.id, node: node)
        try tx.announce(
            ApplicationAdvanced(
                application: row.card.id, region: row.card.region, action: step.action, from: step.from, to: step.to,
                opinion: command.opinion, documentNumber: command.documentNumber, documents: command.documents,
                happenedOn: moment.day))
    }
}

extension InputRules {
    /// Opinion, documents and number as the step asks for; given ones are checked even where they are optional.
    mutating func needs(
        _ step: Lifecycle.Step, opinion: String?, documentNumber: String?, documents: [DocumentReference]
    ) {
        let title = step.action.title
        if step.needs.contains(.opinion), opinion == nil { add("opinion", "「\(title)」须填写意见。请补填。") }
        optionalText("opinion", "意见", opinion, 2...2000)
        if step.needs.contains(.documentNumber), documentNumber == nil {
            add("documentNumber", "「\(title)」须填写文号，例如 湘工信中小服务〔2026〕12号。请补填。")
        }
        optionalText("documentNumber", "文号", documentNumber, 4...60)
        if step.needs.contains(.document), documents.isEmpty { add("documents", "「\(title)」须附材料。请上传至少一个附件。") }
    }
}
