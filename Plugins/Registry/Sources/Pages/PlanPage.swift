import Messages
import Pages
import RegistryContracts
import Vocabulary

/// Plan and completion of a year, by city and by county. Public; province staff set the plan here.
struct PlanPage: Sendable {
    var report: PlanReport
    var years: ClosedRange<Int>
    /// County choices for the plan's form; `nil` for whoever may not set it.
    var counties: [EligibleUnit]?
    var refusal: Refusal?

    func page(_ request: PageRequest) -> Page {
        Page(
            status: refusal?.status ?? 200, title: "\(report.year)年窗口平台建设计划",
            header: PageHeader(
                lead: report.revision == 0
                    ? "尚未下达\(report.year)年计划。"
                    : "截至\(report.asOf.shown)，完成率 \(report.completion.shown)；计划外建成 \(report.outside) 个，未建成 \(report.missing) 个。")
        ) {
            FilterBar(request) { form in
                form.select("year", "年度", years.reversed().map { Choice(String($0), "\($0)年") }, value: String(report.year))
                form.date("asOf", "截至日期", value: report.asOf.description)
            }
            StatTiles([
                StatTiles.Stat("计划", Format.count(report.completion.denominator), unit: "个", note: report.document),
                StatTiles.Stat("计划内建成", Format.count(report.completion.numerator), unit: "个", asOf: report.asOf.start),
                StatTiles.Stat("计划外建成", Format.count(report.outside), unit: "个", note: "不计入完成率"),
                StatTiles.Stat("完成率", report.completion.percent, note: "\(report.completion.numerator)/\(report.completion.denominator)"),
            ])
            cityTable
            countyTable(request)
            p(.class("muted")) { "统计口径：\(report.completion.rule)" }
            if let counties { Disclosure("下达或修订计划", isOpen: refusal != nil) { form(counties, request) } }
        }
    }

    private var cityTable: DataTable {
        DataTable(
            "各市州计划和完成情况",
            columns: [.text("市州"), .number("计划", unit: "个"), .number("计划内建成", unit: "个"), .number("计划外建成", unit: "个"), .number("完成率")],
            rows: report.cities.map { city in
                [
                    .text(city.title), .number(city.planned), .number(city.done), .number(city.outside),
                    .text(Ratio(city.done, of: city.planned, rule: "").percent),
                ]
            },
            footer: [
                .text("合计"), .number(report.completion.denominator), .number(report.completion.numerator),
                .number(report.outside), .text(report.completion.percent),
            ], empty: EmptyState("这一年没有计划，也没有新认定的县市区窗口", hint: "省级主管人员可在下方下达计划。"))
    }

    private func countyTable(_ request: PageRequest) -> DataTable {
        DataTable(
            "县市区明细", columns: [.text("县市区"), .text("计划"), .text("认定日期"), .text("平台"), .text("进展")],
            rows: report.counties.map { county in
                [
                    .text("\(county.title)（\(county.region)）"), .text(county.isPlanned ? "计划内" : "计划外"),
                    .text(county.recognisedOn?.shown),
                    county.node.map { .link($0.description, request.path($0)) } ?? .missing,
                    county.recognisedOn != nil
                        ? .state("已建成", .success)
                        : county.stage.map { .state($0.title, $0.tone) } ?? .state("未申报", .warning),
                ]
            },
            csv: QueryLink.make(
                "\(request.base)/plan.csv", [("year", String(report.year)), ("asOf", report.asOf.description)]))
    }

    private func form(_ counties: [EligibleUnit], _ request: PageRequest) -> HTML {
        let planned = report.counties.filter(\.isPlanned).map(\.region.description)
        return Form(
            post: "\(request.base)/plan", of: request, refusal: refusal, submit: report.revision == 0 ? "下达计划" : "修订计划"
        ) { form in
            form.number("year", "年度", value: String(report.year), required: true)
            form.text("document", "文号", value: report.document, width: .medium)
            form.checkboxes(
                "counties", "列入计划的县市区", counties.map { Choice($0.code, "\($0.title)（\($0.code)）") }, values: planned)
        }.html
    }

    static func csv(_ report: PlanReport) -> [[String]] {
        [["区划代码", "县市区", "计划", "认定日期", "平台编号", "阶段"]]
            + report.counties.map { county in
                [
                    county.region.description, county.title, county.isPlanned ? "计划内" : "计划外",
                    county.recognisedOn?.description ?? "", county.node?.description ?? "", county.stage?.title ?? "",
                ]
            } + [
                ["完成率", report.completion.percent, "分子", String(report.completion.numerator), "分母", String(report.completion.denominator)],
                ["口径", report.completion.rule],
            ]
    }
}
