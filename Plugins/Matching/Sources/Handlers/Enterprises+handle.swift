import Bus
import MatchingContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// Service duty (D30): who answers for an enterprise, and when somebody last spoke with it.
extension Rulebook {
    func take(_ command: TakeServiceDuty, _ tx: Transaction) throws -> EnterpriseReceipt {
        guard let person = PersonID(tx.actor.id), tx.actor.kind == .person else { throw MatchingRefusal.personsOnly }
        var rules = InputRules()
        if command.enterprises.isEmpty == (command.region == nil) { rules.add("enterprises", "请选择企业，或选择一个县市区。") }
        if command.enterprises.count > 500 { rules.add("enterprises", "一次最多 500 家。请分批办理。") }
        try rules.refuseIfFaulty(MatchingRefusal.invalid)
        let name = try tx.seal(Personal(tx.actor.name).of(person))
        if let region = command.region {
            guard Self.isStaff(tx.actor, in: region) else { throw MatchingRefusal.region(region) }
            let range = region.codesBelow
            let count = try tx.run(
                "UPDATE enterprise SET specialist = ?, specialist_name = ? WHERE region BETWEEN ? AND ? AND specialist IS NULL", person.description, name,
                range.lowerBound, range.upperBound)
            return EnterpriseReceipt(enterprises: count)
        }
        for code in Set(command.enterprises).sorted() {
            let region: RegionCode? = try tx.value("SELECT region FROM enterprise WHERE code = ?", code)
            guard let region, Self.isStaff(tx.actor, in: region) else { throw MatchingRefusal.enterpriseUnknown }
            try tx.run("UPDATE enterprise SET specialist = ?, specialist_name = ? WHERE code = ?", person.description, name, code)
        }
        return EnterpriseReceipt(enterprises: Set(command.enterprises).count)
    }

    func record(_ command: RecordContact, _ tx: Transaction) throws -> EnterpriseReceipt {
        let found = try tx.first("SELECT id, region FROM enterprise WHERE code = ?", command.enterprise) {
            (id: try $0.get(0, as: Int64.self), region: try $0.get(1, as: RegionCode.self))
        }
        guard let found, Self.isStaff(tx.actor, in: found.region) else { throw MatchingRefusal.enterpriseUnknown }
        let day = command.on ?? tx.now.day
        var rules = InputRules()
        rules.text("note", "联系情况", command.note, 2...500)
        if day > tx.now.day { rules.add("on", "联系日期在今后。请填写已经发生的日期。", value: day.description) }
        try rules.refuseIfFaulty(MatchingRefusal.invalid)
        let at = day == tx.now.day ? tx.now : day.start
        try tx.run("INSERT INTO contact (id, enterprise, at, channel, note) VALUES (?, ?, ?, ?, ?)", tx.newID(), found.id, at, command.channel.rawValue, command.note)
        try tx.run("UPDATE enterprise SET contacted_at = max(coalesce(contacted_at, 0), ?) WHERE id = ?", at, found.id)
        try tx.announce(EnterpriseContacted(enterprise: command.enterprise, region: found.region, channel: command.channel, on: day))
        return EnterpriseReceipt(enterprises: 1)
    }

    func findEnterprises(_ query: FindEnterprises, _ snapshot: Snapshot) throws -> Listing<EnterpriseCard> {
        let limit = try query.checkedLimit()
        var ranges = Self.ranges(of: snapshot.actor)
        if let region = query.region {
            // What is asked for, as far as it is theirs.
            let wanted = region.codesBelow
            ranges = ranges.compactMap { range in
                let low = max(range.lowerBound, wanted.lowerBound), high = min(range.upperBound, wanted.upperBound)
                return low <= high ? low...high : nil
            }
        }
        // Ranges hold digits only.
        let within = ranges.map { "region BETWEEN '\($0.lowerBound)' AND '\($0.upperBound)'" }.joined(separator: " OR ")
        guard !within.isEmpty else { return Listing([]) }
        let silent = query.silentDays.map { snapshot.now.advanced(by: .seconds(Int64(min(max($0, 1), 3650)) * -86_400)) }
        let rows = try snapshot.rows(
            """
            SELECT id, code, name, region, industry, size, is_active, specialist, specialist_name, contacted_at FROM enterprise WHERE (\(within))
              AND (?1 IS NULL OR id > ?1) AND (?2 IS NULL OR code = ?2 OR substr(name, 1, length(?2)) = ?2) AND (?3 IS NULL OR size = ?3)
              AND (?4 IS NULL OR is_active = 1 AND coalesce(contacted_at, 0) < ?4) AND (?5 IS NULL OR specialist = ?5) ORDER BY id LIMIT ?6
            """, try query.after?.position(Int64.self), query.text, query.size?.rawValue, silent, query.isOwn == true ? snapshot.actor.id : nil, limit + 1
        ) { (id: try $0.get(0, as: Int64.self), card: try card($0, snapshot)) }
        let shown = rows.prefix(limit)
        return Listing(shown.map(\.card), next: rows.count > limit ? try shown.last.map { try Cursor($0.id) } : nil)
    }

    private func card(_ row: Row, _ snapshot: Snapshot) throws -> EnterpriseCard {
        let size: String? = try row.get(5), specialist: String? = try row.get(7), name: String? = try row.get(8)
        return EnterpriseCard(
            code: try row.get(1), name: try row.get(2), region: try row.get(3), industry: try row.get(4), size: size == nil ? nil : try row.coded(5),
            isActive: try row.get(6), specialist: try name.map { try snapshot.unseal(String.self, $0) }, isOwn: specialist == snapshot.actor.id,
            contactedAt: try row.get(9))
    }

    func getEnterprise(_ query: GetEnterprise, _ snapshot: Snapshot) throws -> EnterpriseDetail {
        let found = try snapshot.first(
            """
            SELECT id, code, name, region, industry, size, is_active, specialist, specialist_name, contacted_at, employees, revenue, assets, founded
              FROM enterprise WHERE code = ?
            """, query.code
        ) { row in
            (
                id: try row.get(0, as: Int64.self),
                detail: EnterpriseDetail(
                    card: try card(row, snapshot), employees: try row.get(10), revenueYuan: try row.get(11), assetsYuan: try row.get(12),
                    founded: try row.get(13), contacts: [])
            )
        }
        guard let found, Self.isStaff(snapshot.actor, in: found.detail.card.region) else { throw MatchingRefusal.enterpriseUnknown }
        var detail = found.detail
        detail.contacts = try snapshot.rows("SELECT at, channel, note FROM contact WHERE enterprise = ? ORDER BY at DESC LIMIT 200", found.id) {
            EnterpriseContact(at: try $0.get(0), channel: try $0.coded(1), note: try $0.get(2))
        }
        return detail
    }
}
