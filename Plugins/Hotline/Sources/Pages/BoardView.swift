import HotlineContracts
import Pages
import Vocabulary

/// What supervisors watch, each share with what it is made of.
struct BoardView: Component {
    let board: Board
    let base: String
    let now: Timestamp

    var html: HTML {
        HTML {
            let total = board.total
            p("截至 \(Format.dateTime(board.at))", .class("muted"))
            StatTiles([
                StatTiles.Stat(
                    "等候", Format.count(total.waiting), unit: "通",
                    note: total.waitingSince.map {
                        "最长 \(Seconds.text(Int(max(now.since($0), .zero).components.seconds)))"
                    }, href: "\(base)/calls?state=waiting"),
                StatTiles.Stat("通话中", Format.count(total.talking), unit: "通", href: "\(base)/calls?state=talking"),
                StatTiles.Stat(
                    "就绪坐席", Format.count(total.seatsReady), unit: "席", note: "共 \(total.seats) 席", href: "\(base)/seats"
                ),
                tile("今日接通率", total.answered), tile("15 秒接通率", total.answeredAtOnce),
                StatTiles.Stat(
                    "平均通话", Self.average(total.handling),
                    note: "\(Format.count(total.handling.numerator)) 秒 / \(Format.count(total.handling.denominator)) 通"),
                tile("逾期占比", total.overdue, href: "\(base)/desk?overdue=yes"), tile("30 天满意率", total.satisfied),
            ])
            DataTable(
                "各节点",
                columns: [
                    .text("节点"), .number("等候"), .number("通话中"), .text("就绪/坐席"), .number("接通率"), .number("15 秒接通率"),
                    .text("平均通话"), .number("逾期"),
                    .number("满意率"),
                ],
                rows: board.nodes.map { node in
                    [
                        .text(node.name), .number(node.waiting), .number(node.talking),
                        .text("\(node.seatsReady)/\(node.seats)"),
                        .share(node.answered.numerator, of: node.answered.denominator),
                        .share(node.answeredAtOnce.numerator, of: node.answeredAtOnce.denominator),
                        .text(Self.average(node.handling)),
                        .share(node.overdue.numerator, of: node.overdue.denominator),
                        .share(node.satisfied.numerator, of: node.satisfied.denominator),
                    ]
                }, empty: EmptyState("还没有数据", hint: "登记坐席、线路或工单后显示。"))
            p(
                "接通率：今日已接听的 ÷ 今日已接听或已结束的来电；15 秒内接听（GB/T 33358-2016）同此分母。逾期：在办工单中已逾期的。满意率：近 30 天有评价的。保密工单不计。",
                .class("muted"))
        }
    }

    private func tile(_ title: String, _ ratio: Board.Ratio, href: String? = nil) -> StatTiles.Stat {
        StatTiles.Stat(
            title, ratio.denominator == 0 ? "—" : Format.percent(ratio.numerator, of: ratio.denominator),
            note: "\(Format.count(ratio.numerator)) / \(Format.count(ratio.denominator))", href: href)
    }

    private static func average(_ ratio: Board.Ratio) -> String {
        ratio.denominator == 0 ? "—" : Seconds.text(ratio.numerator / ratio.denominator)
    }
}
