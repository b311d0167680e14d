import Exchange
import Messages
import Pages
import PluginKit
import Vocabulary

extension ConsoleChapter {
    /// 数据交换: whether receipts are kept, and the webhooks of every partner: last result, test, replay.
    static let exchange = ConsoleChapter(
        id: "exchange", title: "数据交换", note: "回执留存、回调地址、重放", icon: .demand, access: .role(.systemAdministrator),
        pages: [
            .get("/") { _, visit in try exchangeFront(visit) },
            .get("/receipts/{id}") { _, visit in try exchangeReceipt(visit) },
            .get("/endpoints/{id}") { _, visit in try exchangeEndpoint(visit, refusal: nil) },
            .post("/endpoints/{id}/test") { _, visit in
                let (desk, endpoint) = try exchangeTarget(visit)
                let (status, error) = try await desk.webhooks.test(endpoint.id, of: nil)
                let words = error == nil ? "对方已接收（HTTP \(status ?? 0)）。" : "对方未接收：\(error ?? "")。"
                return .redirect(to: visit.consolePath("exchange", "/endpoints/\(endpoint.id)"), notice: words)
            },
            .post("/endpoints/{id}/enable") { _, visit in
                let (desk, endpoint) = try exchangeTarget(visit)
                try await desk.webhooks.setActive(true, endpoint.id, of: nil)
                return .redirect(to: visit.consolePath("exchange", "/endpoints/\(endpoint.id)"), notice: "已启用，等待中的事件将立即发送。")
            },
            .post("/endpoints/{id}/disable") { _, visit in
                let (desk, endpoint) = try exchangeTarget(visit)
                try await desk.webhooks.setActive(false, endpoint.id, of: nil, reason: "由系统管理员停用")
                return .redirect(to: visit.consolePath("exchange", "/endpoints/\(endpoint.id)"), notice: "已停用，等待中的事件保留 30 天。")
            },
            .post("/endpoints/{id}/replay") { _, visit in
                let (desk, endpoint) = try exchangeTarget(visit)
                guard let from = visit.request.fields["from"].flatMap({ Day($0) }), let until = visit.request.fields["until"].flatMap({ Day($0) }),
                    from <= until
                else { return try exchangeEndpoint(visit, refusal: .replayDays) }
                let count = try await desk.webhooks.replay(from: from.start, to: until.end + .milliseconds(1), to: endpoint.id, of: nil)
                return .redirect(to: visit.consolePath("exchange", "/endpoints/\(endpoint.id)"), notice: "已排入 \(count) 个事件。")
            },
        ])

    private static func desk(_ visit: Visit) throws -> PartnerExchange {
        guard let desk = visit.site.exchange else { throw Refusal.notFound }
        return desk
    }

    private static func exchangeTarget(_ visit: Visit) throws -> (PartnerExchange, WebhookEndpoint) {
        let desk = try desk(visit)
        guard let id = visit.request.parameters["id"].flatMap({ MessageID($0) }) else { throw Refusal.notFound }
        return (desk, try desk.webhooks.endpoint(id, of: nil))
    }

    private static func exchangeFront(_ visit: Visit) throws -> PageReply {
        let desk = try desk(visit)
        let reading = desk.receipts.reading
        let client = visit.request.fields["client"]
        let calls = try desk.latest(30, of: client)
        let endpoints = try client.map { try desk.webhooks.endpoints(of: $0) } ?? desk.webhooks.endpoints()
        return .page(
            Page(title: client.map { "数据交换：\($0)" } ?? "数据交换", trail: client == nil ? visit.consoleTrail(.exchange, withSelf: false) : visit.consoleTrail(.exchange)) {
                if let since = reading.failingSince {
                    Notice("回执不能留存（自 \(Format.dateTime(since))，内存中 \(reading.waiting) 份待写）。宽限用尽后将拒绝伙伴调用，请立即检查磁盘空间和权限。", tone: .danger)
                }
                FactList([
                    Fact("回执留存", reading.failingSince == nil ? "正常" : "故障：\(reading.reason ?? "")"),
                    Fact("本次启动以来", "\(reading.written) 份，\(reading.batches) 批签名"), Fact("因不能留存而拒绝", "\(reading.refused) 次"),
                    Fact("签名密钥", desk.receipts.keyID ?? "首次留存回执时生成"),
                ])
                DataTable(
                    "回调地址",
                    columns: [.text("客户端"), .text("地址"), .text("状态"), .text("最近结果"), .text("最近发送")],
                    rows: endpoints.map { endpoint in
                        [
                            .link(endpoint.client, visit.consolePath("exchange", "/?client=\(endpoint.client)")),
                            .link(endpoint.url, visit.consolePath("exchange", "/endpoints/\(endpoint.id)")), .text(state(endpoint)),
                            .text(result(endpoint)), .moment(endpoint.lastAt),
                        ]
                    }, empty: EmptyState("还没有回调地址", hint: "合作方用自己的令牌在接口 exchange/endpoints 登记。"))
                DataTable(
                    "最近的交换",
                    columns: [.text("时间"), .text("客户端"), .text("消息"), .number("状态"), .text("合约"), .text("回执")],
                    rows: calls.map { call in
                        [
                            .moment(call.time), .link(call.client, visit.consolePath("exchange", "/?client=\(call.client)")),
                            .text(call.message.description), .number(call.status), .text("第 \(call.contract) 版"),
                            .link(String(call.id.description.suffix(12)), visit.consolePath("exchange", "/receipts/\(call.id)")),
                        ]
                    }, empty: EmptyState("还没有与合作方的交换", hint: "每次调用和每次回调都会在此留下回执。"))
            })
    }

    private static func state(_ endpoint: WebhookEndpoint) -> String {
        if !endpoint.isActive { return "已停用：\(endpoint.reason ?? "")" }
        return endpoint.failingSince.map { "失败中，自 \(Format.dateTime($0))" } ?? "正常"
    }

    private static func result(_ endpoint: WebhookEndpoint) -> String {
        if let error = endpoint.lastError { return error }
        return endpoint.lastStatus.map { "HTTP \($0)" } ?? "尚未发送"
    }

    private static func exchangeReceipt(_ visit: Visit) throws -> PageReply {
        guard let id = visit.request.parameters["id"].flatMap({ MessageID($0) }) else { throw Refusal.notFound }
        let proof = try desk(visit).proof(id, of: nil)
        return .page(
            Page(title: "回执", trail: visit.consoleTrail(.exchange)) {
                FactList([
                    Fact("编号", id.description), Fact("时间", Format.dateTime(proof.call.time)), Fact("客户端", proof.call.client),
                    Fact("单位", proof.call.organisation.description), Fact("合约", "第 \(proof.call.contract) 版"),
                    Fact("消息", proof.call.message.description), Fact("HTTP 状态", "\(proof.call.status)"),
                ])
                h2("证明")
                p("以下文字可用 openssl 离线核对，步骤见 Modules/Exchange/PROTOCOL.md。")
                pre(proof.text)
            })
    }

    private static func exchangeEndpoint(_ visit: Visit, refusal: Refusal?) throws -> PageReply {
        let (desk, endpoint) = try exchangeTarget(visit)
        let path = visit.consolePath("exchange", "/endpoints/\(endpoint.id)")
        let counts = try desk.webhooks.counts(of: endpoint.id)
        let deliveries = try desk.webhooks.deliveries(to: endpoint.id, limit: 50)
        return .page(
            Page(status: refusal?.status ?? 200, title: "回调地址", trail: visit.consoleTrail(.exchange)) {
                FactList([
                    Fact("客户端", endpoint.client), Fact("地址", endpoint.url), Fact("状态", state(endpoint)), Fact("最近结果", result(endpoint)),
                    Fact("事件", endpoint.types.map(\.description).joined(separator: "、")),
                    Fact("等待发送", "\(counts[.waiting] ?? 0) 个"), Fact("多次失败后放弃", "\(counts[.givenUp] ?? 0) 个"),
                ])
                Form(post: path + "/test", of: visit.request, submit: "发送测试事件") { _ in HTML {} }
                if endpoint.isActive {
                    Form(post: path + "/disable", of: visit.request, submit: "停用", weight: .danger) { _ in HTML {} }
                } else {
                    Form(post: path + "/enable", of: visit.request, submit: "启用") { _ in HTML {} }
                }
                h2("重放")
                Form(post: path + "/replay", of: visit.request, refusal: refusal, submit: "重放这段时间的事件") { form in
                    form.date("from", "自", required: true)
                    form.date("until", "至（含当日）", required: true)
                }
                DataTable(
                    "最近的投递", columns: [.text("事件"), .text("类型"), .text("状态"), .number("尝试", unit: "次"), .text("排入时间"), .text("结果")],
                    rows: deliveries.map { delivery in
                        [
                            .text(delivery.event.description), .text(delivery.type.description), .text(word(delivery.state)),
                            .number(delivery.attempts), .moment(delivery.queuedAt), .text(delivery.error ?? delivery.status.map { "HTTP \($0)" }),
                        ]
                    }, empty: EmptyState("还没有投递", hint: "合约约定的事件发生后会出现在这里。"))
            })
    }

    private static func word(_ state: WebhookDelivery.State) -> String {
        switch state {
        case .waiting: "等待"
        case .delivered: "已送达"
        case .givenUp: "已放弃"
        case .dropped: "合约已不含"
        }
    }
}

extension Refusal {
    fileprivate static let replayDays = Refusal(
        "exchange.replay-days", status: 422, message: "请写明起止日期，起始日不晚于截止日。改正后重新提交。", log: "replay wants two days in order",
        faults: [.init(field: "from", message: "须为日期，且不晚于截止日。")])
}
