import Messages
import RegistryContracts
import Testing
import Vocabulary

@testable import RegistryPlugin

func day(_ text: String) throws -> Day { try #require(Day(text)) }
func region(_ text: String) throws -> RegionCode { try #require(RegionCode(text)) }
func node(_ text: String) throws -> NodeID { try #require(NodeID(text)) }

@Suite("层级、覆盖、计划、用时：规则")
struct DomainTests {
    @Test(
        "一·以省平台为枢纽：谁可以挂在谁之下",
        arguments: [
            (NodeKind.city, "430100", NodeKind.hub, "430000", true), (.county, "430181", .city, "430100", true),
            (.county, "430181", .city, "430200", false), (.county, "430181", .hub, "430000", false),
            (.cluster, "430000", .hub, "430000", true), (.cluster, "430100", .city, "430100", true),
            (.cluster, "430181", .county, "430181", false), (.park, "430181", .county, "430181", true),
            (.park, "430181", .city, "430100", true), (.base, "430181", .hub, "430000", false),
            (.base, "430181", .county, "430182", false), (.hub, "430000", .hub, "430000", false),
        ])
    func placement(kind: NodeKind, at: String, parent: NodeKind, parentAt: String, isAllowed: Bool) throws {
        let faults = PlacementRules.parentFaults(
            kind: kind, region: try region(at), parent: .init(kind: parent, region: try region(parentAt)))
        #expect(faults.isEmpty == isAllowed)
    }

    @Test("A node other than the hub needs a parent, and the sentence says which")
    func orphansAreRefused() throws {
        let faults = PlacementRules.parentFaults(kind: .county, region: try region("430181"), parent: nil)
        #expect(faults.first?.message.contains("市州综合窗口平台") == true)
        #expect(PlacementRules.parentFaults(kind: .hub, region: try region("430000"), parent: nil).isEmpty)
    }

    @Test("The tree is the one that was valid on the day")
    func treeAsOfAnyDay() throws {
        let (hub, one, two, park) = (try node("430000"), try node("430100"), try node("430200"), try node("430211-p01"))
        let tree = Tree([
            .init(node: hub, parent: nil, from: try day("2012-01-01"), until: nil),
            .init(node: one, parent: hub, from: try day("2013-01-01"), until: nil),
            .init(node: two, parent: hub, from: try day("2013-06-01"), until: try day("2020-01-01")),
            .init(node: park, parent: one, from: try day("2014-01-01"), until: try day("2016-01-01")),
            .init(node: park, parent: two, from: try day("2016-01-01"), until: nil),
        ])
        #expect(tree.descendants(on: try day("2011-12-31")) == [])
        #expect(tree.descendants(on: try day("2015-05-05")) == [hub, one, park, two])
        #expect(tree.descendants(on: try day("2016-01-01")) == [hub, one, two, park])
        #expect(tree.descendants(of: one, on: try day("2015-05-05")) == [one, park])
        // Its parent has left: the park stays in sight, at the top.
        #expect(tree.descendants(on: try day("2021-01-01")) == [hub, one, park])
    }

    @Test("A circle is seen on the day and on every later day a change is known for")
    func cyclesAreSeen() throws {
        let (one, two, three) = (try node("n1"), try node("n2"), try node("n3"))
        let start = try day("2020-01-01")
        let tree = Tree([
            .init(node: one, parent: nil, from: start, until: nil), .init(node: two, parent: one, from: start, until: nil),
            .init(node: three, parent: one, from: start, until: try day("2021-01-01")),
            .init(node: three, parent: two, from: try day("2021-01-01"), until: nil),
        ])
        #expect(tree.wouldCycle(one, under: one, from: start))
        #expect(tree.wouldCycle(one, under: two, from: start))
        #expect(!tree.wouldCycle(two, under: three, from: start) == false)
        #expect(!tree.wouldCycle(three, under: two, from: start))
    }

    @Test("二·2020年通报：计划35，建成27（计划内26、计划外1），完成率 26/35 = 74.29%")
    func theBulletinOf2020() throws {
        let counties = (1...36).compactMap { RegionCode(String(430_100 + $0)) }
        let planned = Array(counties.prefix(35))
        let built = Array(counties.prefix(26)) + [counties[35]]
        let result = PlanRule.compute(
            planned: planned, recognitions: try built.map { .init(region: $0, on: try day("2020-09-01")) }, year: 2020,
            asOf: try day("2020-12-31"))
        #expect(result.completion.numerator == 26)
        #expect(result.completion.denominator == 35)
        #expect(result.completion.percent == "74.29%")
        #expect(result.outside == [counties[35]])
        #expect(result.missing.count == 9)
    }

    @Test("Recognitions of another year, or after the day asked for, do not complete the plan")
    func otherYearsDoNotCount() throws {
        let county = try region("430181")
        for text in ["2019-12-31", "2020-07-02", "2021-01-01"] {
            let result = PlanRule.compute(
                planned: [county], recognitions: [.init(region: county, on: try day(text))], year: 2020,
                asOf: try day("2020-07-01"))
            #expect(result.done.isEmpty, "\(text)")
        }
    }

    @Test(
        "Shares are rounded half up and never divide by zero",
        arguments: [(26, 35, "74.29%"), (104, 122, "85.25%"), (1, 3, "33.33%"), (2, 3, "66.67%"), (0, 5, "0.00%"), (5, 5, "100.00%"), (0, 0, "—"), (1, 20_000, "0.01%")])
    func ratios(numerator: Int, denominator: Int, text: String) {
        #expect(Ratio(numerator, of: denominator, rule: "").percent == text)
    }

    @Test("二·全覆盖：同一县市区两个平台只计一次，退出后不再计入，覆盖只计应覆盖单位")
    func coverageCountsUnits() throws {
        let (one, two, three) = (try region("430102"), try region("430103"), try region("430211"))
        let units = [one, two, three].map { EligibleUnit(level: .county, code: $0.description, title: "\($0)", region: $0) }
        let nodes = [
            CoverageRule.CountedNode(
                kind: .county, regions: [one], unit: nil, recognisedOn: try day("2019-01-01"), exitedOn: nil),
            CoverageRule.CountedNode(
                kind: .county, regions: [one], unit: nil, recognisedOn: try day("2020-01-01"), exitedOn: nil),
            CoverageRule.CountedNode(
                kind: .county, regions: [three], unit: nil, recognisedOn: try day("2019-01-01"),
                exitedOn: try day("2021-06-01")),
            CoverageRule.CountedNode(
                kind: .city, regions: [two], unit: nil, recognisedOn: try day("2019-01-01"), exitedOn: nil),
        ]
        let before = CoverageRule.compute(.county, on: try day("2021-05-31"), units: units, nodes: nodes)
        #expect(before.ratio.numerator == 2)
        #expect(before.ratio.denominator == 3)
        #expect(before.nodes == 3)
        #expect(before.uncovered.map(\.code) == ["430103"])
        let after = CoverageRule.compute(.county, on: try day("2021-06-01"), units: units, nodes: nodes)
        #expect(after.ratio.numerator == 1)
        #expect(after.cities.map(\.covered) == [1, 0])
        #expect(after.cities.map(\.eligible) == [2, 1])
        #expect(CoverageRule.compute(.county, on: try day("2018-12-31"), units: units, nodes: nodes).ratio.numerator == 0)
    }

    @Test("Time in a stage runs from its actual beginning to the next step, and stands still in a final one")
    func timeInStages() {
        func at(_ hours: Int64) -> Timestamp { Timestamp(milliseconds: hours * 3_600_000) }
        let ticks: [StageClock.Tick] = [
            .init(to: .submitted, at: at(0)), .init(to: .cityReview, at: at(5)), .init(to: .refused, at: at(29)),
        ]
        let periods = StageClock.periods(ticks)
        #expect(periods.map(\.milliseconds) == [5 * 3_600_000, 24 * 3_600_000, 0])
        #expect(StageClock.periods(Array(ticks.prefix(2))).map(\.milliseconds) == [5 * 3_600_000, nil])
        let summary = StageClock.summary(
            [ticks, [.init(to: .submitted, at: at(0)), .init(to: .cityReview, at: at(7))]], from: nil, until: nil)
        #expect(summary.map(\.stage) == [.submitted, .cityReview])
        #expect(summary.map(\.count) == [2, 1])
        #expect(summary.map(\.meanMilliseconds) == [6 * 3_600_000, 24 * 3_600_000])
        #expect(summary.map(\.waiting) == [0, 1])
    }

    @Test(
        "Identifiers have one shape",
        arguments: [("430181", true), ("430181-p01", true), ("4", false), ("-43", false), ("43-", false), ("浏阳", false), ("A1", false)])
    func nodeIdentifiers(text: String, isValid: Bool) { #expect((NodeID(text) != nil) == isValid) }

    @Test(
        "Application numbers have one shape",
        arguments: [("2026-430181-01", true), ("2026-430181-1", false), ("2026-43018-01", false), ("2026430181-01", false), ("2026-430181-00001", false)])
    func applicationNumbers(text: String, isValid: Bool) { #expect((ApplicationID(text) != nil) == isValid) }
}
