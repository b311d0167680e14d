import Bus
import ExpoContracts
import MatchingContracts
import Messages
import PluginKit
import Store
import Vocabulary

extension Fair {
    func turn(_ command: TurnToBooth, _ tx: Transaction) throws -> LeadReceipt {
        let right = UnmaskingRight(purpose: "交给参展单位联系", holder: "expo")
        let name = command.name.reveal(by: right) ?? ""
        let phone = command.phone.reveal(by: right)
        try faults { check(command, name: name, &$0) }
        guard let phone else { throw ExpoRefusal.invalid([.init(field: "phone", message: "请填写电话。")]) }
        let row = try open(command.booth, tx)

        let digest = try BoothSearch.phones.digest(of: phone.digits, in: tx)
        try refuseTooMany(command, by: digest, tx)
        let slot = try command.kind == .appointment ? slot(command.slot, of: row, for: digest, tx) : nil
        let id = tx.newID()
        guard let person = PersonID(tx.newID().description) else { throw Refusal.notFound }
        let organisation = command.organisation ?? tx.actor.organisationName
        let code = tx.actor.holds(.enterprise, .agency) ? tx.actor.organisation : nil
        try tx.run(
            """
            INSERT INTO lead (id, booth, kind, state, person, name, phone, phone_digest, organisation, code, text, slot, slot_at, slot_until, source,
              created_at, since) VALUES (?, ?, ?, 'new', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, id, row.id, command.kind, person, try tx.seal(Personal(name, of: person)), try tx.seal(Personal(phone, of: person)), digest, organisation, code,
            command.kind == .enquiry ? command.text : nil, slot?.number, slot?.startsAt, slot?.endsAt, command.source, tx.now, tx.now)
        if let slot { try tx.run("UPDATE slot SET lead = ? WHERE booth = ? AND number = ?", id, row.id, slot.number) }
        try tx.announce(
            LeadLeft(lead: id, booth: row.id, kind: command.kind, organisation: organisation, slotAt: slot?.startsAt, source: command.source))
        return LeadReceipt(lead: id, state: .new)
    }

    private func check(_ command: TurnToBooth, name: String, _ rules: inout InputRules) {
        if !command.consent { rules.add("consent", "须同意将姓名和电话提供给参展单位，才能联系您。请勾选，或直接拨打展位上的服务电话。") }
        if !(1...40).contains(name.count) || name.unicodeScalars.contains(where: { $0.value < 32 }) { rules.add("name", "姓名应为 1–40 个字，不含控制字符。请修改。") }
        rules.optionalText("organisation", "单位", command.organisation, 1...80)
        if command.kind == .enquiry { rules.text("text", "咨询内容", command.text ?? "", 2...500) }
        if command.kind == .appointment, command.slot == nil { rules.add("slot", "请选择洽谈场次。") }
        if let source = command.source, !(1...40).contains(source.utf8.count) || !source.utf8.allSatisfy(Self.isTag) {
            rules.add("source", "来源标签只能含小写字母、数字和连字符，至多 40 个。请使用原链接。", value: source)
        }
    }

    static func isTag(_ byte: UInt8) -> Bool { (97...122).contains(byte) || (48...57).contains(byte) || byte == 45 }

    private func refuseTooMany(_ command: TurnToBooth, by digest: [UInt8], _ tx: Transaction) throws {
        guard command.kind != .appointment else { return }
        let since = tx.now.advanced(by: .seconds(-86_400))
        let count: Int = try tx.value(
            "SELECT count(*) FROM lead WHERE phone_digest = ? AND created_at > ? AND booth = ? AND kind = ?", digest, since, command.booth, command.kind) ?? 0
        guard count >= (command.kind == .card ? 1 : settings.enquiriesPerDay) else { return }
        throw ExpoRefusal.make(
            "already-left", "您今天已向该展位\(command.kind.title) \(count) 次，参展单位会与您联系。如有急事，请拨打服务电话或96871。", log: "\(count) leads of this number today")
    }

    /// Talks to come of one number.
    private static let mostAppointments = 5

    private struct Slot {
        var number: Int
        var startsAt: Timestamp
        var endsAt: Timestamp
    }

    /// The time if it is free and the visitor has no other talk then.
    private func slot(_ number: Int?, of row: BoothRow, for digest: [UInt8], _ tx: Transaction) throws -> Slot {
        let found = try tx.first("SELECT number, starts_at, ends_at, lead FROM slot WHERE booth = ? AND number = ?", row.id, number ?? 0) {
            (Slot(number: try $0.get(0), startsAt: try $0.get(1), endsAt: try $0.get(2)), lead: try $0.get(3, as: MessageID?.self))
        }
        guard let (slot, lead) = found, lead == nil, slot.startsAt > tx.now else {
            throw ExpoRefusal.make("slot-taken", "这一场已被预约或已经开始。请在展位页面另选一场。", log: "slot \(number ?? 0) is taken or past")
        }
        let open = try tx.first(
            "SELECT count(*), coalesce(sum(booth = ?2), 0) FROM lead WHERE phone_digest = ?1 AND kind = 'appointment' AND state <> 'closed' AND slot_at > ?3", digest,
            row.id, tx.now
        ) { (all: try $0.get(0, as: Int.self), here: try $0.get(1, as: Int.self)) }
        if let open, open.here > 0 || open.all >= Self.mostAppointments {
            throw ExpoRefusal.make(
                "already-left", open.here > 0 ? "您已预约该展位的一场洽谈。如需改期，请拨打服务电话。" : "您已预约 \(open.all) 场洽谈，最多 \(Self.mostAppointments) 场。请先参加或取消已有的预约。",
                log: "\(open.all) appointments of this number")
        }
        let other: Int? = try tx.value(
            "SELECT 1 FROM lead WHERE phone_digest = ? AND slot_at < ? AND slot_until > ? AND state <> 'closed' LIMIT 1", digest, slot.endsAt, slot.startsAt)
        guard other == nil else {
            throw ExpoRefusal.make("slot-clash", "您在同一时间已预约了其他洽谈。请另选一场，或请原参展单位取消。", log: "the visitor has another talk then")
        }
        return slot
    }

    // MARK: - Following up

    func advanceLead(_ command: AdvanceLead, _ tx: Transaction) throws -> LeadReceipt {
        let row = try ownLead(command.lead, tx)
        guard let state = Life.step(row.card.state, command.action) else {
            throw ExpoRefusal.illegal(command.action.title, in: row.card.state.title, possible: Life.actions(in: row.card.state).map(\.title))
        }
        try faults { rules in
            rules.optionalText("note", "记录", command.note, 2...500)
            if command.action == .close, command.note == nil { rules.add("note", "结束跟进须写明原因。请填写。") }
            if let amount = command.amount, amount < .zero { rules.add("amount", "意向金额不能是负数。请修改。") }
            if command.amount != nil, command.action != .agree { rules.add("amount", "只有达成意向时填写金额。请去掉金额，或选择达成意向。") }
            if let day = command.followUp, day < tx.now.day { rules.add("followUp", "下次跟进日期（\(day)）已过。请修改。", value: day.description) }
        }
        try tx.run(
            """
            UPDATE lead SET state = ?1, since = ?2, follow_up = ?3, amount = coalesce(?4, amount), agreed_at = CASE WHEN ?5 THEN coalesce(agreed_at, ?2) ELSE agreed_at END
            WHERE id = ?6
            """, state, tx.now, command.followUp, command.amount, command.action == .agree, row.card.id)
        try tx.run(
            "INSERT INTO lead_note (lead, place, at, action, text) SELECT ?1, count(*), ?2, ?3, ?4 FROM lead_note WHERE lead = ?1", row.card.id, tx.now,
            command.action, command.note)
        // A talk that will not be gives its time back.
        if state == .closed, let slot = row.slot, let at = row.card.slotAt, at > tx.now {
            try tx.run("UPDATE slot SET lead = NULL WHERE booth = ? AND number = ?", row.card.booth, slot)
        }
        try tx.announce(
            LeadAdvanced(
                lead: row.card.id, booth: row.card.booth, action: command.action, state: state, amount: command.action == .agree ? command.amount : nil,
                source: row.card.source))
        return LeadReceipt(lead: row.card.id, state: state)
    }

    func reveal(_ command: RevealLead, _ tx: Transaction) throws -> LeadContact {
        let row = try ownLead(command.lead, tx)
        try tx.announce(LeadRevealed(lead: row.card.id, booth: row.card.booth))
        return LeadContact(
            name: try tx.unseal(String.self, row.sealedName).of(row.person), phone: try tx.unseal(ContactNumber.self, row.sealedPhone).of(row.person))
    }

    /// The demand is the visitor's; Matching decides what becomes of it and says so by event.
    func convert(_ command: ConvertLead, _ tx: Transaction) throws -> LeadReceipt {
        let row = try ownLead(command.lead, tx)
        guard let code = row.card.code else {
            throw ExpoRefusal.make(
                "lead-without-enterprise", "访客留下联系方式时没有以企业身份登录，不能替其提出需求。请联系访客，由其登录后在“提需求”中填写。", log: "the lead has no credit code")
        }
        guard row.conversion == nil else {
            throw ExpoRefusal.make("lead-converted", "这条线索已转为需求\(row.card.demand.map { " \($0)" } ?? "")。请在需求对接中查看。", log: "the lead is converted")
        }
        try faults { rules in
            rules.text("title", "需求名称", command.title, 4...60)
            rules.text("description", "需求说明", command.description, 2...2000)
            if !categories.contains(where: { $0.id == command.category }) { rules.add("category", "没有这个服务类别。请从类别表中选择。", value: command.category) }
        }
        try tx.run("UPDATE lead SET conversion = ?, since = ? WHERE id = ?", tx.correlation, tx.now, row.card.id)
        try tx.send(
            SubmitDemand(
                title: command.title, category: command.category, description: command.description,
                enterprise: DemandParty(code: code, name: row.card.organisation ?? code.description), region: command.region, channel: .expo),
            subject: "lead/\(row.card.id)")
        try tx.announce(LeadConverted(lead: row.card.id, booth: row.card.booth, title: command.title))
        return LeadReceipt(lead: row.card.id, state: row.card.state)
    }

    /// The demand that a lead became, by the chain of causes.
    func hear(_ advanced: DemandAdvanced, _ tx: Transaction) throws {
        guard advanced.action == nil, advanced.channel == .expo else { return }
        try tx.run("UPDATE lead SET demand = ? WHERE conversion = ? AND demand IS NULL", advanced.number, tx.envelope.correlation)
    }

    func ownLead(_ id: MessageID, _ tx: Transaction) throws -> LeadRow {
        let row = try tx.lead(id)
        guard Rights.acts(tx.actor, for: row.exhibitor) else { throw ExpoRefusal.unknown(id) }
        try tx.follow("lead/\(id)")
        return row
    }
}
