import Testing
import Vocabulary

@Suite("RegionTable")
struct RegionTableTests {
    let table: RegionTable

    init() throws { table = try Reference.data().regions }

    private func code(_ text: String) throws -> RegionCode { try #require(RegionCode(text)) }
    private func day(_ text: String) throws -> Day { try #require(Day(text)) }

    @Test("Hunan has 14 cities and 122 counties, of the published kinds") func countsHunan() throws {
        let hunan = try code("430000")
        let cities = table.children(of: hunan)
        #expect(cities.count == 14)
        #expect(cities.allSatisfy { $0.tier == .city && $0.areaCode != nil && $0.longitude != nil })
        let counties = table.descendants(of: hunan, tier: .county)
        let kinds = Dictionary(grouping: counties, by: { $0.kind ?? "-" }).mapValues(\.count)
        #expect(kinds == ["市辖区": 36, "县级市": 19, "县": 60, "自治县": 7])
        #expect(table.descendants(of: hunan).count == 136)
    }

    @Test("the country has 34 provinces, 333 cities and 2843 counties") func countsCountry() {
        let provinces = table.provinces()
        #expect(provinces.count == 34)
        let below = provinces.flatMap { table.descendants(of: $0.code) }
        #expect(below.count { $0.tier == .city } == 333)
        #expect(below.count { $0.tier == .county } == 2843)
        #expect(table.count == 34 + 333 + 2843 + 4)
    }

    @Test(
        "a changed county has its old code before and its new one after",
        arguments: [
            ("430124", "宁乡县", "2017-04-09", "430182", "宁乡市", "2017-04-10"),
            ("430221", "株洲县", "2018-06-18", "430212", "渌口区", "2018-06-19"),
            ("430521", "邵东县", "2019-06-30", "430582", "邵东市", "2019-07-01"),
            ("431121", "祁阳县", "2021-01-19", "431181", "祁阳市", "2021-01-20"),
        ])
    func changes(old: String, oldName: String, lastDay: String, new: String, newName: String, firstDay: String) throws {
        let (oldCode, newCode, last, first) = (try code(old), try code(new), try day(lastDay), try day(firstDay))
        #expect(table.region(oldCode, on: last)?.name == oldName)
        #expect(table.region(newCode, on: last) == nil)
        #expect(table.region(oldCode, on: first) == nil)
        #expect(table.region(newCode, on: first)?.name == newName)
        #expect(table.region(oldCode)?.name == oldName)
        #expect(table.successors(of: oldCode, on: first) == [newCode])
        #expect(table.successors(of: oldCode, on: last) == [oldCode])
        #expect(table.successors(of: newCode, on: last).isEmpty)
        for day in [last, first] {
            #expect(table.descendants(of: try code("430000"), on: day, tier: .county).count == 122)
        }
    }

    @Test("counties directly under a province are its children") func directCounties() throws {
        let xiantao = try code("429004")
        #expect(table.region(xiantao)?.tier == .county)
        #expect(table.ancestors(of: xiantao).map(\.name) == ["湖北省"])
        #expect(table.children(of: try code("420000")).contains { $0.code == xiantao })
        #expect(table.descendants(of: try code("110000"), tier: .county).count == 16)
    }

    @Test("paths and ancestors run through every tier") func paths() throws {
        #expect(table.path(of: try code("430104")) == "湖南省长沙市岳麓区")
        #expect(table.path(of: try code("433101")) == "湖南省湘西土家族苗族自治州吉首市")
        #expect(table.path(of: try code("439999")) == "439999")
        #expect(table.ancestors(of: try code("430221")).map(\.shortName) == ["株洲", "湖南"])
        #expect(table.isRegion(try code("430221"), within: try code("430200")))
        #expect(table.isRegion(try code("439999"), within: try code("430000")))
        #expect(!table.isRegion(try code("430221"), within: try code("430100")))
        #expect(!table.isRegion(try code("430000"), within: try code("430221")))
    }

    @Test("names find regions of the day") func names() throws {
        let hunan = try code("430000")
        #expect(table.regions(named: "浏阳", within: hunan).map(\.code) == [try code("430181")])
        #expect(table.regions(named: "株洲县").isEmpty)
        #expect(table.regions(named: "株洲县", on: try day("2018-01-01")).map(\.code) == [try code("430221")])
        #expect(table.regions(named: "鼓楼区").count > 1)
    }

    @Test("every region is a child of its parent and lies inside it by structure") func parents() {
        for region in table.all where region.until == nil {
            guard let parent = region.parent else { continue }
            #expect(table.children(of: parent).contains(region))
            #expect(parent.contains(region.code))
        }
    }
}
