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

    func calendar(named name: String, at now: Timestamp) -> WorkCalendar {
        let known = holidays.asKnown(on: now.day)
        return name == "bank" ? WorkCalendar(name: "银行", holidays: known, worksMakeUpDays: false) : settings.workingTime.calendar("专栏", known)
    }

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
        let working = calendar(named: name, at: tx.now)
        try Self.clocks.begin(
            DeadlineClock(start: tx.now, limit: rule.limit, on: working), of: subject, named: step, reminders: rule.reminders ?? ReminderRule(),
            calendar: name, on: working, in: tx.store)
    }
}
