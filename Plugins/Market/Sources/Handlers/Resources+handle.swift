import Bus
import MarketContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// A place in the list of experts and venues.
private struct ResourcePlace: Codable {
    var region: RegionCode
    var agency: CreditCode
    var number: Int
}

/// Experts and venues of agencies. An expert is shown by family name and title; the full name stays with the agency.
extension Rulebook {
    func recordResource(_ command: RecordResource, _ tx: Transaction) throws -> AgencyReceipt {
        guard let code = tx.actor.organisation, Rights.isAgency(tx.actor, code) else {
            throw MarketRefusal.noOrganisation
        }
        guard let card = try tx.agencyCard(code) else { throw MarketRefusal.unknown(agency: code) }
        guard card.site == tx.site else { throw MarketRefusal.elsewhere(card.site) }
        let known = try tx.resources(of: code, name: card.name)
        var input = InputRules()
        if let number = command.number, !known.contains(where: { $0.number == number }) {
            input.add("number", "没有序号为 \(number) 的专家或场地。请刷新页面后重试。", value: "\(number)")
        }
        if command.number == nil, command.title == nil { input.add("title", "请填写名称。") }
        if known.count >= 50, command.number == nil { input.add("title", "专家和场地最多 50 项。请先移除不再使用的。") }
        if let title = command.title { check(command, title, on: tx.now.day, &input) }
        try input.refuseIfFaulty()
        let number = command.number ?? ((known.map(\.number).max() ?? 0) + 1)
        try tx.run("DELETE FROM resource WHERE agency = ? AND number = ?", code, number)
        if let title = command.title, let region = command.region {
            try tx.write(
                AgencyResource(
                    number: number, agency: code, agencyName: card.name, kind: command.kind, title: title,
                    profile: command.profile,
                    categories: Array(Set(command.categories)).sorted(), region: region,
                    seats: command.kind == .venue ? command.seats : nil))
        }
        try tx.run("UPDATE agency SET resources_revision = resources_revision + 1 WHERE code = ?", code)
        let revision: Int = try tx.value("SELECT resources_revision FROM agency WHERE code = ?", code) ?? 1
        try tx.noteActivity(of: code)
        try tx.announce(
            ResourcesChanged(agency: code, revision: revision, resources: tx.resources(of: code, name: card.name)))
        return AgencyReceipt(agency: code, state: card.state)
    }

    private func check(_ command: RecordResource, _ title: String, on day: Day, _ input: inout InputRules) {
        input.text("title", command.kind == .expert ? "公开称呼" : "场地名称", title, 2...(command.kind == .expert ? 12 : 40))
        input.text("profile", "简介", command.profile, 10...600)
        if command.categories.isEmpty || command.categories.count > 8 { input.add("categories", "请选择 1–8 个服务类别。") }
        input.categories("categories", command.categories, known: categories)
        if let region = command.region {
            if regions.region(region, on: day) == nil {
                input.add("region", "区划代码 \(region) 现在无效。请重新选择。", value: region.description)
            }
        } else {
            input.add("region", "请选择所在地。")
        }
        input.number("seats", "可容纳人数", command.seats, 1...100_000)
        if command.kind == .expert, command.seats != nil { input.add("seats", "专家不填可容纳人数。请去掉。") }
    }

    func hearResources(_ event: ResourcesChanged, _ tx: Transaction) throws {
        let stored = try tx.first(
            "SELECT site, is_local, resources_revision, title FROM agency WHERE code = ?", event.agency
        ) {
            (
                site: try $0.get(0, as: String.self), isLocal: try $0.get(1, as: Bool.self),
                revision: try $0.get(2, as: Int.self), title: try $0.get(3, as: String.self)
            )
        }
        guard let stored, !stored.isLocal, stored.site == tx.envelope.site, stored.revision < event.revision else {
            return
        }
        try tx.run("DELETE FROM resource WHERE agency = ?", event.agency)
        for var one in event.resources.prefix(50) where one.number >= 1 {
            one.agency = event.agency
            try tx.write(one)
        }
        try tx.run("UPDATE agency SET resources_revision = ? WHERE code = ?", event.revision, event.agency)
    }

    func findResources(_ query: FindResources, _ snapshot: Snapshot) throws -> Listing<AgencyResource> {
        let limit = try query.checkedLimit()
        let place = try query.after?.position(ResourcePlace.self)
        let range = query.region?.codesBelow
        let rows = try snapshot.rows(
            """
            SELECT r.number, r.agency, a.title, r.kind, r.title, r.profile, r.categories, r.region, r.seats
            FROM resource r JOIN agency a ON a.code = r.agency
            WHERE a.state = 'approved' AND (?1 IS NULL OR r.kind = ?1) AND (?2 IS NULL OR instr(' ' || r.categories || ' ', ' ' || ?2 || ' ') > 0)
              AND (?3 IS NULL OR r.region BETWEEN ?3 AND ?4) AND (?5 IS NULL OR (r.region, r.agency, r.number) > (?5, ?6, ?7))
            ORDER BY r.region, r.agency, r.number LIMIT ?8
            """, query.kind?.rawValue, query.category, range?.lowerBound, range?.upperBound, place?.region,
            place?.agency, place?.number, limit + 1
        ) { row in
            AgencyResource(
                number: try row.get(0), agency: try row.get(1), agencyName: try row.get(2), kind: try row.coded(3),
                title: try row.get(4), profile: try row.get(5),
                categories: (try row.get(6, as: String.self)).split(separator: " ").map(String.init),
                region: try row.get(7), seats: try row.get(8))
        }
        return try Listing(probing: rows, limit: limit) {
            ResourcePlace(region: $0.region, agency: $0.agency, number: $0.number)
        }
    }
}
