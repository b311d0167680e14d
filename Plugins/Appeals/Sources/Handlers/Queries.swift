import AppealsContracts
import Bus
import Messages
import PluginKit
import Store
import Vocabulary

extension Rulebook {
    /// The due moment that stands on lists: of the nearest open part, or of the acceptance.
    private func due(_ row: CaseRow, _ reading: some SQLReading, at now: Timestamp) throws -> (due: Timestamp?, isProvisional: Bool, isOverdue: Bool) {
        let subjects = row.state == .submitted ? [(row.number.subject, "accept")] : try reading.parts(of: row.id).filter(\.state.isOpen).map { ($0.subject, "handle") }
        guard row.state == .submitted || row.state == .processing else { return (nil, false, false) }
        let clocks = try subjects.compactMap { try Self.clocks.entry(of: $0.0, named: $0.1, in: reading)?.clock }
        let nearest = clocks.compactMap(\.due).min()
        return (nearest, clocks.contains(where: \.isProvisional), clocks.contains { $0.isOverdue(at: now) })
    }

    func card(_ row: CaseRow, _ snapshot: Snapshot) throws -> CaseCard {
        let (due, isProvisional, isOverdue) = try due(row, snapshot, at: snapshot.now)
        return CaseCard(
            number: row.number, state: row.state, kind: row.kind, signing: row.signing, region: row.region, category: row.category, title: row.title,
            submittedOn: row.submittedOn, supporters: row.isCommon ? try supporters(row.id, snapshot) : nil,
            mergedInto: try row.mergedInto.flatMap { try snapshot.appeal(id: $0)?.number }, due: due, dueIsProvisional: isProvisional,
            isOverdue: isOverdue)
    }

    private func supporters(_ id: Int64, _ snapshot: Snapshot) throws -> Int {
        try snapshot.value("SELECT count(*) FROM appeal WHERE merged_into = ?", id) ?? 0
    }

    func findCases(_ query: FindCases, _ snapshot: Snapshot) throws -> Listing<CaseCard> {
        let limit = try query.checkedLimit()
        let seen = try Sight(of: snapshot.actor, in: snapshot).condition
        var conditions = [seen.sql]
        var values = seen.values
        func narrow(_ sql: String, _ more: any SQLValue...) {
            conditions.append(sql)
            values += more
        }
        if let state = query.state { narrow("o.state = ?", state) }
        if let category = query.category { narrow("substr(o.category, 1, length(?)) = ?", category, category) }
        if let region = query.region { narrow("o.region BETWEEN ? AND ?", region.codesBelow.lowerBound, region.codesBelow.upperBound) }
        if query.common == true { narrow("o.is_common = 1") }
        if let text = query.q {
            let found = try (CaseNumber(text).map { [$0.description] } ?? []) + Migrations.cases.keys(text, limit: 500, in: snapshot)
            narrow("o.number IN (SELECT value FROM json_each(?))", String(decoding: try JSON.encode(found), as: UTF8.self))
        }
        if let place = try query.after?.position(Int64.self) { narrow("o.id < ?", place) }
        let rows = try snapshot.cases(where: conditions.joined(separator: " AND "), values, "ORDER BY o.id DESC LIMIT \(limit + 1)")
        let next = rows.count > limit ? try Cursor(rows[limit - 1].id) : nil
        return Listing(try rows.prefix(limit).map { try card($0, snapshot) }, next: next)
    }

    private func parts(of row: CaseRow, _ snapshot: Snapshot) throws -> [CasePart] {
        try snapshot.parts(of: row.id).map { part in
            let clock = try Self.clocks.entry(of: part.subject, named: "handle", in: snapshot)?.clock
            return CasePart(
                department: part.department, name: part.name, state: part.state, answer: part.answer, due: part.state.isOpen ? clock?.due : nil,
                dueIsProvisional: part.state.isOpen && clock?.isProvisional == true, isOverdue: clock?.isOverdue(at: snapshot.now) ?? false,
                foreignNumber: part.foreignNumber)
        }
    }

    func getCase(_ query: GetCase, _ snapshot: Snapshot) throws -> CaseDetail {
        let sight = try Sight(of: snapshot.actor, in: snapshot)
        let row = try snapshot.appeal(query.number, for: sight)
        let isDesk = sight.isDesk(row.region)
        let knows = isDesk || row.signing == .signed
        let steps = try snapshot.rows(
            "SELECT s.title, s.actor_name, s.at, s.text, d.name FROM step s LEFT JOIN department d ON d.id = s.department WHERE s.appeal = ? ORDER BY s.number",
            row.id
        ) { CaseStep(title: try $0.get(0), actorName: try $0.get(1), at: try $0.get(2), text: try $0.get(3), department: try $0.get(4)) }
        let parts = try parts(of: row, snapshot)
        return CaseDetail(
            card: try card(row, snapshot), content: row.content, name: knows ? try row.name.map { try snapshot.unseal(String.self, $0) } : nil,
            phone: knows ? try row.phone.map { try snapshot.unseal(ContactNumber.self, $0) } : nil, enterprise: knows ? row.enterprise : nil,
            wanted: row.wanted, parts: parts, notices: try snapshot.notices(of: row.id), steps: steps,
            members: row.isCommon && isDesk
                ? try snapshot.cases(where: "o.merged_into = ?", [row.id], "ORDER BY o.id LIMIT 500").map {
                    try card($0, snapshot)
                } : [],
            satisfied: row.satisfied, publishedTitle: row.publishedTitle, publishedText: row.publishedText,
            isDesk: isDesk,
            actsFor: parts.map(\.department).filter { sight.departments.contains($0.description) },
            attachments: knows ? try attachments(of: row.id, snapshot) : nil)
    }

    func lookUp(_ query: LookUpCase, _ snapshot: Snapshot) throws -> PublicCase {
        let row = try known(query.number, query.code, at: snapshot.now, snapshot)
        let common = try row.mergedInto.flatMap { try snapshot.appeal(id: $0) }
        return PublicCase(
            number: row.number, title: row.title, state: row.state, submittedOn: row.submittedOn, parts: try parts(of: common ?? row, snapshot),
            notices: try snapshot.notices(of: row.id), mergedInto: common?.number, mergedTitle: common?.title,
            supporters: try common.map { try supporters($0.id, snapshot) }, mayRate: row.state == .answered || common?.state == .answered && row.satisfied == nil,
            category: row.category, region: row.region)
    }

    /// The department whose categories name the matter, nearest to its region, in front.
    func propose(_ query: ProposeDepartments, _ snapshot: Snapshot) throws -> DepartmentList {
        let all = try snapshot.rows("SELECT id, name, region, categories FROM department WHERE is_active = 1 ORDER BY id") { row in
            (
                id: try row.get(0, as: DepartmentID.self), name: try row.get(1, as: String.self), region: try row.get(2, as: RegionCode.self),
                categories: try row.get(3, as: String.self).split(separator: " ").map(String.init)
            )
        }
        let ranked = all.map { one -> (DepartmentList.Proposal, Int) in
            let category = query.category.flatMap { wanted in one.categories.filter { wanted.hasPrefix($0) || $0.hasPrefix(wanted) }.map(\.utf8.count).max() } ?? 0
            let reaches = query.region.map { one.region.contains($0) } ?? false
            let nearness = one.region == query.region ? 3 : one.region.number % 10_000 == 0 ? 1 : 2
            let reason = category > 0 && reaches ? "承办“\(categoryTitle(query.category ?? ""))”，管辖\(title(of: one.region))" : nil
            return (.init(id: one.id, name: one.name, region: one.region, reason: reason), reason == nil ? 0 : category * 10 + nearness)
        }
        return DepartmentList(departments: ranked.sorted { $0.1 == $1.1 ? $0.0.id < $1.0.id : $0.1 > $1.1 }.map(\.0))
    }

    func findPublished(_ query: FindPublished, _ snapshot: Snapshot) throws -> Listing<PublishedCase> {
        let limit = try query.checkedLimit()
        let place = try query.after?.position(Int64.self) ?? .max
        let rows = try snapshot.cases(
            where: "o.published_on IS NOT NULL AND o.id < ? AND (? IS NULL OR substr(o.category, 1, length(?)) = ?)",
            [place, query.category, query.category, query.category], "ORDER BY o.id DESC LIMIT \(limit + 1)")
        let next = rows.count > limit ? try Cursor(rows[limit - 1].id) : nil
        return Listing(
            try rows.prefix(limit).map { row in
                let parts = try snapshot.parts(of: row.id)
                return PublishedCase(
                    title: row.publishedTitle ?? "", text: row.publishedText ?? "", answer: Self.answer(parts),
                    departments: parts.filter { $0.state == .answered }.map(\.name), region: row.region, category: row.category,
                    supporters: row.isCommon ? try supporters(row.id, snapshot) : 1,
                    publishedOn: try snapshot.value("SELECT published_on FROM appeal WHERE id = ?", row.id) ?? snapshot.now.day)
            }, next: next)
    }

    func todos(_ actor: Actor, _ snapshot: Snapshot) throws -> [TodoItem] {
        let sight = try Sight(of: actor, in: snapshot)
        let seen = sight.condition
        return try snapshot.cases(where: "o.state IN ('submitted', 'processing') AND \(seen.sql)", seen.values, "ORDER BY o.id LIMIT 100").filter { row in
            row.state == .submitted ? sight.isDesk(row.region)
                : try snapshot.parts(of: row.id).contains { $0.state.isOpen && sight.departments.contains($0.department.description) }
        }.map { row in
            TodoItem(
                title: "\(row.title)（\(row.number)）", path: "/cases/\(row.number)", step: row.state.title, since: row.submittedOn.start,
                due: try due(row, snapshot, at: snapshot.now).due)
        }
    }
}

/// What the column keeps about a person: submitters who gave their name, and staff whose official acts are on record.
enum Records {
    static func of(_ person: PersonID, _ snapshot: Snapshot) throws -> [PersonalRecord] {
        let right = UnmaskingRight(purpose: "答复本人查阅", holder: person.description)
        let own = try snapshot.rows("SELECT number, title, content, name, phone FROM appeal WHERE person = ?", person.description) { row in
            let name = try row.get(3, as: String?.self).flatMap { try snapshot.unseal(String.self, $0).reveal(by: right) }
            let phone = try row.get(4, as: String?.self).flatMap { try snapshot.unseal(ContactNumber.self, $0).reveal(by: right)?.digits }
            return PersonalRecord(
                title: "提交的诉求",
                values: [
                    .init("编号", try row.get(0)), .init("标题", try row.get(1)), .init("内容", try row.get(2)), .init("姓名", name ?? "—"),
                    .init("电话", phone ?? "—"),
                ], basis: "办理意见建议和诉求（湘经信中小服务〔2017〕711号 五）")
        }
        let acts = try snapshot.rows(
            "SELECT o.number, s.title, s.actor_name FROM step s JOIN appeal o ON o.id = s.appeal WHERE s.actor_id = ? ORDER BY s.appeal, s.number",
            person.description
        ) { row in
            PersonalRecord(
                title: "诉求办理记录", values: [.init("编号", try row.get(0)), .init("动作", try row.get(1)), .init("经办人", try row.get(2))],
                basis: "办理过程留痕（湘经信中小服务〔2017〕711号 九）")
        }
        return own + acts
    }

    static func erase(_ person: PersonID, _ tx: Transaction) throws -> Erasure {
        let open: Int = try tx.value(
            "SELECT count(*) FROM appeal WHERE person = ? AND state NOT IN ('closed', 'refused', 'answered')", person.description) ?? 0
        if open > 0 { return .held(reason: "还有 \(open) 件您提交的诉求正在办理，答复后即可删除。") }
        let acts: Int = try tx.value("SELECT count(*) FROM step WHERE actor_id = ?", person.description) ?? 0
        if acts > 0 { return .held(reason: "该人员经办的 \(acts) 项诉求记录属于办理档案，须依法留存，不予删除（个人信息保护法第四十七条第二款）。") }
        for number in try tx.rows("SELECT number FROM appeal WHERE person = ?", person.description, as: { try $0.get(0) as String }) {
            try Migrations.cases.remove(number, in: tx.store)
        }
        try tx.run(
            "DELETE FROM attachment WHERE appeal IN (SELECT id FROM appeal WHERE person = ?)", person.description)
        try tx.run(
            "UPDATE appeal SET person = NULL, name = NULL, phone = NULL, enterprise = NULL, title = '（应本人要求删除）', content = '（应本人要求删除）' WHERE person = ?",
            person.description)
        return .done
    }
}
