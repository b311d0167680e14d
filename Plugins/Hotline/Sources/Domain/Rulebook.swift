import HotlineContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// What every handler decides by: the site's settings and the reference data, both fixed while the site runs.
struct Rulebook: Sendable {
    let settings: HotlineSettings
    let regions: RegionTable
    let holidays: HolidayTable
    /// For demands that follow from an order.
    let serviceCategories: [ServiceCategory]
    /// Wrong secret codes of this process.
    let guesses = GuessBudget()

    /// The working time behind a clock's name for it, with the notices known at that moment: the desk's (empty), or a handling unit's own
    /// (`unit/changsha-tax`). `bank` stands in clocks of earlier versions.
    func calendar(named name: String, at now: Timestamp, in reading: some SQLReading) throws -> WorkCalendar {
        let known = holidays.asKnown(on: now.day)
        if name.hasPrefix("unit/"), let id = UnitID(String(name.dropFirst(5))), let unit = try reading.unit(id) {
            return settings.workingTime.calendar(
                of: unit.name, worksMakeUpDays: unit.worksMakeUpDays, closedDays: unit.closedDays ?? [], openDays: unit.openDays ?? [], known)
        }
        return name == "bank" ? WorkCalendar(name: "银行", holidays: known, worksMakeUpDays: false) : settings.workingTime.calendar("热线", known)
    }

    func title(of region: RegionCode) -> String { regions.region(region)?.name ?? region.description }

    func categoryTitle(_ code: String) -> String {
        let names = settings.categories.filter { code.hasPrefix($0.code) }.sorted { $0.code.utf8.count < $1.code.utf8.count }.map(\.title)
        return names.isEmpty ? code : names.joined(separator: "·")
    }

    /// What a step still lacks.
    func check(_ command: AdvanceOrder, _ step: OrderMachine.Step) throws {
        var input = InputRules()
        let title = step.action.title
        if step.needs.contains(.text), command.text == nil { input.add("text", "「\(title)」须填写说明。请补填。") }
        input.optionalText("text", "说明", command.text, 2...4000)
        if step.needs.contains(.unit), command.unit == nil {
            input.add("unit", step.action == .sendBack ? "退回须指明应由哪个单位办理。请选择单位。" : "「\(title)」须选择单位。请补选。")
        }
        if step.needs.contains(.days) {
            if let days = command.days {
                if !(1...60).contains(days) { input.add("days", "工作日数应为 1 至 60。请修改。", value: String(days)) }
            } else {
                input.add("days", "「\(title)」须填写工作日数。请补填。")
            }
        }
        if step.needs.contains(.person), command.person == nil { input.add("person", "「\(title)」须填写人员编号。请补填。") }
        if step.action == .revisit, command.satisfaction == nil, command.text == nil {
            input.add("text", "回访未联系上的，须说明情况；联系上的，请选择评价。")
        }
        try input.refuseIfFaulty(HotlineRefusal.invalid)
    }
}
