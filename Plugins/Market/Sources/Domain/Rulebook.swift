import MarketContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// What every handler decides by: the site's settings and the reference data, both fixed while the site runs.
struct Rulebook: Sendable {
    let settings: MarketSettings
    let regions: RegionTable
    let calendar: WorkCalendar
    let categories: [ServiceCategory]

    init(settings: MarketSettings, reference: ReferenceData) {
        self.settings = settings
        regions = reference.regions
        calendar = reference.stateCalendar
        categories = reference.serviceCategories
    }

    func title(ofCategory id: String) -> String { categories.first { $0.id == id }?.name ?? id }

    /// 长沙市浏阳市: a county with its city, since names repeat.
    func title(of code: RegionCode) -> String { regions.title(of: code) }

    /// The working day so many days after the moment, to its end.
    func deadline(_ workingDays: Int, after now: Timestamp) -> Timestamp { calendar.deadline(after: now.day, .workingDays(workingDays)).value.end }

    /// Whether a service of this category and agency must be looked at before it is listed.
    func isReviewed(category: String, isCore: Bool) -> Bool {
        !settings.unreviewedCategories.contains(category) && !(isCore && settings.trustsCoreAgencies)
    }
}
