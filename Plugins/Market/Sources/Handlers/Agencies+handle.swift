import Bus
import MarketContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// Agencies: their record, their review, the core mark, their qualifications.
extension Rulebook {
    func saveAgency(_ command: SaveAgency, _ tx: Transaction) throws -> AgencyReceipt {
        guard let code = tx.actor.organisation, Rights.isAgency(tx.actor, code) else { throw MarketRefusal.noOrganisation }
        var input = InputRules()
        input.text("title", "机构名称", command.title, 2...80)
        input.text("summary", "机构简介", command.summary, 10...1000)
        input.address("address", "办公地址", command.address)
        if command.categories.isEmpty || command.categories.count > 8 { input.add("categories", "请选择 1–8 个服务类别。") }
        input.categories("categories", command.categories, known: categories)
        if regions.region(command.region, on: tx.now.day) == nil {
            input.add("region", "区划代码 \(command.region) 现在无效。请选择机构所在的市州或县市区。", value: command.region.description)
        }
        if (command.contactName == nil) != (command.contactPhone == nil) { input.add("contactPhone", "联系人和联系电话须一并填写。") }
        try input.refuseIfFaulty()
        let card = try tx.agencyCard(code)
        if let card, card.site != tx.site { throw MarketRefusal.elsewhere(card.site) }
        let before = card?.state ?? .draft
        guard before != .exited else { throw MarketRefusal.illegal("修改资料", in: before.title, possible: []) }
        let step = command.submit ? AgencyLife.step(from: before, by: .submit) : nil
        if command.submit, step == nil, before != .approved, before != .submitted {
            throw MarketRefusal.illegal(AgencyAction.submit.title, in: before.title, possible: [])
        }
        let revision: Int = try tx.value("SELECT revision FROM agency WHERE code = ?", code) ?? 0
        let change = AgencyChanged(
            agency: code, revision: revision + 1, title: command.title, region: command.region, categories: Array(Set(command.categories)).sorted(),
            summary: command.summary, state: step?.to ?? before, isCore: card?.isCore ?? false, action: step?.action,
            address: try command.address ?? tx.address(of: code))
        try write(change, in: tx)
        try keepContact(command, of: code, tx)
        // The words of its services hold its name.
        if card?.name != command.title { for service in try tx.services(of: code, state: .listed, limit: 10_000) {
            try tx.indexService(service.id, category: title(ofCategory: service.category))
        } }
        return AgencyReceipt(agency: code, state: change.state)
    }

    private func keepContact(_ command: SaveAgency, of code: CreditCode, _ tx: Transaction) throws {
        guard let name = command.contactName, let phone = command.contactPhone, let person = PersonID(tx.actor.id) else { return }
        try tx.run(
            "UPDATE agency SET contact_person = ?, contact_name = ?, contact_phone = ?, phone_key = ? WHERE code = ?", person.description,
            try tx.seal(name.of(person)), try tx.seal(phone.of(person)), try telephoneKey(phone, tx), code)
    }

    /// By which the same number is known again.
    func telephoneKey(_ phone: Personal<ContactNumber>, _ tx: Transaction) throws -> [UInt8]? {
        let right = UnmaskingRight(purpose: "查看订单双方是否留了同一电话", holder: tx.actor.id)
        return try phone.reveal(by: right).map { try Migrations.telephones.digest(of: $0.digits, in: tx) }
    }

    func write(_ change: AgencyChanged, in tx: Transaction) throws {
        try tx.write(change, site: tx.site, isLocal: true, categories: change.categories.map(title(ofCategory:)))
        try tx.announce(change)
    }

    func advanceAgency(_ command: AdvanceAgency, _ tx: Transaction) throws -> AgencyReceipt {
        guard let card = try tx.agencyCard(command.agency), mayLook(card, tx.actor) else { throw MarketRefusal.unknown(agency: command.agency) }
        guard card.site == tx.site else { throw MarketRefusal.elsewhere(card.site) }
        guard let step = AgencyLife.step(from: card.state, by: command.action) else {
            throw MarketRefusal.illegal(command.action.title, in: card.state.title, possible: AgencyLife.steps.filter { $0.from == card.state }.map(\.action.title))
        }
        try require(step.authority, of: card, command.action.title, tx.actor)
        var input = InputRules()
        if step.needsOpinion, command.opinion == nil { input.add("opinion", "“\(step.action.title)”须写明意见。请补充。") }
        input.text("opinion", "意见", command.opinion, 2...500)
        try input.refuseIfFaulty()
        try write(tx.next(card, state: step.to, action: step.action, opinion: command.opinion), in: tx)
        return AgencyReceipt(agency: card.code, state: step.to)
    }

    private func require(_ authority: AgencyLife.Authority, of card: AgencyCard, _ action: String, _ actor: Actor) throws {
        switch authority {
        case .agency: guard Rights.isAgency(actor, card.code) else { throw MarketRefusal.role(action, "该机构的人员") }
        case .staff: guard Rights.isStaff(actor, in: card.region) else { throw MarketRefusal.region(card.region) }
        case .province: guard Rights.isProvince(actor, in: card.region) else { throw MarketRefusal.role(action, "省级主管人员") }
        }
    }

    /// Whether the one who asks sees an agency that is not public.
    func mayLook(_ card: AgencyCard, _ actor: Actor) -> Bool {
        card.state == .approved || card.state == .suspended || Rights.isAgency(actor, card.code) || Rights.isStaff(actor, in: card.region)
    }

    func markCore(_ command: MarkCoreAgency, _ tx: Transaction) throws -> AgencyReceipt {
        var input = InputRules()
        input.text("document", "文号", command.document, 2...60)
        try input.refuseIfFaulty()
        guard let card = try tx.agencyCard(command.agency), card.state == .approved || card.state == .suspended else {
            throw MarketRefusal.unknown(agency: command.agency)
        }
        guard Rights.isProvince(tx.actor, in: card.region) else { throw MarketRefusal.region(card.region) }
        guard card.site == tx.site else { throw MarketRefusal.elsewhere(card.site) }
        if card.isCore != command.isCore {
            let word = command.isCore ? "列入" : "退出"
            try write(tx.next(card, isCore: command.isCore, opinion: "\(word)核心服务机构：\(command.document)"), in: tx)
        }
        return AgencyReceipt(agency: card.code, state: card.state)
    }

    func recordQualification(_ command: RecordQualification, _ tx: Transaction) throws -> AgencyReceipt {
        guard let code = tx.actor.organisation, Rights.isAgency(tx.actor, code) else { throw MarketRefusal.noOrganisation }
        guard let card = try tx.agencyCard(code) else { throw MarketRefusal.unknown(agency: code) }
        guard card.site == tx.site else { throw MarketRefusal.elsewhere(card.site) }
        var input = InputRules()
        input.text("title", "资质名称", command.title, 2...60)
        input.text("serial", "证书编号", command.serial, 1...60)
        input.text("issuer", "发证机关", command.issuer, 2...60)
        input.documents("document", command.document.map { [$0] } ?? [], largest: settings.largestAttachment, kept: tx.attachmentSize)
        let known = try tx.qualifications(of: code)
        if let number = command.number, !known.contains(where: { $0.number == number }) {
            input.add("number", "没有序号为 \(number) 的资质。请刷新页面后重试。", value: "\(number)")
        }
        if command.number == nil, command.title == nil { input.add("title", "请填写资质名称。") }
        if known.count >= 50, command.number == nil { input.add("title", "资质最多 50 项。请先移除过期的资质。") }
        try input.refuseIfFaulty()
        let number = command.number ?? ((known.map(\.number).max() ?? 0) + 1)
        let kept = known.first { $0.number == number }?.document
        let document = command.document ?? kept
        try tx.run("DELETE FROM qualification WHERE agency = ? AND number = ?", code, number)
        if let title = command.title {
            try tx.run(
                """
                INSERT INTO qualification (agency, number, title, serial, issuer, valid_until, digest, document_name, document_type, document_length, entered_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """, code, number, title, command.serial, command.issuer, command.validUntil, document?.digest, document?.name, document?.type,
                document?.length, tx.now)
        }
        try tx.announce(QualificationChanged(agency: code, number: number, title: command.title, validUntil: command.validUntil))
        return AgencyReceipt(agency: code, state: card.state)
    }

    /// Tells 30, 7 and 0 days before the end, once each; what ended while the host stood still is told once.
    func remindOfQualifications(_ tx: Transaction) throws {
        let today = tx.now.day
        let ending = try tx.rows(
            """
            SELECT q.agency, q.number, q.title, q.valid_until, coalesce(q.reminded, 1000) FROM qualification q JOIN agency a ON a.code = q.agency
            WHERE q.valid_until <= ? AND a.state IN ('approved', 'suspended') AND a.is_local = 1 AND coalesce(q.reminded, 1000) > 0 LIMIT 1000
            """, today + 30
        ) { row in
            (
                agency: try row.get(0, as: CreditCode.self), number: try row.get(1, as: Int.self), title: try row.get(2, as: String.self),
                until: try row.get(3, as: Day.self), reminded: try row.get(4, as: Int.self)
            )
        }
        for one in ending {
            let left = one.until - today
            let mark = left <= 0 ? 0 : left <= 7 ? 7 : 30
            guard mark < one.reminded else { continue }
            try tx.run("UPDATE qualification SET reminded = ? WHERE agency = ? AND number = ?", mark, one.agency, one.number)
            try tx.announce(
                QualificationExpiring(agency: one.agency, number: one.number, title: one.title, validUntil: one.until, daysLeft: left))
        }
    }
}
