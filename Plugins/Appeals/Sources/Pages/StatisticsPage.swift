import AppealsContracts
import Messages
import Pages
import Vocabulary

/// The column's figures, each share with what it is made of.
struct ColumnStatisticsPage {
    var statistics: ColumnStatistics

    func page(_ request: PageRequest) -> Page {
        let csv = QueryLink.make(
            "\(request.base)/statistics.csv", [("from", "\(statistics.from)"), ("until", "\(statistics.until)")])
        return Page(
            title: "专栏统计", trail: [("意见建议专栏", "\(request.base)/")],
            header: PageHeader(lead: "\(Format.date(statistics.from))至\(Format.date(statistics.until))提交的意见、建议和诉求。")
        ) {
            FilterBar(request) { form in
                form.date("from", "自")
                form.date("until", "至")
            }
            StatTiles(
                [
                    StatTiles.Stat("提交", Format.count(statistics.submitted), unit: "件"),
                    StatTiles.Stat(
                        "共性问题", Format.count(statistics.commonProblems), unit: "个",
                        note: "归并 \(Format.count(statistics.supporters)) 件"),
                ]
                    + statistics.shares.map { share in
                        StatTiles.Stat(
                            share.title,
                            share.denominator == 0 ? "—" : Format.percent(share.numerator, of: share.denominator),
                            note: "\(Format.count(share.numerator)) / \(Format.count(share.denominator))")
                    })
            if [statistics.byState, statistics.byKind, statistics.byCategory, statistics.byRegion].joined().contains(
                where: { $0.fewerThan != nil })
            {
                p("为保护提交人，过小的件数只显示上限，如“<5”。", .class("muted"))
            }
            table("按状态", statistics.byState)
            table("按性质", statistics.byKind)
            table("按类别", statistics.byCategory)
            table("按区划", statistics.byRegion, csv: csv)
            DataTable(
                "指标口径", columns: [.text("指标"), .number("比率"), .text("口径")],
                rows: statistics.shares.map {
                    [.text($0.title), .share($0.numerator, of: $0.denominator), .text($0.rule)]
                })
        }
    }

    private func table(_ title: String, _ counts: [ColumnStatistics.Count], csv: String? = nil) -> DataTable {
        DataTable(
            title, columns: [.text("名称"), .number("件数", unit: "件")],
            rows: counts.map { [.text($0.title), $0.fewerThan == nil ? .number($0.count) : .text($0.text)] }, csv: csv,
            empty: EmptyState("期内没有提交", hint: "可以换一个时间段。"))
    }
}
