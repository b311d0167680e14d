import Messages
import Pages
import PluginKit

extension ConsoleChapter {
    /// 清除插件数据: asked for by one administrator, done by another; the copy made before is named with its digest.
    static let erasures = ConsoleChapter(
        id: "erasures", title: "清除插件数据", note: "停用插件的数据，一人申请、另一人确认后清除", icon: .shield,
        access: .role(.systemAdministrator, .securityAdministrator),
        pages: [
            .get("/") { gateway, visit in erasureList(try erasureBoard(gateway), visit) },
            .get("/{plugin}") { gateway, visit in try erasureDetail(erasureBoard(gateway), visit, refusal: nil) },
            .post("/{plugin}") { gateway, visit in
                let board = try erasureBoard(gateway)
                let request = try erasureRequest(board, visit)
                let (site, actor) = (visit.site.card.id, visit.caller.actor)
                do {
                    if visit.request.fields["do"] == "withdraw" {
                        try await board.withdrawErasure(request.plugin, at: site, by: actor, address: visit.address)
                        return .redirect(to: visit.consolePath("erasures"), notice: "已撤回，数据未动。")
                    }
                    try await board.confirmErasure(request.plugin, at: site, by: actor, address: visit.address)
                    return .redirect(to: visit.consolePath("erasures"), notice: "已清除。副本仍在主机上，请移到安全的地方保管。")
                } catch let refusal as Refusal where refusal.status != 404 {
                    return try erasureDetail(board, visit, refusal: refusal)
                }
            },
        ])

    private static func erasureBoard(_ gateway: Gateway) throws(Refusal) -> any PluginBoard {
        guard let board = gateway.plugins else { throw .notFound }
        return board
    }

    private static func erasureRequest(_ board: any PluginBoard, _ visit: Visit) throws(Refusal) -> ErasureRequest {
        guard let plugin = visit.request.parameters["plugin"], let request = board.erasure(plugin, at: visit.site.card.id).request else { throw .notFound }
        return request
    }

    private static func erasureList(_ board: any PluginBoard, _ visit: Visit) -> PageReply {
        let requests = board.erasures(at: visit.site.card.id)
        return .page(
            Page(
                title: "清除插件数据", trail: visit.consoleTrail(.erasures, withSelf: false),
                header: PageHeader(lead: "申请由系统管理员在“插件”中提出，同时导出副本；由另一位系统或安全管理员确认后才清除。申请 7 天内有效，启用插件即失效。")
            ) {
                DataTable(
                    "待确认的申请", columns: [.text("插件"), .text("申请人"), .text("申请时间"), .number("日志", unit: "条"), .text("副本大小")],
                    rows: requests.map { one in
                        [
                            .link("\(one.title)（\(one.plugin)）", visit.consolePath("erasures", "/\(one.plugin)")), .text(one.name.isEmpty ? one.by : one.name),
                            .moment(one.at), .number(Int(one.entries)), .text(Format.size(bytes: one.bytes)),
                        ]
                    }, empty: EmptyState("没有待确认的申请", hint: "停用的插件在“插件”中可以申请清除数据。"))
            })
    }

    private static func erasureDetail(_ board: any PluginBoard, _ visit: Visit, refusal: Refusal?) throws -> PageReply {
        let one = try erasureRequest(board, visit)
        let path = visit.consolePath("erasures", "/\(one.plugin)")
        let isOwn = one.by == visit.caller.actor.id
        return .page(
            Page(
                status: refusal?.status ?? 200, title: "清除“\(one.title)”的数据", trail: visit.consoleTrail(.erasures), layout: .narrow
            ) {
                if let refusal { Notice(refusal.message, tone: .danger) }
                FactList([
                    Fact("插件", one.plugin), Fact("申请人", one.name.isEmpty ? one.by : one.name), Fact("申请时间", Format.dateTime(one.at)),
                    Fact("事件日志", "\(Format.count(one.entries)) 条"), Fact("副本", one.copy), Fact("副本大小", Format.size(bytes: one.bytes)),
                    Fact("SHA-256", one.digest),
                ])
                if isOwn {
                    Notice("您是申请人，须由另一位系统或安全管理员确认。", tone: .info)
                } else {
                    p("确认后，该插件在本站点的全部数据被清除，不能恢复；副本留在主机上。请先核对副本已妥善保存。")
                    Form(post: path, of: visit.request, submit: "确认清除", confirm: "清除后不能恢复，确定吗？", weight: .danger) { form in
                        form.hidden("do", "confirm")
                    }
                }
                Form(post: path, of: visit.request, submit: "撤回申请") { form in form.hidden("do", "withdraw") }
            })
    }
}
