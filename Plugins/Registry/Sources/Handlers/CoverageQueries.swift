import Bus
import Messages
import RegistryContracts
import Store
import Vocabulary

extension Rulebook {
    func getCoverage(_ query: GetCoverage, _ snapshot: Snapshot) throws -> Coverage {
        try coverage(query.level, on: query.day ?? snapshot.now.day, region: query.region, snapshot)
    }

    func coverage(
        _ level: CoverageLevel, on day: Day, region: RegionCode?, _ reading: some SQLReading
    ) throws -> Coverage {
        let units = try eligibleUnits(level, on: day, reading).filter { region?.contains($0.region) ?? true }
        let nodes = try reading.countedNodes(level.kind) { gazetteer.codes(for: $0, on: day) }.filter { node in
            region.map { region in node.regions.contains { region.contains($0) } } ?? true
        }
        let result = CoverageRule.compute(level, on: day, units: units, nodes: nodes)
        return Coverage(
            level: level, day: day, ratio: result.ratio, nodes: result.nodes, uncovered: result.uncovered,
            cities: result.cities.map {
                CityCoverage(
                    region: $0.city, title: gazetteer.title(of: $0.city), covered: $0.covered, eligible: $0.eligible)
            })
    }

    func findEligibleUnits(_ query: FindEligibleUnits, _ snapshot: Snapshot) throws -> Listing<EligibleUnit> {
        let limit = try query.checkedLimit()
        let place = try query.after?.position(String.self)
        let units = try eligibleUnits(query.level, on: query.day ?? snapshot.now.day, snapshot).sorted { $0.code < $1.code }
        let rest = place.map { place in units.drop { $0.code <= place } } ?? units[...]
        return try Listing(probing: Array(rest.prefix(limit + 1)), limit: limit, total: units.count) { $0.code }
    }

    /// Divisions of the region table, or what was marked; valid on the day.
    func eligibleUnits(_ level: CoverageLevel, on day: Day, _ reading: some SQLReading) throws -> [EligibleUnit] {
        switch level {
        case .province, .city, .county:
            return gazetteer.divisions(level, on: day)
        case .cluster, .park, .base:
            return try reading.rows(
                """
                SELECT code, title, region FROM eligible
                WHERE level = ?1 AND from_day <= ?2 AND (until_day IS NULL OR until_day > ?2) ORDER BY code
                """, level.rawValue, day.description
            ) { EligibleUnit(level: level, code: try $0.get(0), title: try $0.get(1), region: try $0.get(2)) }
        }
    }
}
