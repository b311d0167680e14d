import Bus
import MatchingContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// Takes rows of the register; for `shuniu import enterprises`.
struct ImportEnterprises: ImportCommand {
    typealias Reply = ImportReply

    static let name: WireName = "matching.import-enterprises.v1"

    var batch: ImportBatch

    /// Contact persons and their telephones are left out on purpose: nobody has said yet what for (个人信息保护法 art. 6).
    static let columns = [
        ImportColumn("id", "来源编号"), ImportColumn("uscc", "统一社会信用代码", required: true), ImportColumn("name", "企业名称", required: true),
        ImportColumn("regionCode", "区划代码", required: true), ImportColumn("industryCode", "行业代码"), ImportColumn("employees", "从业人员（人）"),
        ImportColumn("revenue", "营业收入（万元）"), ImportColumn("assets", "资产总额（万元）"), ImportColumn("founded", "成立日期"), ImportColumn("status", "状态"),
    ]
}

extension Rulebook {
    /// Known by the source's key, or by the credit code where the source has none; a code that belongs to another key is a duplicate.
    func take(_ row: inout ImportRow, _ tx: Transaction) throws -> ImportOutcome? {
        let code = row.creditCode("uscc")
        let name = row.text("name", 2...80)
        let region = row.region("regionCode", in: regions)
        let employees = row.number("employees", 0...10_000_000)
        let revenue = row.number("revenue", 0...1_000_000_000_000)
        let assets = row.number("assets", 0...1_000_000_000_000)
        let founded = row.day("founded")
        let industry = row["industryCode"]
        let known = industries.industry(typed: industry)
        if !industry.isEmpty, known == nil { row.add("industryCode", "没有这个行业代码（GB/T 4754-2017）。请改为四位小类代码。") }
        let status = row["status"]
        if !["", "active", "closed"].contains(status) { row.add("status", "状态应为 active 或 closed。请修改。") }
        guard row.isGood, let code, let region else { return nil }
        let key = row["id"].isEmpty ? code.description : row["id"]
        let (revenueYuan, assetsYuan) = (revenue.map { $0 * 10_000 }, assets.map { $0 * 10_000 })
        let figures = EnterpriseFigures(employees: employees, revenueYuan: revenueYuan, assetsYuan: assetsYuan)
        let size = known.flatMap { sizes.verdict(for: $0.code, figures, in: industries).size }
        let new = try tx.run(
            """
            INSERT INTO enterprise (key, code, name, region, industry, size, employees, revenue, assets, founded, is_active)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT DO NOTHING
            """, key, code, name, region, known?.code.description, size?.rawValue, employees, revenueYuan, assetsYuan, founded, status != "closed")
        if new > 0 { return .added }
        let owner: String? = try tx.value("SELECT key FROM enterprise WHERE code = ?", code)
        if let owner, owner != key {
            row.add("uscc", "代码已属于来源编号 \(owner) 的企业。请核对哪一行写错。")
            return nil
        }
        let changed = try tx.run(
            """
            UPDATE enterprise SET code = ?2, name = ?3, region = ?4, industry = ?5, size = ?6, employees = ?7, revenue = ?8, assets = ?9, founded = ?10,
              is_active = ?11
            WHERE key = ?1 AND (code, name, region, is_active) IS NOT (?2, ?3, ?4, ?11)
              OR key = ?1 AND (industry, size, employees, revenue, assets, founded) IS NOT (?5, ?6, ?7, ?8, ?9, ?10)
            """, key, code, name, region, known?.code.description, size?.rawValue, employees, revenueYuan, assetsYuan, founded, status != "closed")
        return changed > 0 ? .changed : .same
    }

    func imported(_ reply: ImportReply, _ tx: Transaction) throws {
        guard reply.added + reply.changed > 0 else { return }
        try tx.announce(EnterprisesImported(added: reply.added, changed: reply.changed, same: reply.same, rejected: reply.rejected.count))
    }
}
