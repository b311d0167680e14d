import Messages
import Pages
import PluginKit
import Store

extension ConsoleChapter {
    /// 搁置消息: deliveries that failed to the limit; seen with their cause, tried again, or given up with a reason.
    static let parked = ConsoleChapter(
        id: "parked", title: "搁置消息", note: "多次投递失败、等待处理的消息", icon: .inbox, access: .role(.systemAdministrator),
        pages: [
            .get("/") { _, visit in try await parkedList(visit) },
            .get("/{plugin}/{id}") { _, visit in try await parkedDetail(visit, refusal: nil) },
            .post("/{plugin}/{id}/replay") { _, visit in
                let (plugin, message) = try await parkedMessage(visit)
                try await visit.site.bus.replay(plugin: plugin, parked: message.id)
                return .redirect(to: visit.consolePath("parked"), notice: "已重新投递，结果稍后可在本页查看。")
            },
            .post("/{plugin}/{id}/discard") { _, visit in
                let (plugin, message) = try await parkedMessage(visit)
                guard let reason = visit.request.fields["reason"], reason.count >= 5, reason.count <= 500 else {
                    return try await parkedDetail(visit, refusal: .discardReason(visit.request.fields["reason"]))
                }
                try await visit.site.bus.discard(plugin: plugin, parked: message.id, reason: reason, by: visit.caller.actor)
                return .redirect(to: visit.consolePath("parked"), notice: "已放弃该消息，理由已留存。")
            },
        ])

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
        return .page(
            Page(status: refusal?.status ?? 200, title: "搁置消息 \(message.id)", trail: visit.consoleTrail(.parked), layout: .narrow) {
                FactList([
                    Fact("接收插件", plugin), Fact("来源", "\(message.source) 日志第 \(message.seq) 条"),
                    Fact("消息", message.type.description), Fact("对象", message.subject ?? "无"),
                    Fact("尝试次数", "\(message.attempts)"), Fact("搁置时间", Format.dateTime(message.parkedAt)), Fact("原因", message.cause),
                ])
                p("同一对象的后续消息在它之后依次等候。排除原因后请重新投递；确认不再需要时可以放弃，并写明理由。")
                Form(post: path + "/replay", of: visit.request, submit: "重新投递") { _ in HTML {} }
                h2("放弃这条消息")
                Form(
                    post: path + "/discard", of: visit.request, refusal: refusal, submit: "放弃", confirm: "放弃后不能恢复，确定吗？",
                    weight: .danger
                ) { form in
                    form.text("reason", "理由", hint: "5 至 500 字，与处理人、时间一并留存。", required: true)
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
