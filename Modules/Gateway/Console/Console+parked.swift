import Bus
import Identity
import Messages
import Pages
import PluginKit
import Store

extension ConsoleChapter {
    /// 搁置消息: deliveries that failed to the limit; seen with their cause, repaired, tried again, or given up with a reason.
    static let parked = ConsoleChapter(
        id: "parked", title: "搁置消息", note: "多次投递失败、等待处理的消息", icon: .inbox, access: .role(.systemAdministrator),
        pages: [
            .get("/") { _, visit in try await parkedList(visit) },
            .get("/{plugin}/{id}") { _, visit in try await parkedDetail(visit, refusal: nil) },
            .get("/{plugin}/{id}/repair") { _, visit in try await parkedRepair(visit, refusal: nil) },
            .post("/{plugin}/{id}/repair") { _, visit in
                let (plugin, message) = try await parkedMessage(visit)
                let reason = visit.request.fields["reason"] ?? ""
                do {
                    try await visit.site.bus.repair(
                        plugin: plugin, parked: message.id, payload: Array((visit.request.fields["content"] ?? "").utf8), reason: reason, by: visit.caller.actor)
                } catch let refusal as Refusal where refusal.status == 422 {
                    return try await parkedRepair(visit, refusal: refusal)
                } catch let refusal as Refusal where refusal.status != 404 {
                    return try await parkedDetail(visit, refusal: refusal)
                }
                try await note(.messageRepaired, plugin, message, reason, visit)
                return .redirect(to: visit.consolePath("parked"), notice: "已保存修正并重新投递，结果稍后可在本页查看。")
            },
            .post("/{plugin}/{id}/replay") { _, visit in
                let (plugin, message) = try await parkedMessage(visit)
                do { try await visit.site.bus.replay(plugin: plugin, parked: message.id) } catch let refusal as Refusal where refusal.status != 404 {
                    return try await parkedDetail(visit, refusal: refusal)
                }
                try await note(.messageReplayed, plugin, message, nil, visit)
                return .redirect(to: visit.consolePath("parked"), notice: "已重新投递，结果稍后可在本页查看。")
            },
            .post("/{plugin}/{id}/discard") { _, visit in
                let (plugin, message) = try await parkedMessage(visit)
                guard let reason = visit.request.fields["reason"], reason.count >= 5, reason.count <= 500 else {
                    return try await parkedDetail(visit, refusal: .discardReason(visit.request.fields["reason"]))
                }
                try await visit.site.bus.discard(plugin: plugin, parked: message.id, reason: reason, by: visit.caller.actor)
                try await note(.messageDiscarded, plugin, message, reason, visit)
                return .redirect(to: visit.consolePath("parked"), notice: "已放弃该消息，理由已留存。")
            },
        ])

    private static func note(_ event: AuditEvent, _ plugin: String, _ message: ParkedMessage, _ reason: String?, _ visit: Visit) async throws {
        try await visit.site.identity.recordMessage(event, plugin, message, reason: reason, by: visit.caller.actor, address: visit.address)
    }

    private static func parkedList(_ visit: Visit) async throws -> PageReply {
        let parked = try await visit.site.bus.parked()
        let paging = Paging(visit.request, total: parked.count)
        return .page(
            Page(title: "搁置消息", trail: visit.consoleTrail(.parked, withSelf: false)) {
                DataTable(
                    "搁置消息",
                    columns: [.text("接收插件"), .text("消息"), .text("对象"), .number("尝试", unit: "次"), .text("搁置时间"), .text("原因")],
                    rows: parked.dropFirst(paging.offset).prefix(paging.size).map { plugin, message in
                        [
                            .text(plugin),
                            .link(message.type.description, visit.consolePath("parked", "/\(plugin)/\(message.id)")),
                            .text(message.subject), .number(message.attempts), .moment(message.parkedAt), .text(message.cause),
                        ]
                    }, empty: EmptyState("没有搁置的消息", hint: "投递失败的消息会自动重试；多次失败后才会出现在这里。"))
                Pagination(paging, of: visit.request)
            })
    }

    private static func parkedDetail(_ visit: Visit, refusal: Refusal?) async throws -> PageReply {
        let (plugin, message) = try await parkedMessage(visit)
        let path = visit.consolePath("parked", "/\(plugin)/\(message.id)")
        // Why it cannot be shown stands in its place.
        let content: Result<ParkedContent, Refusal>
        do { content = .success(try await visit.site.bus.content(plugin: plugin, parked: message.id)) } catch let refusal as Refusal { content = .failure(refusal) }
        let isOfReason = refusal?.faults.contains { $0.field == "reason" } ?? false
        return .page(
            Page(status: refusal?.status ?? 200, title: "搁置消息 \(message.id)", trail: visit.consoleTrail(.parked), layout: .narrow) {
                if let refusal, !isOfReason { Notice(refusal.message, tone: .danger) }
                FactList([
                    Fact("接收插件", plugin), Fact("来源", "\(message.source) 日志第 \(message.seq) 条"),
                    Fact("消息", message.type.description), Fact("对象", message.subject ?? "无"),
                    Fact("尝试次数", "\(message.attempts)"), Fact("搁置时间", Format.dateTime(message.parkedAt)), Fact("原因", message.cause),
                ])
                p("同一对象的后续消息在它之后依次等候。排除原因后请重新投递；内容有误的可以修正后投递；确认不再需要时可以放弃，并写明理由。")
                Form(post: path + "/replay", of: visit.request, submit: "重新投递") { _ in HTML {} }
                h2("内容")
                switch content {
                case .success(let content):
                    if let repaired = content.repaired {
                        Notice("已由 \(repaired.by) 于\(Format.dateTime(repaired.time))修正：\(repaired.reason)", tone: .info)
                    }
                    pre(content.payload.indented())
                    p { a("修正后投递", href: path + "/repair") }
                case .failure(let refusal): p(refusal.message, .class("hint"))
                }
                h2("放弃这条消息")
                Form(
                    post: path + "/discard", of: visit.request, refusal: isOfReason ? refusal : nil, submit: "放弃", confirm: "放弃后不能恢复，确定吗？",
                    weight: .danger
                ) { form in
                    form.text("reason", "理由", hint: "5 至 500 字，与处理人、时间一并留存。", required: true)
                }
            })
    }

    private static func parkedRepair(_ visit: Visit, refusal: Refusal?) async throws -> PageReply {
        let (plugin, message) = try await parkedMessage(visit)
        let content = try await visit.site.bus.content(plugin: plugin, parked: message.id)
        let path = visit.consolePath("parked", "/\(plugin)/\(message.id)")
        return .page(
            Page(
                status: refusal?.status ?? 200, title: "修正搁置消息 \(message.id)",
                trail: visit.consoleTrail(.parked) + [("搁置消息 \(message.id)", path)],
                header: PageHeader(lead: "修正只影响接收插件“\(plugin)”，来源的日志不变。修正前后的内容、理由、办理人和时间长期留存。"), layout: .narrow
            ) {
                FactList([Fact("消息", message.type.description), Fact("来源", "\(message.source) 日志第 \(message.seq) 条"), Fact("失败原因", message.cause)])
                Form(post: path + "/repair", of: visit.request, refusal: refusal, submit: "保存并投递", cancel: path, confirm: "将按修正后的内容投递，确定吗？") { form in
                    let text = content.payload.indented()
                    form.textarea(
                        "content", "内容（JSON）", value: text, rows: min(24, max(6, text.split(separator: "\n").count + 2)),
                        hint: text.contains("‹个人信息") ? "“‹个人信息 1›”等是原消息中的个人信息，不显示、不能改写，请保留原样或删除该字段。" : nil, required: true)
                    form.text("reason", "理由", hint: "5 至 500 字，记入审计，请勿填写个人信息。", required: true)
                }
                details {
                    summary("这种消息的格式（JSON Schema）")
                    pre(content.schema.indented())
                }
            })
    }

    private static func parkedMessage(_ visit: Visit) async throws -> (plugin: String, message: ParkedMessage) {
        guard let plugin = visit.request.parameters["plugin"], let id = visit.request.parameters["id"].flatMap({ Int64($0) }),
            let found = try await visit.site.bus.parked().first(where: { $0.plugin == plugin && $0.message.id == id })
        else { throw Refusal.notFound }
        return found
    }
}

extension Refusal {
    fileprivate static func discardReason(_ given: String?) -> Refusal {
        Refusal(
            "gateway.discard-reason", status: 422, message: "放弃消息须写明 5 至 500 字的理由。请补充后重新提交。",
            log: "discarding a parked message wants a reason of 5 to 500 characters",
            faults: [.init(field: "reason", value: given.map { String($0.prefix(20)) }, message: "须为 5 至 500 字。")])
    }
}
