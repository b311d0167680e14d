import Bus
import Messages
import Pages
import Vocabulary

extension ConsoleChapter {
    private static let days = 7

    /// 数据核对: by day and type, what each site below on another host has and what came here, and why they differ.
    static func comparePage(_ gateway: Gateway, _ visit: Visit) async throws -> PageReply {
        let site = visit.site.card.id
        let map = visit.site.bus.network?.map ?? SiteMap()
        let children = try await gateway.linkBoard?.compare(site, days: days) ?? []
        let lines = children.flatMap { child in child.lines.map { (child, $0) } }
        let wrong = lines.filter { !$0.1.isGood }
        return .page(
            Page(title: "数据核对", trail: visit.consoleTrail(.links)) {
                p("逐日、逐类比较下级站点的日志与本站点收到的内容：条数和链值都相同才算一致。最近 \(days) 天，按北京时间分日。")
                for child in children {
                    if let trouble = child.trouble { Notice("\(map[child.peer]?.title ?? child.peer)：\(trouble)", tone: .warning) }
                }
                if !lines.isEmpty {
                    Notice(title: wrong.isEmpty ? "全部一致" : "\(wrong.count) 项不一致或待处理", tone: wrong.isEmpty ? .success : .danger) {
                        p("共核对 \(lines.count) 项，\(Set(lines.map(\.0.peer)).count) 个下级站点。待传的内容会自动补齐，不算差异。")
                    }
                }
                DataTable(
                    "核对结果",
                    columns: [.text("日期"), .text("下级站点"), .text("来源"), .text("类型"), .number("下级", unit: "条"), .number("本站点", unit: "条"), .number("待传", unit: "条"), .text("结论")],
                    rows: lines.map { child, line in
                        [
                            .day(line.day), .text(map[child.peer]?.title ?? child.peer), .text(line.source), .text(line.type.description), .number(line.there),
                            .number(line.here), .number(line.waiting), .state(line.verdict, line.isGood ? .success : .danger),
                        ]
                    }, empty: EmptyState("没有可核对的内容", hint: "只核对其他主机上、已连接的下级站点；同一主机上的站点直接读取同一份日志。"))
            })
    }
}
