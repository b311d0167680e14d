import RegistryContracts
import Vocabulary

/// The registry's view of the reference data: the divisions of one province and the calendar of its offices.
struct Gazetteer: Sendable {
    let province: RegionCode
    let regions: RegionTable
    let calendar: WorkCalendar

    init(province: RegionCode, reference: ReferenceData) {
        self.province = province
        regions = reference.regions
        calendar = reference.stateCalendar
    }

    func tier(of region: RegionCode, on day: Day) -> Region.Tier? { regions.region(region, on: day)?.tier }

    /// The division's name; its digits when the table does not know it.
    func title(of region: RegionCode) -> String { regions.region(region)?.name ?? region.description }

    /// 长沙市浏阳市: a county with its city, for lists in which names repeat.
    func longTitle(of region: RegionCode) -> String {
        let city = region.cityOrSelf
        return city == region || region.isProvince ? title(of: region) : "\(title(of: city))\(title(of: region))"
    }

    /// The units of a level on a day; only province, city and county come from the table.
    func divisions(_ level: CoverageLevel, on day: Day) -> [EligibleUnit] {
        let found: [Region] =
            switch level {
            case .province: regions.region(province, on: day).map { [$0] } ?? []
            case .city: regions.descendants(of: province, on: day, tier: .city)
            case .county: regions.descendants(of: province, on: day, tier: .county)
            case .cluster, .park, .base: []
            }
        return found.map { EligibleUnit(level: level, code: $0.code.description, title: $0.name, region: $0.code) }
    }

    /// The codes that stand on a day for what a node's code named when it was recognised (行政区划若有变更，原代码废止).
    func codes(for region: RegionCode, on day: Day) -> [RegionCode] {
        regions.region(region, on: day) != nil ? [region] : regions.successors(of: region, on: day)
    }

    func deadline(after workingDays: Int, from day: Day) -> (day: Day, isProvisional: Bool) {
        let reckoning = calendar.deadline(after: day, .workingDays(workingDays))
        return (reckoning.value, reckoning.isProvisional)
    }
}
