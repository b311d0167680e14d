import RegistryContracts
import Vocabulary

/// Coverage: units with at least one recognised node ÷ units that are to be covered, on one day.
/// - Source: 湘经信中小服务〔2017〕711号 二 (全覆盖)
enum CoverageRule {
    /// What coverage needs to know of a node.
    struct CountedNode: Sendable, Hashable {
        let kind: NodeKind
        /// The divisions it covers on the day asked for; more than one after a division was split.
        let regions: [RegionCode]
        let unit: String?
        let recognisedOn: Day
        let exitedOn: Day?

        func counts(on day: Day) -> Bool { recognisedOn <= day && (exitedOn.map { day < $0 } ?? true) }
    }

    struct Result: Sendable {
        let ratio: Ratio
        let nodes: Int
        let uncovered: [EligibleUnit]
        /// City code, covered, eligible; in the order of the codes.
        let cities: [(city: RegionCode, covered: Int, eligible: Int)]
    }

    static func rule(for level: CoverageLevel) -> String {
        let unit =
            switch level {
            case .province, .city, .county: "当日有效的\(level.title)行政区划（GB/T 2260）"
            case .cluster, .park, .base: "当日列入应覆盖名录的\(level.title)"
            }
        return "分子：当日至少有一个已认定且未退出的\(level.kind.title)的\(level.title)单位数（同一单位多个平台只计一次，限期整改和更换运营单位期间仍计入）；分母：\(unit)。"
    }

    static func compute(_ level: CoverageLevel, on day: Day, units: [EligibleUnit], nodes: [CountedNode]) -> Result {
        let present = nodes.filter { $0.kind == level.kind && $0.counts(on: day) }
        let covered = Set(
            present.flatMap { usesRegion(level) ? $0.regions.map(\.description) : $0.unit.map { [$0] } ?? [] })
        let uncovered = units.filter { !covered.contains($0.code) }
        var cities: [RegionCode: (covered: Int, eligible: Int)] = [:]
        if level != .province {
            for unit in units {
                let city = unit.region.cityOrSelf
                cities[city, default: (0, 0)].eligible += 1
                if covered.contains(unit.code) { cities[city, default: (0, 0)].covered += 1 }
            }
        }
        return Result(
            ratio: Ratio(units.count - uncovered.count, of: units.count, rule: rule(for: level)), nodes: present.count,
            uncovered: uncovered,
            cities: cities.map { (city: $0.key, covered: $0.value.covered, eligible: $0.value.eligible) }
                .sorted { $0.city < $1.city })
    }

    /// For province, city and county the region is the unit; chains, parks and bases have a code of their own.
    private static func usesRegion(_ level: CoverageLevel) -> Bool {
        level == .province || level == .city || level == .county
    }
}
