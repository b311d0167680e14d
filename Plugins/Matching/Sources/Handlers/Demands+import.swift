import Bus
import MatchingContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// Takes demands that were kept elsewhere; for `shuniu import demands`. The enterprises come first.
struct ImportDemands: ImportCommand {
    typealias Reply = ImportReply

    static let name: WireName = "matching.import-demands.v1"

    var batch: ImportBatch

    static let columns = [
        ImportColumn("id", "来源编号", required: true), ImportColumn("enterpriseId", "企业的来源编号或代码", required: true), ImportColumn("regionCode", "区划代码", required: true),
        ImportColumn("category", "服务类别", required: true), ImportColumn("title", "需求名称", required: true), ImportColumn("description", "需求说明"),
        ImportColumn("channel", "来源", required: true), ImportColumn("createdAt", "提出时间", required: true), ImportColumn("status", "状态", required: true),
        ImportColumn("agencyId", "机构的来源编号或代码"), ImportColumn("closedAt", "办结时间"), ImportColumn("satisfaction", "评价（1–5）"),
    ]

    static let channels: [String: DemandChannel] = [
        "web": .web, "mobile": .web, "wechat": .web, "window": .counter, "counter": .counter, "hotline": .hotline, "phone": .hotline, "visit": .visit, "expo": .expo,
        "survey": .survey, "activity": .survey,
    ]

    /// Other systems' words for where a demand stands.
    static let states: [String: DemandState] = [
        "submitted": .received, "accepted": .matching, "assigned": .agreed, "in_service": .agreed, "closed": .delivered, "returned": .unmet,
        "withdrawn": .withdrawn,
    ]
}

extension Rulebook {
    /// Back-dated as it was: no step is announced that nobody took here. What is still open gets its deadline from today on.
    func takeDemand(_ row: inout ImportRow, _ tx: Transaction) throws -> ImportOutcome? {
        let key = row.text("id", 1...40)
        let title = row.text("title", 2...60)
        let region = row.region("regionCode", in: regions)
        let category = row.text("category", 2...40)
        if !category.isEmpty, !categories.contains(where: { $0.id == category }) {
            row.add("category", "没有这个服务类别。可用：\(categories.map(\.id).joined(separator: "、"))。请修改。")
        }
        let channel = row.choice("channel", ImportDemands.channels)
        var state = row.choice("status", ImportDemands.states)
        let score = row.number("satisfaction", 1...5)
        let created = row.moment("createdAt"), closed = row.moment("closedAt")
        if row["createdAt"].isEmpty { row.add("createdAt", "提出时间不能为空。请补填。") }
        if let created, created > tx.now { row.add("createdAt", "提出时间在今后。请核对。") }
        let owner = row.text("enterpriseId", 1...40)
        let enterprise =
            owner.isEmpty
            ? nil
            : try tx.first("SELECT code, name FROM enterprise WHERE key = ?1 OR code = ?1", owner) { DemandParty(code: try $0.get(0), name: try $0.get(1)) }
        if !owner.isEmpty, enterprise == nil { row.add("enterpriseId", "名录中没有这家企业。请先导入企业。") }
        let helper = row["agencyId"]
        let agency =
            helper.isEmpty
            ? nil : try tx.first("SELECT code, title FROM agency WHERE code = ?1 OR key = ?1", helper) { DemandParty(code: try $0.get(0), name: try $0.get(1)) }
        if !helper.isEmpty, agency == nil { row.add("agencyId", "没有这家机构。请先在服务超市导入机构。") }
        if state == .delivered, score != nil { state = .rated }
        guard row.isGood, let region, let channel, let state, let created, let enterprise else { return nil }
        let level = level(of: region)
        let before = try tx.first("SELECT id, state, revision FROM demand WHERE import_key = ?", key) {
            (id: try $0.get(0, as: MessageID.self), state: try $0.coded(1, as: DemandState.self), revision: try $0.get(2, as: Int.self))
        }
        // What went on here since it was imported is newer than the file.
        if let before, before.revision > 1 || before.state == state { return .same }
        let text = row["description"]
        var demand = DemandRow(
            card: DemandCard(
                id: before?.id ?? tx.newID(), number: "X\(created.day.description.replacing("-", with: ""))-\(key)", title: title, category: category,
                region: region, enterprise: enterprise, state: state, level: level, due: due(in: state, at: level, now: tx.now), agency: agency,
                channel: channel, isOnBehalf: true, cluster: nil, createdAt: created, updatedAt: closed ?? created), description: text.isEmpty ? title : text,
            revision: 1, score: score.map { Int($0) }, reason: state == .unmet || state == .withdrawn ? "导入：原系统状态 \(row["status"])" : nil)
        demand.watchAt = watch(demand.card.due, in: state, now: tx.now)
        try tx.write(demand)
        if before == nil { try tx.run("UPDATE demand SET import_key = ? WHERE id = ?", key, demand.card.id) }
        if let agency, state == .agreed || state == .delivered || state == .rated {
            try tx.run(
                """
                INSERT INTO invitation (demand, agency, name, state, invited_at, answered_at) VALUES (?1, ?2, ?3, 'chosen', ?4, ?4)
                ON CONFLICT DO NOTHING
                """, demand.card.id, agency.code, agency.name, created)
        }
        return before == nil ? .added : .changed
    }
}
