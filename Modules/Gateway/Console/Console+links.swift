import Bus
import Messages
import Pages
import PluginKit
import Store

extension ConsoleChapter {
    /// 站点互联: the sites of the network, links to other hosts, commands that nobody answered; tokens for sites below.
    static let links = ConsoleChapter(
        id: "links", title: "站点互联", note: "上下级站点、互联状态、加入令牌、未答复的命令", icon: .map, access: .role(.systemAdministrator),
        pages: [
            .get("/") { gateway, visit in try linkPage(gateway, visit, token: nil, refusal: nil) },
            .get("/nodes/{node}") { _, visit in try nodePage(visit) },
            .get("/compare") { gateway, visit in try await comparePage(gateway, visit) },
            .post("/invite") { gateway, visit in
                do {
                    guard let board = gateway.linkBoard else { throw Refusal.notFound }
                    let token = try await board.invite(visit.request.fields["child"] ?? "", to: visit.site.card.id, by: visit.caller.actor, address: visit.address)
                    return try linkPage(gateway, visit, token: token, refusal: nil)
                } catch let refusal as Refusal where refusal.status != 404 {
                    return try linkPage(gateway, visit, token: nil, refusal: refusal)
                }
            },
            .post("/exclude") { gateway, visit in
                guard let board = gateway.linkBoard else { throw Refusal.notFound }
                try await board.exclude(visit.request.fields["peer"] ?? "", from: visit.site.card.id, by: visit.caller.actor, address: visit.address)
                return .redirect(to: visit.consolePath("links"), notice: "已移出，其证书从此被拒绝；已收到的数据保留。")
            },
        ])

    /// - Parameter token: shown this once.
    private static func linkPage(_ gateway: Gateway, _ visit: Visit, token: String?, refusal: Refusal?) throws -> PageReply {
        let site = visit.site.card.id
        let map = visit.site.bus.network?.map ?? SiteMap()
        let links = gateway.linkBoard?.links(of: site) ?? []
        let unanswered = try visit.site.bus.plugs.flatMap { plug in try plug.file.read { try $0.sentUnanswered(limit: 100) } }
        let joined = links.filter { !$0.isUpwards }
        let own = Set(visit.site.bus.network?.own.map(\.id) ?? [])
        let hasFar = !joined.isEmpty || map.below(site).contains { !own.contains($0.id) }
        return .page(
            Page(status: refusal?.status ?? 200, title: "站点互联", trail: visit.consoleTrail(.links, withSelf: false)) {
                if let token {
                    Notice(title: "加入令牌（只显示这一次，24 小时内有效）", tone: .success) {
                        p(token, .class("code"))
                        p("在下级主机上运行：shuniu site join --site <站点> --parent \(gateway.address)/\(site) --token <令牌>")
                    }
                }
                h2("与其他主机的互联")
                DataTable(
                    "与其他主机的互联", columns: [.text("对方站点"), .text("方向"), .text("状态"), .text("最近联系"), .number("待传", unit: "条"), .text("最早一条"), .text("证书有效至"), .text("说明")],
                    rows: links.map { link in
                        [
                            .text(map[link.peer]?.title ?? link.peer), .text(link.isUpwards ? "上级" : "下级"),
                            .state(link.condition, link.isGood ? .success : .danger), .moment(link.lastContact), .number(link.waiting), .moment(link.waitingSince),
                            .date(link.certificateUntil), .text(link.trouble),
                        ]
                    }, empty: EmptyState("没有与其他主机互联", hint: "同一主机上的站点直接往来，不需要互联。"))
                if hasFar { Actions { ButtonLink("与下级核对数据", href: visit.consolePath("links", "/compare"), .secondary) } }
                if gateway.linkBoard != nil {
                    h2("邀请下级站点")
                    Form(post: visit.consolePath("links", "/invite"), of: visit.request, refusal: refusal, submit: "发放令牌", prefix: "i") { form in
                        form.text("child", "下级站点标识", hint: "小写字母、数字和连字符，与其 site.json5 所在目录同名；其 parent 须为 \(site)。", example: "liuyang", required: true)
                    }
                    if !joined.isEmpty {
                        h2("移出下级站点")
                        Form(
                            post: visit.consolePath("links", "/exclude"), of: visit.request, submit: "移出", confirm: "移出后对方不能再互联，确定吗？", weight: .danger,
                            prefix: "x"
                        ) { form in
                            form.select("peer", "站点", joined.map { Choice($0.peer, map[$0.peer]?.title ?? $0.peer) }, required: true)
                        }
                    }
                }
                h2("发往其他站点、尚未答复的命令")
                DataTable(
                    "尚未答复的命令", columns: [.text("命令"), .text("发往"), .text("对象"), .text("发出时间"), .text("状态"), .text("说明")],
                    rows: unanswered.map { sent in
                        [
                            .text(sent.type.description), .text(map[sent.site]?.title ?? sent.site), .text(sent.subject), .moment(sent.sentAt),
                            sent.isOverdue(at: visit.request.now)
                                ? .state("逾期未答复", .danger) : sent.state == .held ? .state("暂存", .warning) : .state("传送中", .info),
                            .text(sent.note.map { note in "\(note)\(sent.percent.map { "（\($0)%）" } ?? "")" } ?? sent.message),
                        ]
                    }, empty: EmptyState("没有未答复的命令"))
                h2("网络中的站点")
                DataTable(
                    "网络中的站点", columns: [.text("站点"), .text("标识"), .text("类型"), .text("上级"), .number("插件", unit: "个"), .text("版本一致性"), .text("与最上级的差异")],
                    rows: map.sites.map { entry in
                        let conformity = Conformity(entry, with: map.above(entry.id).last.flatMap { map[$0] })
                        return [
                            .link(entry.title, visit.consolePath("links", "/nodes/\(entry.id)")), .text(entry.id), .text(entry.kind.title), .text(entry.parent.map { map[$0]?.title ?? $0 }),
                            .number(entry.plugins.count), .state(conformity.title, conformity.isGood ? .success : .warning), .text(conformity.difference),
                        ]
                    }, empty: EmptyState("没有其他站点"))
            })
    }
}
