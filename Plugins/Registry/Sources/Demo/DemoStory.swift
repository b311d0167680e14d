import Messages
import PluginKit
import RegistryContracts
import Vocabulary

/// The invented network, told in order: the tree, the plans, then the applications under way.
struct DemoStory {
    let teller: DemoTeller
    let demonstration: Demonstration
    let gazetteer: Gazetteer
    let today: Day
    let paper: DocumentReference

    /// Counties without a window at the end: 18 of the 122. 浏阳 and 宁乡 stay free, so that an application can be walked through.
    static let uncovered = [
        "430181", "430182", "430522", "430525", "430529", "430623", "430624", "430681", "430921", "430981", "431221",
        "431223", "431229", "431230", "431322", "431382", "433126", "433130",
    ]
    /// Planned for 2020 and not built in it.
    static let missed2020 = ["430522", "430525", "430623", "430921", "431221", "431223", "431322", "433126", "433130"]
    static let planned2026 = [
        "430181", "430182", "430522", "430525", "430623", "430681", "430921", "431221", "431223", "431322", "433126", "433130",
    ]

    func tellAll() async throws {
        try await hubAndCities()
        let built2020 = try await countyWindows()
        try await plans(built2020: built2020)
        try await clustersParksAndBases()
        try await checks()
        try await lives()
        try await applications()
    }

    func date(_ year: Int, _ month: Int, _ day: Int) -> Day { Day(year: year, month: month, day: day) ?? today }

    func organisation(_ name: String, _ serial: Int) throws -> Organisation {
        guard let made = DemoOrganisation.make(name, serial) else {
            throw RegistryRefusal.make("invalid-input", "演示单位代码未能生成。请报告此问题。", log: "demo code \(serial) is invalid")
        }
        return made
    }

    private func hubAndCities() async throws {
        let province = gazetteer.title(of: gazetteer.province)
        try await teller.tell(
            ImportNode(
                kind: .hub, region: gazetteer.province, title: "\(province)中小企业公共服务平台",
                builder: organisation("\(province)中小企业服务中心", 1),
                operatingUnit: organisation("\(province)中小企业公共服务平台运营中心", 2), mode: .publicInstitution,
                recognisedOn: date(2012, 6, 1), recognitionDocument: "演示〔2012〕1号"))
        for (index, city) in gazetteer.divisions(.city, on: today).enumerated() {
            try await teller.tell(
                ImportNode(
                    kind: .city, region: city.region, title: "\(city.title)中小企业公共服务平台",
                    builder: organisation("\(city.title)中小企业服务中心", 100 + index),
                    operatingUnit: organisation("\(city.title)企业服务有限公司", 200 + index),
                    mode: index % 3 == 0 ? .publicInstitution : .stateCompany,
                    recognisedOn: date(2013 + index % 3, 3 + index % 9, 10 + index),
                    recognitionDocument: "演示〔\(2013 + index % 3)〕\(10 + index)号"))
        }
    }

    /// 77 windows of the years before 2020, 27 of 2020; gives the counties of 2020.
    private func countyWindows() async throws -> [RegionCode] {
        let counties = gazetteer.divisions(.county, on: today).filter { !Self.uncovered.contains($0.code) }
        var built2020: [RegionCode] = []
        for (index, county) in counties.enumerated() {
            // Every fourth one and the first belong to 2020: 27 of 104.
            let is2020 = index % 4 == 3 || index == 0
            let day =
                is2020
                ? date(2020, 4 + index % 9, 1 + index % 28) : date(2016 + index % 4, 1 + index % 12, 1 + index % 28)
            guard let code = code(of: county.region, on: day) else { continue }
            if is2020 { built2020.append(code) }
            try await teller.tell(
                ImportNode(
                    kind: .county, region: code, title: "\(county.title)中小企业公共服务平台",
                    builder: organisation("\(county.title)中小企业服务中心", 1000 + index),
                    operatingUnit: organisation("\(county.title)企业服务有限公司", 2000 + index),
                    mode: OperatingMode.allCases[index % OperatingMode.allCases.count], recognisedOn: day,
                    recognitionDocument: "演示〔\(day.year)〕\(20 + index)号",
                    carrierPark: index % 5 == 0 ? "演示·\(county.title)产业开发区" : nil,
                    chain: index % 6 == 0 ? "工程机械" : nil))
        }
        return built2020
    }

    /// The code that named the county on that day: 祁阳县 before it became 祁阳市.
    private func code(of region: RegionCode, on day: Day) -> RegionCode? {
        if gazetteer.tier(of: region, on: day) == .county { return region }
        return gazetteer.regions.all.first { $0.successors.contains(region) && $0.isValid(on: day) }?.code
    }

    /// 2020 as in the bulletin: 35 planned, 26 of them built, one more outside the plan.
    private func plans(built2020: [RegionCode]) async throws {
        let planned = built2020.dropFirst().prefix(26) + Self.missed2020.compactMap { RegionCode($0) }
        try await teller.tell(SetAnnualPlan(year: 2020, counties: Array(planned), document: "演示〔2020〕5号"))
        try await teller.tell(
            SetAnnualPlan(
                year: today.year, counties: Self.planned2026.compactMap { RegionCode($0) }, document: "演示〔\(today.year)〕3号"))
    }

    private func clustersParksAndBases() async throws {
        let units: [(level: CoverageLevel, code: String, title: String, region: String)] = [
            (.cluster, "rail-transit", "先进轨道交通装备（示例）", "430000"), (.cluster, "machinery", "工程机械（示例）", "430000"),
            (.cluster, "energy-storage", "先进储能材料（示例）", "430000"), (.cluster, "ceramics", "先进陶瓷材料（示例）", "430200"),
            (.park, "park-yuelu", "演示·岳麓产业园", "430104"), (.park, "park-tianyuan", "演示·天元产业园", "430211"),
            (.park, "park-liuyang", "演示·浏阳产业园", "430181"), (.base, "base-yuhua", "演示·雨花创业基地", "430111"),
            (.base, "base-shifeng", "演示·石峰创业基地", "430204"),
        ]
        for unit in units {
            guard let region = RegionCode(unit.region) else { continue }
            try await teller.tell(
                MarkEligible(
                    level: unit.level, code: unit.code, title: unit.title, region: region, from: date(2018, 1, 1)))
        }
        for (index, unit) in units.enumerated() where unit.code != "energy-storage" && unit.code != "park-liuyang" {
            guard let region = RegionCode(unit.region) else { continue }
            try await teller.tell(
                ImportNode(
                    kind: unit.level.kind, region: region, title: "\(unit.title)服务平台",
                    builder: organisation("\(unit.title)管理机构", 3000 + index),
                    operatingUnit: organisation("\(unit.title)运营公司", 3100 + index), mode: .entrustedEnterprise,
                    recognisedOn: date(2019 + index % 4, 2 + index, 8), recognitionDocument: "演示〔\(2019 + index % 4)〕\(60 + index)号",
                    carrierPark: unit.level == .park ? unit.title : nil,
                    chain: unit.level == .cluster ? unit.title : nil, unit: unit.code))
        }
        // One park was under its county's window and hangs under the city since 2023.
        if let park = NodeID("430211-p01"), let city = NodeID("430200") {
            try await teller.tell(
                MoveNode(node: park, parent: city, from: date(2023, 1, 1), reason: "园区管理体制调整，改由市级平台联系"))
        }
    }

    private func checks() async throws {
        for (index, id) in ["430102", "430103", "430211", "430302", "430405", "430702"].enumerated() {
            guard let node = NodeID(id) else { continue }
            for (position, item) in RegistrySettings.Standard.example.items.enumerated() where (position + index) % 5 != 4 {
                let points = max(item.points - (position + index) % 4 * 2, 0)
                try await teller.tell(
                    RecordChecklistItem(
                        node: node, item: item.code, points: points, checkedOn: today - (20 + index * 9 + position),
                        remark: points == item.points ? nil : "演示：有改进空间", evidence: [paper]))
            }
        }
    }
}
