import AppealsContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// What every handler decides by: the site's settings and the reference data, both fixed while the site runs.
struct Rulebook: Sendable {
    let settings: AppealsSettings
    let regions: RegionTable
    let holidays: HolidayTable
    let guesses = GuessBudget()

    static let clocks = ClockTable("clock")
    static let lookupPurpose = "appeals"

    /// The working time behind a clock's name for it, with the notices known at that moment: the desk's (empty), or a department's own
    /// (`unit/changsha-tax`). `bank` stands in clocks of earlier versions.
    func calendar(named name: String, at now: Timestamp, in reading: some SQLReading) throws -> WorkCalendar {
        let known = holidays.asKnown(on: now.day)
        if name.hasPrefix("unit/"),
            let own = try reading.first(
                "SELECT name, makes_up, closed_days, open_days FROM department WHERE id = ?", String(name.dropFirst(5)),
                as: { row in
                    settings.workingTime.calendar(
                        of: try row.get(0), worksMakeUpDays: try row.get(1), closedDays: Self.days(try row.get(2)), openDays: Self.days(try row.get(3)), known)
                })
        {
            return own
        }
        return name == "bank" ? WorkCalendar(name: "银行", holidays: known, worksMakeUpDays: false) : settings.workingTime.calendar("专栏", known)
    }

    private static func days(_ text: String?) -> [Day] { (text ?? "").split(separator: " ").compactMap { Day(String($0)) } }

    func title(of region: RegionCode) -> String { regions.region(region)?.name ?? region.description }

    func categoryTitle(_ code: String) -> String {
        settings.categories.filter { code.hasPrefix($0.code) }.max { $0.code.utf8.count < $1.code.utf8.count }?.title ?? code
    }

    func rule(_ step: String, _ row: CaseRow) -> DeadlinePolicy.Rule? {
        settings.limits.rule(for: .init(step: step, category: row.category, node: row.region.description), under: settings.ceilings)
    }

    /// Begins a clock of a subject, if the policy has a limit for it.
    func begin(_ step: String, _ row: CaseRow, of subject: String, calendar name: String = "", _ tx: Transaction) throws {
        guard let rule = rule(step, row) else { return }
        let working = try calendar(named: name, at: tx.now, in: tx)
        try Self.clocks.begin(
            DeadlineClock(start: tx.now, limit: rule.limit, on: working), of: subject, named: step, reminders: rule.reminders ?? ReminderRule(),
            calendar: name, on: working, in: tx.store)
    }
}
