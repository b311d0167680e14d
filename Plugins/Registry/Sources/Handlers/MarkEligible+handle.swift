import Bus
import Messages
import RegistryContracts
import Store
import Vocabulary

extension Rulebook {
    /// Puts a chain, park or base on the list of what is to be covered.
    func markEligible(_ command: MarkEligible, _ tx: Transaction) throws -> Done {
        guard Rights.actsForProvince(tx.actor, region: command.region) else {
            throw RegistryRefusal.region(command.region, named: gazetteer.title(of: command.region))
        }
        var input = InputRules()
        if ![.cluster, .park, .base].contains(command.level) {
            input.add(
                "level", "\(command.level.title)的应覆盖单位取自区划代码表，不另行登记。请选择产业链、园区或双创基地。",
                value: command.level.rawValue)
        }
        if NodeID(command.code) == nil {
            input.add("code", "代码应为 2–40 位小写字母、数字或连字符。请修改。", value: command.code)
        }
        input.text("title", "名称", command.title, 2...60)
        if gazetteer.tier(of: command.region, on: command.from) == nil {
            input.add("region", "行政区划代码 \(command.region) 在 \(command.from) 无效（GB/T 2260）。请核对。", value: command.region.description)
        }
        if let until = command.until, until < command.from {
            input.add("until", "终止日期不能早于起始日期。请重新填写。", value: until.description)
        }
        try input.refuseIfFaulty()
        try tx.run(
            """
            INSERT INTO eligible (level, code, title, region, from_day, until_day, entered_at) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (level, code) DO UPDATE SET title = excluded.title, region = excluded.region,
              from_day = excluded.from_day, until_day = excluded.until_day, entered_at = excluded.entered_at
            """, command.level.rawValue, command.code, command.title, command.region, command.from.description,
            command.until?.description, tx.now)
        try tx.announce(
            EligibleUnitMarked(
                level: command.level, code: command.code, title: command.title, region: command.region,
                from: command.from, until: command.until))
        return Done()
    }
}
