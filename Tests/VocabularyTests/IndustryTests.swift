import TestKit
import Testing
import Vocabulary

@Suite("Industries and sizes")
struct IndustryTests {
    static let cases = Fixture.rows("enterprise-sizes")
    let data: ReferenceData

    init() throws { data = try Reference.data() }

    @Test("the table has the standard's counts, and every code round-trips") func counts() throws {
        let levels = Dictionary(grouping: data.industries.all, by: { $0.code.level }).mapValues(\.count)
        #expect(levels == [.section: 20, .division: 97, .group: 473, .class: 1381])
        for industry in data.industries.all {
            #expect(IndustryCode(industry.code.description) == industry.code)
            #expect(data.industries[industry.code] == industry)
            #expect(data.industries.section(of: industry.code)?.code.level == .section)
        }
    }

    @Test(
        "refuses texts that are no code", arguments: ["", "U", "AA", "C35", "1", "01110", "０１", "-1", "1a", " 35", "é"])
    func refuses(text: String) {
        #expect(IndustryCode(text) == nil)
    }

    @Test("people may put the section's letter first") func typed() throws {
        let table = data.industries
        #expect(table.industry(typed: " C3511 ")?.code == IndustryCode("3511"))
        #expect(table.industry(typed: "ｃ35")?.code == IndustryCode("35"))
        #expect(table.industry(typed: "D3511") == nil)
        #expect(table.industry(typed: "9999") == nil)
        #expect(table.industry(typed: "a")?.name == "农、林、牧、渔业")
        #expect(table.ancestors(of: try #require(IndustryCode("0111"))).map { "\($0.code)" } == ["011", "01", "A"])
        #expect(table.children(of: IndustryCode("01")).count == 9)
        #expect(table.children(of: nil).count == 20)
    }

    @Test("all published cases are there") func countsCases() { #expect(Self.cases.count == 207) }

    @Test("an enterprise has the class of the rule", arguments: cases)
    func sizes(row: Fixture.Row) throws {
        let figures = EnterpriseFigures(
            employees: Int64(row["employees"]), revenueYuan: Int64(row["revenue"]), assetsYuan: Int64(row["assets"]))
        let standard = try #require(data.sizes.standard(on: .last))
        let group = try #require(standard[group: row["group"]])
        let size = try #require(EnterpriseSize(rawValue: row["size"]))
        #expect(group.verdict(for: figures) == .determined(size))
        if !row["industry"].isEmpty {
            let code = try #require(IndustryCode(row["industry"]))
            #expect(data.sizes.verdict(for: code, figures, in: data.industries) == .determined(size))
        }
    }

    @Test("the minimum of the indicators is the rule's ladder of conjunctions") func ladder() throws {
        var generator = Seeded(4)
        for group in try #require(data.sizes.standard(on: .last)).groups {
            let limits = group.bounds.flatMap { [$0.small, $0.medium, $0.large] }
            for _ in 0..<400 {
                var pick: Int64 {
                    (limits.randomElement(using: &generator) ?? 0) + Int64.random(in: -1...1, using: &generator)
                }
                let figures = EnterpriseFigures(employees: pick, revenueYuan: pick, assetsYuan: pick)
                func reaches(_ bound: (SizeGroup.Bounds) -> Int64) -> Bool {
                    group.bounds.allSatisfy { (figures[$0.indicator] ?? 0) >= bound($0) }
                }
                let size: EnterpriseSize =
                    reaches(\.large) ? .large : reaches(\.medium) ? .medium : reaches(\.small) ? .small : .micro
                #expect(group.verdict(for: figures) == .determined(size))
            }
        }
    }

    @Test("a missing indicator leaves the class open") func missing() throws {
        func verdict(_ code: String, _ figures: EnterpriseFigures, on day: Day = .last) throws -> SizeVerdict {
            data.sizes.verdict(for: try #require(IndustryCode(code)), figures, in: data.industries, on: day)
        }
        #expect(
            try verdict("35", EnterpriseFigures(employees: 500)) == .undetermined(missing: [.revenue], atMost: .medium))
        #expect(
            try verdict("35", EnterpriseFigures()) == .undetermined(missing: [.employees, .revenue], atMost: .large))
        #expect(try verdict("A", EnterpriseFigures(revenueYuan: 0)) == .determined(.micro))
        #expect(
            try verdict("F", EnterpriseFigures(employees: 1)) == .needsFinerIndustry(try #require(IndustryCode("F"))))
        #expect(try verdict("66", EnterpriseFigures(employees: 1)) == .notCovered(try #require(IndustryCode("66"))))
        #expect(try verdict("9999", EnterpriseFigures()) == .unknownIndustry(try #require(IndustryCode("9999"))))
        #expect(try verdict("A", EnterpriseFigures(revenueYuan: 0), on: try #require(Day("2011-06-17"))) == .noRule)
        #expect(SizeVerdict.determined(.micro).size == .micro && SizeVerdict.noRule.size == nil)
    }
}
