import Bus
import MarketContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// Takes agencies that were kept elsewhere; for `shuniu import agencies`.
struct ImportAgencies: ImportCommand {
    typealias Reply = ImportReply

    static let name: WireName = "market.import-agencies.v1"

    var batch: ImportBatch

    /// Contact persons are left out: an agency names its own when it signs in.
    static let columns = [
        ImportColumn("id", "来源编号"), ImportColumn("uscc", "统一社会信用代码", required: true), ImportColumn("name", "机构名称", required: true),
        ImportColumn("regionCode", "区划代码", required: true), ImportColumn("categories", "服务类别（以 | 分隔）", required: true), ImportColumn("level", "级别"),
        ImportColumn("summary", "机构简介"), ImportColumn("staff", "从业人员"), ImportColumn("professionals", "专业人员"), ImportColumn("premisesM2", "场地（平方米）"),
        ImportColumn("status", "状态", required: true),
    ]

    static let states: [String: AgencyState] = ["active": .approved, "suspended": .suspended, "withdrawn": .exited]
}

extension Rulebook {
    /// What the agency or its window changed here after the import is newer than the file and stays.
    func takeAgency(_ row: inout ImportRow, _ tx: Transaction) throws -> ImportOutcome? {
        let code = row.creditCode("uscc")
        let name = row.text("name", 2...80)
        let region = row.region("regionCode", in: regions)
        let named = row.text("categories", 2...200).split(separator: "|").map(String.init)
        for one in named where !categories.contains(where: { $0.id == one }) {
            row.add("categories", "没有服务类别“\(one.prefix(40))”。可用：\(categories.map(\.id).joined(separator: "、"))。请修改。")
        }
        let state = row.choice("status", ImportAgencies.states)
        let level = row["level"]
        if !["", "core", "city", "ordinary"].contains(level) { row.add("level", "级别应为 core、city 或 ordinary。请修改。") }
        let staff = row.number("staff", 0...1_000_000), experts = row.number("professionals", 0...1_000_000), room = row.number("premisesM2", 0...10_000_000)
        guard row.isGood, let code, let region, let state else { return nil }
        let key = row["id"].isEmpty ? code.description : row["id"]
        let owner: CreditCode? = try tx.value("SELECT code FROM agency WHERE import_key = ?", key)
        if let owner, owner != code {
            row.add("id", "来源编号已用于代码 \(owner) 的机构。请核对哪一行写错。")
            return nil
        }
        let before = try tx.first("SELECT import_key, revision, site FROM agency WHERE code = ?", code) {
            (key: try $0.get(0, as: String?.self), revision: try $0.get(1, as: Int.self), site: try $0.get(2, as: String.self))
        }
        if let before, before.key != key {
            row.add("uscc", before.key == nil ? "该机构已在站点 \(before.site) 登记，没有覆盖。如需更改，请在其机构页面办理。" : "代码已属于来源编号 \(before.key ?? "") 的机构。请核对。")
            return nil
        }
        let text = row["summary"]
        let facts = [staff.map { "从业人员 \($0) 人" }, experts.map { "专业人员 \($0) 人" }, room.map { "场地 \($0) 平方米" }].compactMap { $0 }
        let change = AgencyChanged(
            agency: code, revision: (before?.revision ?? 0) + 1, title: name, region: region, categories: Array(Set(named)).sorted(),
            summary: text.isEmpty ? "由名录导入。" + facts.joined(separator: "，") : String(text.prefix(1000)), state: state, isCore: level == "core", key: key,
            address: try tx.address(of: code))
        if let card = try tx.agencyCard(code) {
            let isSame =
                card.name == change.title && card.region == region && card.categories == change.categories && card.state == state && card.isCore == change.isCore
            if isSame || (before?.revision ?? 0) > 1 { return .same }
        }
        try write(change, in: tx)
        if before == nil { try tx.run("UPDATE agency SET import_key = ? WHERE code = ?", key, code) }
        return before == nil ? .added : .changed
    }
}
