import Bus
import Messages
import SchoolContracts
import Store
import Vocabulary

extension Academy {
    /// Registers in the order given: rights, time, facts, the enterprise's limit, then a seat or a place for each.
    func register(_ command: Register, _ tx: Transaction) throws -> RegistrationReceipt {
        let row = try tx.schoolClass(command.schoolClass)
        let (enterprise, isOnBehalf) = try enterprise(of: command, row, tx)
        let isWalkIn = try open(row, tx)
        let people = try checked(command.participants, consent: command.consent, most: 50)
        let quotas = try tx.quotas(of: row.id)
        let region = try region(of: command, in: quotas, tx)

        let living = try tx.registrations(of: enterprise.creditCode, in: row.id).filter(\.state.isLiving)
        guard living.count + people.count <= row.perEnterprise else {
            throw SchoolRefusal.make(
                "enterprise-limit",
                "本班每家企业限报 \(row.perEnterprise) 人，\(enterprise.name)已报 \(living.count) 人，不能再报 \(people.count) 人。请减少人数，或先取消部分报名。",
                log: "\(living.count) + \(people.count) exceed \(row.perEnterprise) an enterprise")
        }
        try refuseTwice(people, among: living, tx)
        try refuseUnprepared(people, for: row, tx)

        try tx.secret(.passes)
        if isWalkIn, row.card.capacity - row.card.taken < people.count {
            throw SchoolRefusal.make(
                "not-open",
                "「\(row.card.title)」已经开课，空余名额 \(row.card.capacity - row.card.taken) 个，少于 \(people.count) 人；开课后不再候补。请减少人数，或先增加名额。",
                log: "too few seats for walk-ins")
        }
        if isWalkIn, let quota = quotas.quota(for: region), quota.free < people.count {
            throw SchoolRefusal.make(
                "not-open",
                "「\(row.card.title)」已经开课，\(title(of: quota.region))的地区名额 \(quota.seats) 个，空余 \(quota.free) 个，少于 \(people.count) 人；开课后不再候补。请减少人数，或先增加地区名额。",
                log: "too few seats of the region for walk-ins")
        }
        var results: [RegistrationReceipt.Result] = []
        for person in people {
            let state =
                isWalkIn
                ? .enrolled : Enrolment.entry(needsApproval: row.needsApproval, seatFree: try tx.isSeatFree(in: row.id, for: region))
            let id = try tx.add(person, to: row.id, as: state, for: enterprise, of: region, isOnBehalf: isOnBehalf)
            // Whoever came last stands at the end of the list: counting those before would cost the five-thousandth five thousand rows.
            results.append(.init(registration: id, state: state, queued: state == .waiting ? try tx.waiting(in: row.id) : nil))
        }
        return RegistrationReceipt(results: results)
    }

    /// Where the enterprise is: by the role where that names a county, otherwise as it is said, within what the role names. Whoever registers for a class
    /// with seats by region must say it.
    private func region(of command: Register, in quotas: [RegionQuota], _ tx: Transaction) throws -> RegionCode? {
        if let county = Rights.county(of: tx.actor) { return county }
        let own = Rights.regions(of: tx.actor)
        guard let said = command.region else {
            guard quotas.isEmpty else {
                throw SchoolRefusal.invalid([.init(field: "region", message: "本班按地区分配名额，须写明企业所在的县市区。请选择。")])
            }
            return own.first
        }
        var why: String?
        if !isKnown(said) {
            why = "区划代码 \(said) 不在区划表中。请选择企业所在的县市区。"
        } else if !Rights.isCounty(said) {
            why = "\(title(of: said))不是县市区。请选择企业所在的县市区。"
        } else if !own.isEmpty, !own.contains(where: { $0.contains(said) }) {
            why = "\(title(of: said))不在您的账号所属的\(own.map { title(of: $0) }.joined(separator: "、"))内。请选择其中的县市区，或联系窗口人员更正账号所属地区。"
        }
        if let why { throw SchoolRefusal.invalid([.init(field: "region", value: said.description, message: why)]) }
        return said
    }

    /// For whom, and whether somebody else does it for them.
    private func enterprise(of command: Register, _ row: ClassRow, _ tx: Transaction) throws -> (
        EnterpriseName, isOnBehalf: Bool
    ) {
        let actor = tx.actor
        let isStaff = Rights.isStaff(actor)
        if row.audience == .staff, !isStaff {
            throw SchoolRefusal.make(
                "audience", "「\(row.card.title)」面向平台网络工作人员，企业不能报名。请在课堂列表中选择企业培训。", log: "staff training, actor is none")
        }
        if let own = actor.organisation, actor.holds(.enterprise, .agency) {
            if let named = command.enterprise, named.creditCode != own {
                throw SchoolRefusal.make(
                    "other-organisation", "您的账号属于 \(own)，不能替 \(named.creditCode) 报名。请由该企业自己报名，或联系窗口人员代报。",
                    log: "an enterprise tried to act for another one")
            }
            return (try command.enterprise ?? EnterpriseName(creditCode: own, name: tx.knownName(of: own)), false)
        }
        guard isStaff else {
            throw SchoolRefusal.make(
                "no-organisation", "您的账号没有关联企业，不能报名。请先认领企业，或联系窗口人员代报。", log: "the actor has no organisation")
        }
        guard let named = command.enterprise else {
            throw SchoolRefusal.invalid([.init(field: "enterprise", message: "代企业报名须写明企业名称和统一社会信用代码。请填写。")])
        }
        var input = InputRules()
        input.text("enterprise/name", "企业名称", named.name, 2...80)
        try input.refuseIfFaulty()
        return (named, row.audience == .enterprises)
    }

    /// Whether it may still be registered for; staff of the region write down who came to the door, until the class ends.
    ///
    /// - Returns: true for a registration after the start.
    private func open(_ row: ClassRow, _ tx: Transaction) throws -> Bool {
        let card = row.card
        let now = tx.now
        if card.state == .published, now >= card.startsAt, now < card.endsAt, Rights.manages(tx.actor, card.region) {
            return true
        }
        let why: String? =
            card.state != .published
            ? "班次\(card.state.title)"
            : now < card.opensAt
                ? "报名将于 \(Words.dateTime(card.opensAt)) 开始"
                : now >= card.startsAt
                    ? "班次已经开课" : now >= card.closesAt ? "报名已于 \(Words.dateTime(card.closesAt)) 截止" : nil
        if let why {
            throw SchoolRefusal.make(
                "not-open", "「\(card.title)」\(why)，现在不能报名。请选择其他班次。", log: "class \(row.id) is not open")
        }
        return false
    }

    /// The people in full, once everything about them is right. Names and numbers are compared inside this transaction only.
    func checked(_ drafts: [ParticipantDraft], consent: Bool, most: Int) throws -> [(
        draft: ParticipantDraft, name: String, mobile: Mobile
    )] {
        let right = UnmaskingRight(purpose: "核对报名信息", holder: "school")
        var input = InputRules()
        if !consent { input.add("consent", "须先告知参加人员本平台收集其姓名和手机号用于课程通知和签到。请勾选确认。") }
        if drafts.isEmpty { input.add("participants", "至少填写一位参加人员。") }
        if drafts.count > most { input.add("participants", "一次最多报 \(most) 人，现有 \(drafts.count) 人。请分次报名。") }
        var people: [(ParticipantDraft, String, Mobile)] = []
        for (index, draft) in drafts.enumerated() {
            let name = draft.name.reveal(by: right) ?? ""
            if !(1...40).contains(name.count) || name.unicodeScalars.contains(where: { $0.value < 32 }) {
                input.add("participants/\(index)/name", "第 \(index + 1) 位参加人员的姓名应为 1–40 个字，不含控制字符。请修改。")
            }
            input.text("participants/\(index)/position", "第 \(index + 1) 位参加人员的岗位", draft.position, 1...40)
            guard let mobile = draft.mobile.reveal(by: right) else { continue }
            if people.contains(where: { $0.2 == mobile }) {
                input.add("participants/\(index)/mobile", "第 \(index + 1) 位参加人员的手机号与前面的人相同。请核对。")
            }
            people.append((draft, name, mobile))
        }
        try input.refuseIfFaulty()
        return people.map { (draft: $0.0, name: $0.1, mobile: $0.2) }
    }

    /// The same number twice in one class is one person twice.
    func refuseTwice(
        _ people: [(draft: ParticipantDraft, name: String, mobile: Mobile)], among living: [RegistrationRow],
        _ tx: Transaction
    ) throws {
        let right = UnmaskingRight(purpose: "核对重复报名", holder: "school")
        for row in living {
            let known = try tx.unseal(Mobile.self, row.sealedMobile).reveal(by: right)
            if let index = people.firstIndex(where: { $0.mobile == known }) {
                throw SchoolRefusal.make(
                    "already-registered",
                    "第 \(index + 1) 位参加人员（\(people[index].mobile.masked)）已经报名，编号 \(row.id)，状态「\(row.state.title)」。请勿重复报名。",
                    log: "person is registered as \(row.id)")
            }
        }
    }
}

extension Transaction {
    fileprivate func knownName(of code: CreditCode) throws -> String {
        try value(
            "SELECT enterprise_name FROM registration WHERE enterprise_code = ? ORDER BY entered_at DESC LIMIT 1", code)
            ?? code.description
    }

    /// Writes one person down; the class's counters and the event with it.
    fileprivate func add(
        _ person: (draft: ParticipantDraft, name: String, mobile: Mobile), to schoolClass: ClassID,
        as state: RegistrationState,
        for enterprise: EnterpriseName, of region: RegionCode?, isOnBehalf: Bool
    ) throws -> RegistrationID {
        try run("UPDATE class SET last_serial = last_serial + 1 WHERE id = ?", schoolClass)
        let serial: Int = try value("SELECT last_serial FROM class WHERE id = ?", schoolClass) ?? 1
        let id = RegistrationID(schoolClass, serial: serial)
        let subject = try newPerson()
        try run(
            """
            INSERT INTO registration (id, class, serial, state, enterprise_code, enterprise_name, person, name, mobile, position, is_on_behalf,
              entered_by, entered_at, since, mark, region) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, id, schoolClass, serial, state, enterprise.creditCode, enterprise.name, subject,
            try seal(Personal(person.name, of: subject)), try seal(Personal(person.mobile, of: subject)),
            person.draft.position, isOnBehalf,
            actor.id, now, now, try mark(of: person.mobile), region)
        try count(schoolClass, from: nil, to: state, region: region)
        try announce(
            Registered(
                registration: id, schoolClass: schoolClass, enterprise: enterprise, state: state, isOnBehalf: isOnBehalf
            ))
        return id
    }

    /// An identifier for a person without an account.
    func newPerson() throws -> PersonID {
        guard let person = PersonID(newID().description) else { throw Refusal.notFound }
        return person
    }
}
