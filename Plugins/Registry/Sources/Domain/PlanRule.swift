import RegistryContracts
import Vocabulary

/// The plan of a year against what was recognised in it.
///
/// A window outside the plan is counted apart and never lifts the rate: the bulletin for 2020 (planned 35, built 27, of which 26
/// planned) reports 26/35 = 74.29 %, not 27/35.
/// - Source: 湘经信中小服务〔2017〕711号 二; 湖南省工业和信息化厅 2021-01-13 (2020 年通报)
enum PlanRule {
    /// A county and the day its window was recognised.
    struct Recognition: Sendable, Hashable {
        let region: RegionCode
        let on: Day
    }

    struct Result: Sendable {
        let completion: Ratio
        /// Planned and done, planned and missing, done without being planned; in the order of the codes.
        let done: [RegionCode]
        let missing: [RegionCode]
        let outside: [RegionCode]
    }

    static let rule = "分子：列入当年计划且当年（截至统计日）认定的县市区数；分母：当年计划数。计划外建成的窗口平台另行统计，不计入完成率。"

    static func compute(planned: [RegionCode], recognitions: [Recognition], year: Int, asOf day: Day) -> Result {
        let plan = Set(planned)
        let built = Set(
            recognitions.filter { $0.on <= day && $0.on.year == year }.map(\.region))
        let done = plan.intersection(built).sorted()
        return Result(
            completion: Ratio(done.count, of: plan.count, rule: rule), done: done, missing: plan.subtracting(built).sorted(),
            outside: built.subtracting(plan).sorted())
    }
}
