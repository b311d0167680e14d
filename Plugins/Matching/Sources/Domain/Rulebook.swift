import MatchingContracts
import Messages
import PluginKit
import Vocabulary

/// What every handler decides by: the site's settings and the reference data, both fixed while the site runs.
struct Rulebook: Sendable {
    let settings: MatchingSettings
    let regions: RegionTable
    let calendar: WorkCalendar
    let categories: [ServiceCategory]
    let industries: IndustryTable
    let sizes: SizeRules

    init(settings: MatchingSettings, reference: ReferenceData) {
        self.settings = settings
        regions = reference.regions
        calendar = reference.stateCalendar
        categories = reference.serviceCategories
        industries = reference.industries
        sizes = reference.sizes
    }

    func title(ofCategory id: String) -> String { categories.first { $0.id == id }?.name ?? id }

    func title(of code: RegionCode) -> String { regions.title(of: code) }

    /// Whose window answers for an enterprise there (D30).
    func window(of region: RegionCode) -> String { "\(title(of: region))窗口" }

    /// By when the next step is due; `nil` for a closed demand only.
    func due(in state: DemandState, at level: DemandLevel, now: Timestamp) -> Timestamp? {
        let days: Int
        switch state {
        case .received, .matching:
            days = level == .county ? settings.answerDays.county : level == .city ? settings.answerDays.city : settings.answerDays.province
        case .answered: days = settings.agreeDays
        case .agreed: days = settings.deliverDays
        case .delivered: days = settings.rateDays
        case .rated, .withdrawn, .unmet: return nil
        }
        return calendar.deadline(after: now.day, .workingDays(days)).value.end
    }

    /// When somebody is told of a deadline next: working days before it at nine in the morning, then once it has passed. Nobody is pressed for a rating.
    func watch(_ due: Timestamp?, in state: DemandState, now: Timestamp) -> Timestamp? {
        guard let due, state != .delivered else { return nil }
        if settings.remindDays > 0, let early = calendar.workingDay(settings.remindDays, before: due.day).moment(hour: 9), early > now, early < due { return early }
        return Self.passed(due)
    }

    /// At the due moment itself the work is still in time.
    static func passed(_ due: Timestamp) -> Timestamp { due.advanced(by: .milliseconds(1)) }

    /// The level that is answerable first for a division.
    func level(of region: RegionCode) -> DemandLevel {
        switch regions.region(region)?.tier {
        case .county?, nil: .county
        case .city?: .city
        case .province?: .province
        }
    }
}
