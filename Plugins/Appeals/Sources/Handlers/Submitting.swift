import AppealsContracts
import Bus
import HotlineContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// How matters come in: under a name, confidentially, or through the anonymous box.
extension Rulebook {
    func submit(_ command: SubmitAppeal, _ tx: Transaction) throws -> CaseReceipt {
        var input = InputRules()
        check(&input, command.title, command.content, command.category, command.region, command.lookup)
        input.optionalText("enterprise", "企业名称", command.enterprise, 2...80)
        if command.signing == .anonymous { input.add("signing", "匿名的请用匿名投递，平台不留任何身份信息。") }
        let wanted = try wanted(command.department, &input, tx)
        check(command.attachments ?? [], &input, tx)
        try input.refuseIfFaulty(AppealsRefusal.invalid)
        let person = tx.newID().description
        guard let owner = PersonID(person) else { throw Refusal.notFound }
        let number = try tx.nextNumber(command.region)
        let row = try insert(
            number, command.title, command.content, command.kind, command.category, command.region, command.signing, wanted, command.lookup,
            on: tx.now.day, tx)
        try tx.run(
            "UPDATE appeal SET person = ?, name = ?, phone = ?, enterprise = ? WHERE id = ?", person, try tx.seal(command.submitter.of(owner)),
            try tx.seal(command.phone.of(owner)), command.enterprise, row.id)
        try attach(command.attachments ?? [], to: row, tx)
        return CaseReceipt(number: number, state: .submitted)
    }

    /// Into the box; told twice, it is in once.
    func drop(_ command: DropAnonymously, _ tx: Transaction) throws -> Done {
        var input = InputRules()
        check(&input, command.title, command.content, command.category, command.region, command.lookup)
        if !command.number.description.hasPrefix("AP\(tx.now.day.description.filter { $0 != "-" })-\(command.region)-")
            || command.number.description.utf8.count != 26
        {
            input.add("number", "编号须为当天日期、所在区划和八位随机数字。请重新打开页面。", value: command.number.description)
        }
        _ = try wanted(command.department, &input, tx)
        try input.refuseIfFaulty(AppealsRefusal.invalid)
        if let known = try tx.value("SELECT lookup FROM box WHERE number = ?", command.number, as: String.self) {
            if known == command.lookup { return Done() }
            throw AppealsRefusal.make("already-dropped", "该编号已投递过其他内容。请重新打开页面后再投递。", log: "number dropped before")
        }
        try tx.run(
            "INSERT INTO box (number, day, title, content, kind, category, region, department, lookup) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            command.number, tx.now.day, command.title, command.content, command.kind, command.category, command.region, command.department,
            command.lookup)
        return Done()
    }

    /// Opens the box for every day that is over: all of them at one moment, in the order of their drawn numbers.
    func openBox(_ tx: Transaction) throws {
        let dropped = try tx.rows(
            "SELECT number, day, title, content, kind, category, region, department, lookup FROM box WHERE day < ? ORDER BY number LIMIT 500", tx.now.day
        ) { row in
            (
                number: try row.get(0, as: CaseNumber.self), day: try row.get(1, as: Day.self), title: try row.get(2, as: String.self),
                content: try row.get(3, as: String.self), kind: try row.get(4, as: CaseKind.self), category: try row.get(5, as: String.self),
                region: try row.get(6, as: RegionCode.self), wanted: try row.get(7, as: DepartmentID?.self), lookup: try row.get(8, as: String.self)
            )
        }
        for one in dropped {
            if try tx.appeal(one.number) == nil {
                _ = try insert(
                    one.number, one.title, one.content, one.kind, one.category, one.region, .anonymous, one.wanted, one.lookup, on: one.day, tx)
            }
            try tx.run("DELETE FROM box WHERE number = ?", one.number)
        }
    }

    func check(
        _ input: inout InputRules, _ title: String, _ content: String, _ category: String, _ region: RegionCode, _ lookup: String
    ) {
        input.text("title", "标题", title, 4...60)
        input.text("content", "内容", content, 10...4000)
        if !settings.categories.contains(where: { $0.code == category }) {
            input.add("category", "没有代码为“\(category.prefix(10))”的类别。请从列表中选择。", value: category)
        }
        if regions.region(region) == nil { input.add("region", "区划表中没有 \(region)。请选择列表中的区划。", value: region.description) }
        if !LookupCode.isDigest(lookup) { input.add("lookup", "查询码摘要应为 64 位十六进制数（HMAC-SHA-256）。请核对。") }
    }

    private func wanted(_ department: DepartmentID?, _ input: inout InputRules, _ tx: Transaction) throws -> DepartmentID? {
        guard let department else { return nil }
        if try tx.value("SELECT 1 FROM department WHERE id = ? AND is_active = 1", department, as: Int.self) != nil { return department }
        input.add("department", "部门名录中没有“\(department)”。请从列表中选择，或不选，由平台转办。", value: department.description)
        return nil
    }

    private func insert(
        _ number: CaseNumber, _ title: String, _ content: String, _ kind: CaseKind, _ category: String, _ region: RegionCode, _ signing: Signing,
        _ wanted: DepartmentID?, _ lookup: String, on day: Day, _ tx: Transaction
    ) throws -> CaseRow {
        try tx.run(
            """
            INSERT INTO appeal (number, is_common, kind, signing, state, region, category, title, content, wanted, lookup, submitted_on)
            VALUES (?, 0, ?, ?, 'submitted', ?, ?, ?, ?, ?, ?, ?)
            """, number, kind, signing, region, category, title, content, wanted, lookup, day)
        try Migrations.cases.put(number.description, [title, content, number.description], in: tx.store)
        guard let row = try tx.appeal(number) else { throw AppealsRefusal.unknown(number) }
        try begin("accept", row, of: number.subject, tx)
        try tx.record(row.id, signing == .anonymous ? "匿名投递，次日开箱登记" : "提交")
        try tx.announce(AppealSubmitted(number: number, region: region, kind: kind, category: category, signing: signing))
        return row
    }

    /// The hotline's directory, as its events tell it.
    func know(_ event: UnitSet, _ tx: Transaction) throws {
        let unit = event.unit
        try tx.run(
            """
            INSERT INTO department (id, name, region, credit_code, categories, makes_up, is_active, closed_days, open_days)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, region = excluded.region, credit_code = excluded.credit_code,
              categories = excluded.categories, makes_up = excluded.makes_up, is_active = excluded.is_active,
              closed_days = excluded.closed_days, open_days = excluded.open_days
            """, unit.id.description, unit.name, unit.region, unit.creditCode, unit.categories.joined(separator: " "), unit.worksMakeUpDays,
            unit.isActive, Self.text(unit.closedDays), Self.text(unit.openDays))
    }

    private static func text(_ days: [Day]?) -> String? { (days ?? []).isEmpty ? nil : days?.map(\.description).joined(separator: " ") }
}
