import Messages
import Pages
import RegistryContracts
import Vocabulary

/// Coverage of every level on any day, one level opened by city with what is not covered. Public.
struct CoveragePage: Sendable {
    var levels: [Coverage]
    var opened: Coverage

    func page(_ request: PageRequest) -> Page {
        Page(title: "覆盖情况", header: PageHeader(lead: "截至\(opened.day.shown)的平台覆盖率；每个比率都列明分子、分母和口径。")) {
            if let notice = request.dayNotice("day") { notice }
            FilterBar(request) { form in
                form.select(
                    "level", "层级", levels.map { Choice($0.level.rawValue, $0.level.title) }, value: opened.level.rawValue)
                form.date("day", "统计日期", value: opened.day.description)
            }
            DataTable(
                "各层级覆盖率",
                columns: [.text("层级"), .number("已覆盖", unit: "个"), .number("应覆盖", unit: "个"), .number("覆盖率"), .number("平台数", unit: "个")],
                rows: levels.map { level in
                    [
                        .link(level.level.title, request.link(setting: "level", to: level.level.rawValue)),
                        .number(level.ratio.numerator), .number(level.ratio.denominator), .text(level.ratio.percent),
                        .number(level.nodes),
                    ]
                },
                csv: QueryLink.make("\(request.base)/coverage.csv", [("day", opened.day.description)]))
            if !opened.cities.isEmpty { cityTable }
            uncovered
            p(.class("muted")) { "统计口径（\(opened.level.title)）：\(opened.ratio.rule)" }
        }
    }

    private var cityTable: DataTable {
        DataTable(
            "各市州\(opened.level.title)覆盖情况",
            columns: [.text("市州"), .number("已覆盖", unit: "个"), .number("应覆盖", unit: "个"), .number("覆盖率")],
            rows: opened.cities.map { city in
                [
                    .text(city.title), .number(city.covered), .number(city.eligible),
                    .text(Ratio(city.covered, of: city.eligible, rule: "").percent),
                ]
            })
    }

    private var uncovered: HTML {
        HTML {
            if opened.ratio.denominator == 0 {
                EmptyState("没有应覆盖的\(opened.level.title)单位", hint: "产业链、园区和双创基地由省级主管人员登记应覆盖名录。")
            } else if opened.uncovered.isEmpty {
                Notice("\(opened.level.title)已全部覆盖。", tone: .success)
            } else {
                DataTable(
                    "尚未覆盖的\(opened.level.title)", columns: [.text("代码"), .text("名称")],
                    rows: opened.uncovered.map { [.text($0.code), .text($0.title)] })
            }
        }
    }

    static func csv(_ levels: [Coverage]) -> [[String]] {
        [["层级", "统计日期", "市州", "已覆盖", "应覆盖", "覆盖率", "口径"]]
            + levels.flatMap { level in
                [
                    [
                        level.level.title, level.day.description, "全部", String(level.ratio.numerator),
                        String(level.ratio.denominator), level.ratio.percent, level.ratio.rule,
                    ]
                ]
                    + level.cities.map { city in
                        [
                            level.level.title, level.day.description, city.title, String(city.covered),
                            String(city.eligible), Ratio(city.covered, of: city.eligible, rule: "").percent, "",
                        ]
                    }
            }
    }
}
