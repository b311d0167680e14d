import Bus
import Messages
import RegistryContracts
import Store
import Vocabulary

extension Rulebook {
    /// Writes a new revision of a year's plan; earlier revisions stay.
    func setPlan(_ command: SetAnnualPlan, _ tx: Transaction) throws -> PlanReceipt {
        var input = InputRules()
        if !(2000...2100).contains(command.year) {
            input.add("year", "年度须在 2000 至 2100 之间。请修改。", value: String(command.year))
        }
        if command.counties.count > 200 { input.add("counties", "一个年度最多列入 200 个县市区。请核对。") }
        var seen: Set<RegionCode> = []
        let day = Day(year: min(max(command.year, 2000), 2100), month: 12, day: 31) ?? tx.now.day
        for county in command.counties {
            if !seen.insert(county).inserted {
                input.add("counties", "\(gazetteer.title(of: county))（\(county)）重复列入。请删除一处。", value: county.description)
            } else if gazetteer.tier(of: county, on: day) != .county {
                input.add("counties", "\(county) 不是 \(command.year) 年有效的县级区划代码（GB/T 2260）。请核对。", value: county.description)
            } else if !Rights.actsForProvince(tx.actor, region: county) {
                throw RegistryRefusal.region(county, named: gazetteer.title(of: county))
            }
        }
        input.optionalText("document", "文号", command.document, 4...60)
        try input.refuseIfFaulty()

        let latest: Int = try tx.value("SELECT max(revision) FROM plan WHERE year = ?", command.year) ?? 0
        let revision = latest + 1
        try tx.run(
            "INSERT INTO plan (year, revision, document, actor_id, actor_name, entered_at) VALUES (?, ?, ?, ?, ?, ?)",
            command.year, revision, command.document, tx.actor.id, tx.actor.name, tx.now)
        for county in seen.sorted() {
            try tx.run(
                "INSERT INTO plan_county (year, revision, region) VALUES (?, ?, ?)", command.year, revision, county)
        }
        try tx.announce(
            PlanChanged(
                year: command.year, revision: revision, counties: seen.sorted(), document: command.document))
        return PlanReceipt(year: command.year, revision: revision)
    }
}
