import Messages
import Pages
import RegistryContracts
import Vocabulary

/// The network as a scheme of tiles: the province's cities, or one city's counties, as of any day. Public.
struct NetworkMapPage: Sendable {
    struct County: Sendable {
        var region: RegionCode
        var title: String
        var windows: [NodeCard]
    }

    struct City: Sendable {
        var region: RegionCode
        var title: String
        var counties: [County]
        /// The city's own window, its clusters, parks and bases.
        var others: [NodeCard]
    }

    var day: Day
    var counts: NodeCounts
    /// County coverage of the province, or of the opened city.
    var counties: Coverage
    /// The other levels the settings include.
    var levels: [Coverage]
    var city: City?
    var gazetteer: Gazetteer

    func page(_ request: PageRequest) -> Page {
        Page(
            title: city.map { "\($0.title)平台网络" } ?? "平台网络地图",
            trail: city == nil ? [] : [("平台网络地图", address("\(request.base)/map", request))],
            header: PageHeader(
                lead: "截至\(day.shown)，县市区综合窗口平台覆盖率 \(counties.ratio.shown)。本图为示意图，非地理地图。")
        ) {
            if let notice = request.dayNotice("day") { notice }
            FilterBar(request) { form in form.date("day", "统计日期", value: day.description, hint: "可查看任意一天的网络") }
            if let city { cityView(city, request) } else { provinceView(request) }
            p(.class("muted")) { "统计口径：\(counties.ratio.rule)" }
        }
    }

    private func provinceView(_ request: PageRequest) -> HTML {
        HTML {
            StatTiles(stats(request))
            TileMap(
                "各市州综合窗口平台覆盖情况", measure: "县市区覆盖", unit: "县市区",
                counties.cities.map { city in
                    TileMap.Tile(
                        city.region, city.title, city.covered, of: city.eligible,
                        href: address("\(request.base)/map/\(city.region)", request))
                })
            if !counties.uncovered.isEmpty {
                Disclosure("尚未覆盖的县市区（\(counties.uncovered.count) 个）") {
                    ul { for unit in counties.uncovered { li("\(unit.title)（\(unit.code)）") } }
                }
            }
            p { a("查看当日网络层级", href: address("\(request.base)/tree", request)) }
        }
    }

    private func stats(_ request: PageRequest) -> [StatTiles.Stat] {
        counts.kinds.map { item in
            let coverage = (levels + [counties]).first { $0.level.kind == item.kind && $0.ratio.denominator > 0 }
            return StatTiles.Stat(
                item.kind.title, Format.count(item.count), unit: "个",
                note: coverage.map { "\($0.level.title)覆盖 \($0.ratio.shown)" }, asOf: day.start,
                href: QueryLink.make(
                    "\(request.base)/nodes", [("kind", item.kind.rawValue), ("asOf", day.description)]))
        }
    }

    private func cityView(_ city: City, _ request: PageRequest) -> HTML {
        HTML {
            TileMap(
                "\(city.title)各县市区综合窗口平台", measure: "综合窗口", unit: "个",
                city.counties.map { county in
                    TileMap.Tile(
                        county.region, county.title, county.windows.isEmpty ? 0 : 1, of: 1,
                        href: county.windows.first.map { request.path($0.id) })
                })
            DataTable(
                "县市区综合窗口平台",
                columns: [.text("县市区"), .text("平台"), .text("运营单位"), .text("认定日期"), .text("状态")],
                rows: city.counties.map { row($0, request) })
            NodeTable("市州平台、产业链、园区和双创基地平台", city.others, request, in: gazetteer)
        }
    }

    private func row(_ county: County, _ request: PageRequest) -> [DataTable.Cell] {
        guard let window = county.windows.first else {
            return [.text(county.title), .missing, .missing, .missing, .state("未覆盖", .warning)]
        }
        return [
            .text(county.title),
            DataTable.Cell { for window in county.windows { p { a(window.name, href: request.path(window.id)) } } },
            .text(window.operatingUnit.name), .text(window.recognisedOn.shown),
            .state(window.stage.title, window.stage.tone),
        ]
    }

    private func address(_ path: String, _ request: PageRequest) -> String {
        QueryLink.make(path, [("day", request.fields["day"] ?? "")])
    }
}
