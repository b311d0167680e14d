import Identity
import Messages
import Pages
import PluginKit

extension ConsoleChapter {
    /// 插件: what the site can do, switched on and off while it runs; the matrix of the whole host at its first site.
    static let plugins = ConsoleChapter(
        id: "plugins", title: "插件", note: "启用、停用服务，查看运行情况，解除隔离", icon: .inbox, access: .role(.systemAdministrator),
        pages: [
            .get("/") { gateway, visit in try pluginList(gateway, visit) },
            .get("/{plugin}") { gateway, visit in try pluginDetail(board(gateway), visit, refusal: nil) },
            .post("/{plugin}") { gateway, visit in
                let board = try board(gateway)
                let id = try state(board, visit).id
                let site = visit.site
                let (event, notice): (AuditEvent, String)
                do {
                    switch visit.request.fields["do"] {
                    case "enable":
                        let accepted = try await board.enable(id, at: site.card.id, accepts: visit.request.fields["accept"] == "yes")
                        if !accepted.isEmpty {
                            try await site.identity.recordPlugin(
                                .pluginAccepted, "\(id)：\(accepted.joined(separator: "、"))", by: visit.caller.actor, address: visit.address)
                        }
                        (event, notice) = (.pluginEnabled, "已启用。")
                    case "disable":
                        try await board.disable(id, at: site.card.id)
                        (event, notice) = (.pluginDisabled, "已停用，数据和设置保留。")
                    case "erase":
                        try await board.askErasure(id, at: site.card.id, by: visit.caller.actor, address: visit.address)
                        return .redirect(to: visit.consolePath("erasures", "/\(id)"), notice: "已导出副本并登记申请，须由另一位管理员确认。")
                    case "release":
                        try await board.release(id, at: site.card.id)
                        (event, notice) = (.pluginReleased, "已解除隔离，正在运行。")
                    default: throw Refusal.notFound
                    }
                } catch let refusal as Refusal where refusal.status != 404 {
                    return try pluginDetail(board, visit, refusal: refusal)
                }
                try await site.identity.recordPlugin(event, id, by: visit.caller.actor, address: visit.address)
                return .redirect(to: visit.consolePath("plugins", "/\(id)"), notice: notice)
            },
        ])

    private static func board(_ gateway: Gateway) throws(Refusal) -> any PluginBoard {
        guard let board = gateway.plugins else { throw .notFound }
        return board
    }

    private static func state(_ board: any PluginBoard, _ visit: Visit) throws(Refusal) -> PluginState {
        guard let state = board.plugins(at: visit.site.card.id).first(where: { $0.id == visit.request.parameters["plugin"] }) else { throw .notFound }
        return state
    }

    private static func pluginList(_ gateway: Gateway, _ visit: Visit) throws -> PageReply {
        let board = try board(gateway)
        let states = board.plugins(at: visit.site.card.id)
        let matrix = gateway.isDefault(visit.site) ? board.matrix() : nil
        return .page(
            Page(
                title: "插件", trail: visit.consoleTrail(.plugins, withSelf: false),
                header: PageHeader(lead: "停用的插件在本站点不留痕迹，数据和设置保留；启用、停用不影响其他服务和其他站点。")
            ) {
                DataTable(
                    "本站点的插件", columns: [.text("插件"), .text("版本"), .text("来源"), .text("状态"), .number("内存"), .number("异常", unit: "次")],
                    rows: states.map { one in
                        [
                            .link("\(one.title)（\(one.id)）", visit.consolePath("plugins", "/\(one.id)")), .text(one.version), .text(one.origin),
                            cell(one.condition), .text(one.memory.map { Format.size(bytes: $0) } ?? "—"), .number(one.faults),
                        ]
                    }, empty: EmptyState("没有可用的插件", hint: "安装插件包：shuniu plugin install <文件>。"))
                if let matrix, matrix.sites.count > 1 {
                    DataTable(
                        "全部站点的插件", columns: [.text("站点")] + matrix.plugins.map { .text($0.title) },
                        rows: matrix.sites.map { site in [.text("\(site.title)（\(site.id)）")] + site.conditions.map { cell($0) } })
                }
                p("安装、更换和移除插件包在主机上用命令办理：shuniu plugin install、shuniu plugin remove。", .class("hint"))
            })
    }

    private static func pluginDetail(_ board: any PluginBoard, _ visit: Visit, refusal: Refusal?) throws -> PageReply {
        let one = try state(board, visit)
        let path = visit.consolePath("plugins", "/\(one.id)")
        var forecast = PluginForecast(lines: [])
        var against: Refusal?
        if one.condition == .off {
            do { forecast = try board.preflight(one.id, at: visit.site.card.id) } catch let refusal as Refusal { against = refusal }
        }
        let shown = refusal ?? against
        return .page(
            Page(
                status: refusal?.status ?? 200, title: one.title, trail: visit.consoleTrail(.plugins),
                header: PageHeader(caption: "\(one.id) \(one.version)", state: badge(one.condition))
            ) {
                if let shown {
                    Notice(shown.message, tone: .danger)
                    // What a version wants anew stands at the box to tick.
                    if !shown.faults.isEmpty, forecast.widened.isEmpty { ul { for fault in shown.faults { li("\(fault.field)：\(fault.message)") } } }
                }
                FactList(
                    [Fact("来源", one.origin), Fact("运行方式", one.condition == .off ? "未启用" : one.condition == .inline ? "在主机进程内" : "在自己的进程中")]
                        + (one.memory.map { [Fact("占用内存", Format.size(bytes: $0))] } ?? [])
                        + (one.startedAt.map { [Fact("进程启动于", Format.dateTime($0))] } ?? [])
                        + (one.faults > 0 ? [Fact("启动主机以来的异常", "\(one.faults) 次")] : [])
                        + (one.reason.map { [Fact("最近一次异常", $0)] } ?? []))
                for notice in one.notices { Notice("\(notice)。", tone: .warning) }
                switch one.condition {
                case .off:
                    if against == nil {
                        Panel("启用后的变化") {
                            ul {
                                for (line, parts) in groups(forecast.lines) {
                                    li {
                                        line
                                        if !parts.isEmpty { ul { for part in parts { li(part) } } }
                                    }
                                }
                            }
                        }
                        Form(post: path, of: visit.request, submit: "启用") { form in
                            form.hidden("do", "enable")
                            if !forecast.widened.isEmpty {
                                form.group("新增的消息范围", hint: "以前的版本没有的。不同意的，不要启用。") {
                                    ul { for line in forecast.widened { li(line) } }
                                    form.checkbox("accept", "接受新增的消息范围（\(forecast.widened.count) 项）")
                                }
                            }
                        }
                    }
                    let (hasData, asked) = board.erasure(one.id, at: visit.site.card.id)
                    if let asked {
                        h2("清除数据")
                        p {
                            "\(asked.name.isEmpty ? asked.by : asked.name)于\(Format.dateTime(asked.at))申请清除该插件在本站点的数据："
                            a("查看申请", href: visit.consolePath("erasures", "/\(one.id)"))
                        }
                    } else if hasData {
                        h2("清除数据")
                        p("停用后数据仍在。不再需要时可以申请清除：先导出一份完整副本，再由另一位系统或安全管理员确认，才会清除。")
                        Form(post: path, of: visit.request, submit: "申请清除数据", confirm: "将导出副本并登记申请，由另一人确认后清除。确定吗？", weight: .danger) { form in
                            form.hidden("do", "erase")
                        }
                    }
                case .quarantined:
                    Notice("该插件多次异常退出，已被隔离。请先查明原因（主机日志，站点数据目录的 _crashes），再解除隔离。", tone: .warning)
                    Form(post: path, of: visit.request, submit: "解除隔离") { form in form.hidden("do", "release") }
                    Form(post: path, of: visit.request, submit: "停用", confirm: "停用后本站点的用户看不到该服务，数据保留。确定吗？", weight: .danger) { form in
                        form.hidden("do", "disable")
                    }
                default:
                    h2("停用")
                    p("停用后本站点的用户看不到该服务；数据和设置保留，再次启用后继续。")
                    Form(post: path, of: visit.request, submit: "停用", confirm: "停用后本站点的用户看不到该服务，数据保留。确定吗？", weight: .danger) { form in
                        form.hidden("do", "disable")
                    }
                }
            })
    }

    /// Lines with those that belong to them.
    private static func groups(_ lines: [String]) -> [(line: String, parts: [String])] {
        var groups: [(line: String, parts: [String])] = []
        for line in lines {
            if line.hasPrefix("  "), !groups.isEmpty { groups[groups.count - 1].parts.append(line.trimmingPrefix("  ").description) } else {
                groups.append((line, []))
            }
        }
        return groups
    }

    private static func badge(_ condition: PluginState.Condition) -> StateBadge {
        let (text, tone) = words(condition)
        return StateBadge(text, tone)
    }

    private static func cell(_ condition: PluginState.Condition) -> DataTable.Cell {
        let (text, tone) = words(condition)
        return .state(text, tone)
    }

    private static func words(_ condition: PluginState.Condition) -> (String, Tone) {
        switch condition {
        case .off: ("未启用", .neutral)
        case .inline: ("运行中", .success)
        case .running: ("运行中", .success)
        case .starting: ("正在启动", .warning)
        case .quarantined: ("已隔离", .danger)
        case .stopped: ("已停止", .warning)
        }
    }
}
