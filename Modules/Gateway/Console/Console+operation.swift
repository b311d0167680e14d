import Messages
import Pages
import PluginKit
import Vocabulary

extension ConsoleChapter {
    /// 运行状态: version, uptime, plug-ins, what ends when, queues, memory.
    static let operation = ConsoleChapter(
        id: "operation", title: "运行状态", note: "版本、插件、证书到期、队列与内存", icon: .chart, access: .role(.systemAdministrator),
        pages: [
            ConsolePage.get("/") { gateway, visit in
                guard let report = gateway.report else { throw Refusal.notFound }
                return try await operationPage(report, visit)
            }
        ])

    private static func operationPage(_ report: HostReport, _ visit: Visit) async throws -> PageReply {
        let now = visit.request.now
        let parked = try await visit.site.bus.parked().count
        return .page(
            Page(title: "运行状态", trail: visit.consoleTrail(.operation, withSelf: false)) {
                FactList([
                    Fact("程序版本", report.version), Fact("启动时间", Format.dateTime(report.startedAt)),
                    Fact("已运行", Format.duration(from: report.startedAt, to: now)), Fact("站点数", Format.count(report.sites)),
                    Fact("占用内存", Format.size(bytes: report.memory)),
                    Fact("本站点搁置消息", "\(Format.count(parked)) 条"),
                ])
                DataTable(
                    "证书、密钥与合约的期限", columns: [.text("名称"), .text("有效至"), .number("剩余", unit: "天"), .text("状态")],
                    rows: report.terms.filter { $0.site == nil || $0.site == visit.site.card.id }.map { term in
                        let left = Int((Double(term.until.milliseconds - now.milliseconds) / 86_400_000).rounded(.down))
                        return [.text(term.title), .date(term.until), .number(left), state(left)]
                    }, empty: EmptyState("没有登记期限", hint: "证书、吊销列表、回执签名密钥和合作方合约的期限会列在这里。"))
                DataTable(
                    "连接与队列", columns: [.text("项目"), .number("数值")],
                    rows: report.figures.map { [.text($0.title), .number($0.value)] }, empty: EmptyState("没有数据", hint: "主机启动后会显示。"))
                DataTable(
                    "本站点的插件", columns: [.text("插件"), .text("名称"), .text("版本")],
                    rows: visit.site.parts.map { part in
                        let manifest = part.blueprint.manifest
                        return [.text(manifest.id), .text(manifest.title), .text("\(manifest.version)")]
                    }, empty: EmptyState("本站点尚未启用任何插件", hint: "在站点配置的 plugins 目录中放入插件配置文件即可启用。"))
            })
    }

    private static func state(_ days: Int) -> DataTable.Cell {
        switch days {
        case ..<0: .state("已过期", .danger)
        case ..<7: .state("即将到期", .danger)
        case ..<30: .state("请安排更换", .warning)
        default: .state("正常", .success)
        }
    }
}
