import Bus
import Messages
import Pages
import PluginKit
import Vocabulary

extension ConsoleChapter {
    /// 消息流量: every type of message, how often, how fast, how often in vain.
    static let flow = ConsoleChapter(
        id: "flow", title: "消息流量", note: "各类消息每分钟的数量、失败和用时", icon: .chart, access: .role(.systemAdministrator),
        pages: [.get("/") { _, visit in flowPage(visit) }])

    /// How long a page goes on by itself: a console that nobody looks at must not keep its session for ever.
    private static let watching: Duration = .seconds(600)

    private static func flowPage(_ visit: Visit) -> PageReply {
        let now = visit.request.now
        let until = visit.request.fields["until"].flatMap { Int64($0) }.map { Timestamp(milliseconds: $0) }
        let isWatching = until.map { $0 > now && $0 <= now.advanced(by: watching) } ?? false
        let path = visit.consolePath("flow")
        let flows = visit.site.bus.flow.sorted { ($1.recent.count, $0.plugin, $0.name.description) < ($0.recent.count, $1.plugin, $1.name.description) }
        var page = Page(
            title: "消息流量", trail: visit.consoleTrail(.flow, withSelf: false),
            header: PageHeader(lead: "近况为最近一至两分钟；用时为主机所见，一半和百分之九十五的消息不超过该值。在自己进程中的插件，其订阅由该进程自行计数，这里只列名称。")
        ) {
            p(.class("actions")) {
                if isWatching {
                    "每 10 秒刷新一次，\(Format.time(until ?? now))停止。 "
                    a("停止刷新", href: path)
                } else {
                    a("刷新", href: path)
                    " · "
                    a("每 10 秒刷新（持续 10 分钟）", href: "\(path)?until=\(now.advanced(by: watching).milliseconds)")
                }
            }
            DataTable(
                "各类消息",
                columns: [
                    .text("消息"), .text("类别"), .number("每分钟", unit: "次"), .number("近况失败", unit: "次"), .text("用时（一半）"), .text("用时（95%）"),
                    .number("启动以来", unit: "次"), .number("其中拒绝", unit: "次"), .number("其中失败", unit: "次"),
                ],
                rows: flows.map { flow in
                    if flow.isCountedElsewhere {
                        return [.text(flow.name.description), DataTable.Cell { span("\(flow.plugin) 的订阅", .class("nowrap")) }] + Array(repeating: .text("—"), count: 7)
                    }
                    return [
                        .text(flow.name.description), DataTable.Cell { span(words(flow.kind), .class("nowrap")) }, .number(Int(flow.perMinute.rounded())),
                        flow.recent.failed > 0 ? .state("\(flow.recent.failed)", .danger) : .number(0), .text(time(flow, 0.5)), .text(time(flow, 0.95)),
                        .number(flow.total.count), .number(flow.total.refused), .number(flow.total.failed),
                    ]
                }, empty: EmptyState("没有消息", hint: "启用插件后，它的命令、查询和订阅会列在这里。"))
        }
        if isWatching { page.refresh = .seconds(10) }
        return .page(page)
    }

    private static func words(_ kind: MessageFlow.Kind) -> String {
        switch kind {
        case .command: "命令"
        case .query: "查询"
        case .reaction: "订阅"
        }
    }

    private static func time(_ flow: MessageFlow, _ share: Double) -> String {
        guard flow.recent.count > 0 else { return "—" }
        guard let bound = flow.recent.microseconds(share: share) else { return "超过 2 秒" }
        return bound < 1000 ? "\(Double(bound) / 1000) 毫秒" : bound < 1_000_000 ? "\(bound / 1000) 毫秒" : "\(bound / 1_000_000) 秒"
    }
}
