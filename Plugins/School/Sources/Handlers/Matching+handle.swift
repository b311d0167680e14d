import Bus
import MatchingContracts
import Messages
import SchoolContracts
import Store
import Vocabulary

/// 公益培训+服务对接: who was at a class says what their enterprise needs, Matching takes it on, both are reported together (D51).
extension Academy {
    func requestMatching(_ command: RequestMatching, _ tx: Transaction) throws -> MatchingReceipt {
        let row = try tx.registration(command.registration, code: command.code)
        let schoolClass = try tx.schoolClass(row.schoolClass)
        if let known = try tx.matching(of: row.id) {
            throw SchoolRefusal.make(
                "matching-closed", "已登记服务需求「\(known.title)」，现为「\(known.progress.title)」，无需再登记。其他需求请在需求对接中提出。",
                log: "\(row.id) has a request already")
        }
        guard try tx.mayRequestMatching(row, schoolClass, now: tx.now) else {
            throw SchoolRefusal.make(
                "matching-closed", "现在不能登记服务需求：本班须提供服务对接，且您到课签到或学完录播课后至课程结束后 30 天内可以登记。请返回凭证页查看。",
                log: "matching is not open to \(row.id)")
        }
        var input = InputRules()
        input.text("title", "需求名称", command.title, 4...60)
        input.text("description", "需求说明", command.description, 2...2000)
        if !categories.contains(where: { $0.id == command.category }) {
            input.add("category", "没有这个服务类别。请从类别表中选择。", value: command.category)
        }
        if !command.consent { input.add("consent", "须同意把需求和联系方式提供给需求对接的工作人员，才能为您对接。请勾选，或不登记。") }
        try input.refuseIfFaulty()
        let right = UnmaskingRight(purpose: "经本人同意转交服务需求", holder: "school")
        let name = try tx.unseal(String.self, row.sealedName).reveal(by: right)
        let phone = try tx.unseal(Mobile.self, row.sealedMobile).reveal(by: right).flatMap { ContactNumber($0.digits) }
        try tx.run(
            """
            INSERT INTO matching_request (registration, class, title, category, at, correlation, progress) VALUES (?, ?, ?, ?, ?, ?, 'sent')
            """, row.id, row.schoolClass, command.title, command.category, tx.now, tx.envelope.correlation)
        let hasContact = name != nil && phone != nil
        try tx.send(
            SubmitDemand(
                title: command.title, category: command.category, description: command.description,
                enterprise: DemandParty(code: row.enterprise.creditCode, name: row.enterprise.name),
                region: schoolClass.card.region, channel: .web,
                contactName: hasContact ? name.map { Personal($0, of: row.person) } : nil,
                contactPhone: hasContact ? phone.map { Personal($0, of: row.person) } : nil), subject: row.id.subject)
        try tx.announce(
            MatchingRequested(
                registration: row.id, schoolClass: row.schoolClass, enterprise: row.enterprise.creditCode,
                title: command.title, category: command.category))
        return MatchingReceipt(registration: row.id)
    }

    /// The demand that a request became, by the chain of causes; then every step of it.
    func hear(_ advanced: DemandAdvanced, _ tx: Transaction) throws {
        let progress: MatchingProgress
        switch advanced.to {
        case .received, .matching, .answered: progress = .open
        case .agreed, .delivered, .rated: progress = .agreed
        case .withdrawn, .unmet: progress = .failed
        }
        if advanced.action == nil {
            try tx.run(
                "UPDATE matching_request SET demand = ?, progress = ? WHERE correlation = ? AND demand IS NULL",
                advanced.number,
                progress, tx.envelope.correlation)
        } else {
            try tx.run("UPDATE matching_request SET progress = ? WHERE demand = ?", progress, advanced.number)
        }
    }

    func getClassReport(_ query: GetClassReport, _ snapshot: Snapshot) throws -> ClassReport {
        let row = try managed(query.schoolClass, snapshot)
        return ClassReport(
            schoolClass: row.id, figures: try snapshot.figures(of: [row.id]), offersMatching: row.offersMatching,
            demands: try snapshot.matchings(of: row.id))
    }

    func getThemeReport(_ query: GetThemeReport, _ snapshot: Snapshot) throws -> ThemeReport {
        let year = query.year ?? snapshot.now.day.year
        guard (2017...2100).contains(year) else {
            throw SchoolRefusal.invalid([.init(field: "year", value: String(year), message: "年度应为 2017–2100。请修改。")])
        }
        let own = snapshot.actor.grants.first { Rights.staff.contains($0.role) }?.region
        let region = query.region ?? own
        if let region, !Rights.manages(snapshot.actor, region) { throw SchoolRefusal.region(region.description) }
        return ThemeReport(
            year: year,
            themes: try CourseTheme.allCases.compactMap { theme in
                let ids = try snapshot.classes(
                    ClassFilter(theme: theme, region: region, states: [.published, .finished])
                ).filter { $0.card.startsAt.day.year == year }.map(\.id)
                return ids.isEmpty ? nil : ThemeReport.Line(theme: theme, figures: try snapshot.figures(of: ids))
            })
    }
}

extension SQLReading {
    func matching(of registration: RegistrationID) throws -> MatchingCard? {
        try matchings(where: "m.registration = ?", registration.description).first
    }

    func matchings(of schoolClass: ClassID) throws -> [MatchingCard] {
        try matchings(where: "m.class = ?", schoolClass.description)
    }

    private func matchings(where condition: StaticString, _ value: String) throws -> [MatchingCard] {
        try rows(
            """
            SELECT m.registration, r.enterprise_code, r.enterprise_name, m.title, m.category, m.demand, m.progress, m.at
            FROM matching_request m JOIN registration r ON r.id = m.registration WHERE \(condition) ORDER BY m.at, m.registration LIMIT 200
            """, value
        ) {
            MatchingCard(
                registration: try $0.get(0), enterprise: EnterpriseName(creditCode: try $0.get(1), name: try $0.get(2)),
                title: try $0.get(3), category: try $0.get(4), demand: try $0.get(5), progress: try $0.get(6),
                requestedAt: try $0.get(7))
        }
    }

    /// Who was there at a class that offers it, until a month after the end.
    func mayRequestMatching(_ row: RegistrationRow, _ schoolClass: ClassRow, now: Timestamp) throws -> Bool {
        guard schoolClass.offersMatching, row.state == .enrolled,
            now < schoolClass.card.endsAt.advanced(by: .seconds(30 * 86_400)),
            schoolClass.card.state == .published || schoolClass.card.state == .finished
        else { return false }
        return try !marks(of: row.id).isEmpty || !studied(by: row).isEmpty
    }

    func figures(of classes: [ClassID]) throws -> ClassFigures {
        let list = "[" + classes.map { "\"\($0)\"" }.joined(separator: ",") + "]"
        let (enrolled, enterprises, attended) =
            try first(
                """
                WITH present AS (
                  SELECT r.id, r.enterprise_code, r.enterprise_name, EXISTS (SELECT 1 FROM attendance a WHERE a.registration = r.id)
                    OR EXISTS (SELECT 1 FROM study t WHERE t.registration = r.id AND t.issue = r.issue AND t.completed_at IS NOT NULL) AS was
                  FROM registration r WHERE r.class IN (SELECT value FROM json_each(?)) AND r.state = 'enrolled')
                SELECT count(*), count(DISTINCT CASE WHEN was THEN enterprise_code END), coalesce(sum(was), 0) FROM present
                """, list
            ) { (try $0.get(0, as: Int.self), try $0.get(1, as: Int.self), try $0.get(2, as: Int.self)) } ?? (0, 0, 0)
        let certificates: Int? = try value(
            """
            SELECT count(*) FROM certificate c JOIN registration r ON r.id = c.registration
            WHERE r.class IN (SELECT value FROM json_each(?)) AND c.revoked_at IS NULL
            """, list)
        let (satisfied, answered) =
            try first(
                "SELECT coalesce(sum(overall >= 4), 0), count(*) FROM survey WHERE class IN (SELECT value FROM json_each(?))",
                list
            ) { (try $0.get(0, as: Int.self), try $0.get(1, as: Int.self)) } ?? (0, 0)
        let (demands, agreed, failed) =
            try first(
                """
                SELECT count(*), coalesce(sum(progress = 'agreed'), 0), coalesce(sum(progress = 'failed'), 0) FROM matching_request
                WHERE class IN (SELECT value FROM json_each(?))
                """, list
            ) { (try $0.get(0, as: Int.self), try $0.get(1, as: Int.self), try $0.get(2, as: Int.self)) } ?? (0, 0, 0)
        return ClassFigures(
            classes: classes.count, enrolled: enrolled, attended: attended, enterprises: enterprises,
            certificates: certificates ?? 0, satisfied: satisfied, answered: answered, demands: demands, agreed: agreed,
            failed: failed)
    }
}
