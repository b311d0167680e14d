import Bus
import Messages
import RegistryContracts
import Store
import Vocabulary

extension Rulebook {
    func getPlan(_ query: GetPlan, _ snapshot: Snapshot) throws -> PlanReport {
        var input = InputRules()
        if !(2000...2100).contains(query.year) {
            input.add("year", "年度须在 2000 至 2100 之间。请修改。", value: String(query.year))
        }
        try input.refuseIfFaulty()
        let end = Day(year: query.year, month: 12, day: 31) ?? snapshot.now.day
        let asOf = query.asOf ?? min(end, snapshot.now.day)
        let plan = try snapshot.first(
            "SELECT revision, document FROM plan WHERE year = ? ORDER BY revision DESC LIMIT 1", query.year
        ) { (revision: try $0.get(0) as Int, document: try $0.get(1) as String?) }
        let planned: [RegionCode] = try snapshot.rows(
            "SELECT region FROM plan_county WHERE year = ? AND revision = ? ORDER BY region", query.year, plan?.revision ?? 0
        ) { try $0.get(0) }
        let windows = try windowsRecognised(in: query.year, upTo: asOf, snapshot)
        let result = PlanRule.compute(
            planned: planned, recognitions: windows.map { .init(region: $0.region, on: $0.recognisedOn) }, year: query.year,
            asOf: asOf)
        return PlanReport(
            year: query.year, revision: plan?.revision ?? 0, document: plan?.document, asOf: asOf,
            completion: result.completion, outside: result.outside.count, missing: result.missing.count,
            counties: try counties(planned: planned, result: result, windows: windows, snapshot),
            cities: cities(planned: planned, result: result))
    }

    /// County windows recognised within the year; one that left the network again was still built.
    private func windowsRecognised(in year: Int, upTo day: Day, _ snapshot: Snapshot) throws -> [NodeCard] {
        try snapshot.nodeCards(NodeFilter(kind: .county), on: day)
            .filter { $0.recognisedOn.year == year && $0.recognisedOn <= day }
    }

    private func counties(
        planned: [RegionCode], result: PlanRule.Result, windows: [NodeCard], _ snapshot: Snapshot
    ) throws -> [PlannedCounty] {
        let underWay = try snapshot.applications(kind: .county).filter { $0.card.stage.isUnderWay }
        return (planned + result.outside).sorted().map { region in
            let window = windows.filter { $0.region == region }.min { $0.recognisedOn < $1.recognisedOn }
            return PlannedCounty(
                region: region, title: gazetteer.title(of: region), isPlanned: planned.contains(region),
                recognisedOn: window?.recognisedOn, node: window?.id,
                stage: window == nil ? underWay.first { $0.card.region == region }?.card.stage : nil,
                carrierPark: window?.carrierPark, chain: window?.chain)
        }
    }

    private func cities(planned: [RegionCode], result: PlanRule.Result) -> [CityPlan] {
        let all = Set((planned + result.outside).map(\.cityOrSelf)).sorted()
        return all.map { city in
            CityPlan(
                region: city, title: gazetteer.title(of: city), planned: planned.count { $0.cityOrSelf == city },
                done: result.done.count { $0.cityOrSelf == city }, outside: result.outside.count { $0.cityOrSelf == city })
        }
    }
}
