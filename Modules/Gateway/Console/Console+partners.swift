import Identity
import Messages
import Pages
import PluginKit
import Vocabulary

extension ConsoleChapter {
    /// 合作方: clients, their contracts and credentials; suspended, resumed and revoked at once.
    static let partners = ConsoleChapter(
        id: "partners", title: "合作方", note: "接口合约、凭证、暂停与撤销", icon: .booth, access: .role(.securityAdministrator),
        pages: [
            .get("/") { gateway, visit in PartnerPages.list(gateway, visit) },
            .get("/new") { _, visit in PartnerPages.form(visit, refusal: nil) },
            .post("/new") { _, visit in try await PartnerPages.add(visit) },
            .get("/{client}") { gateway, visit in try PartnerPages.detail(gateway, visit) },
            .get("/{client}/contract") { _, visit in try PartnerPages.contract(visit, refusal: nil) },
            .post("/{client}/contract") { _, visit in try await PartnerPages.recordContract(visit) },
            .post("/{client}/secret") { gateway, visit in try await PartnerPages.rotate(gateway, visit) },
            .post("/{client}/credential") { gateway, visit in try await PartnerPages.register(gateway, visit) },
            .post("/{client}/remove") { gateway, visit in try await PartnerPages.remove(gateway, visit) },
            .post("/{client}/state") { gateway, visit in try await PartnerPages.setState(gateway, visit) },
        ])
}

/// The pages of the chapter.
enum PartnerPages {
    private static func path(_ visit: Visit, _ client: String = "", _ rest: String = "") -> String {
        visit.consolePath("partners", client.isEmpty ? "/" : "/\(client)\(rest)")
    }

    private static func client(_ visit: Visit) throws -> PartnerDetail {
        guard let id = visit.request.parameters["client"], let detail = try visit.site.identity.partner(id) else { throw Refusal.notFound }
        return detail
    }

    private static func tone(_ state: PartnerClient.State) -> Tone {
        switch state {
        case .active: .success
        case .suspended: .warning
        case .revoked: .neutral
        }
    }

    // MARK: - List and adding

    static func list(_ gateway: Gateway, _ visit: Visit) -> PageReply {
        let clients = visit.site.identity.partnerList()
        let paging = Paging(visit.request, total: clients.count)
        let now = visit.request.now
        return .page(
            Page(title: "合作方", trail: visit.consoleTrail(.partners, withSelf: false)) {
                Actions { ButtonLink("登记合作方", href: visit.consolePath("partners", "/new")) }
                DataTable(
                    "合作方客户端",
                    columns: [.text("客户端"), .text("单位"), .text("状态"), .text("合约"), .text("到期"), .number("今日调用", unit: "次")],
                    rows: clients.dropFirst(paging.offset).prefix(paging.size).map { client in
                        let entry = visit.site.identity.partnerEntry(client.id)
                        let contract = entry?.contracts.first
                        return [
                            .link("\(client.name)（\(client.id)）", path(visit, client.id)), .text(client.organisation.name),
                            .state(client.state.title, tone(client.state)),
                            .text(contract.map { "第 \($0.version) 版" }), .day(contract?.terms.validUntil),
                            .number(gateway.meters.calls(of: client.id, site: visit.site.card.id, on: now.day)),
                        ]
                    }, empty: EmptyState("还没有合作方", hint: "登记后，合作方的程序凭客户端密钥、签名公钥或证书申请令牌，只能调用合约列出的消息。"))
                Pagination(paging, of: visit.request)
            })
    }

    static func form(_ visit: Visit, refusal: Refusal?) -> PageReply {
        .page(
            Page(status: refusal?.status ?? 200, title: "登记合作方", trail: visit.consoleTrail(.partners), layout: .narrow) {
                Form(
                    post: visit.consolePath("partners", "/new"), of: visit.request, refusal: refusal, submit: "登记并生成密钥",
                    cancel: path(visit)
                ) { form in
                    form.text("organisation", "统一社会信用代码", example: "11430000MB1234567X", required: true, width: .medium)
                    form.text("organisation-name", "单位名称", hint: "已登记的单位可不填", width: .full)
                    form.select("kind", "单位类别", Organisation.Kind.allCases.map { Choice($0.rawValue, $0.title) }, value: "department")
                    form.text("client", "客户端标识", hint: "3 至 40 位小写字母、数字或连字符，登记后不能更改", example: "cs-tax-01", required: true, width: .medium)
                    form.text("name", "客户端名称", hint: "显示在办理记录中", example: "纳税信用查询", required: true, width: .medium)
                }
            })
    }

    static func add(_ visit: Visit) async throws -> PageReply {
        let fields = visit.request.fields
        let store = visit.site.identity
        do {
            guard let code = CreditCode(fields["organisation"] ?? "") else {
                throw Refusal(
                    "partner.credit-code", status: 422, message: "统一社会信用代码不正确，请核对后重新提交。", log: "not a credit code",
                    faults: [.init(field: "organisation", value: fields["organisation"], message: "不是有效的统一社会信用代码（GB 32100-2015），请核对。")])
            }
            let kind = fields["kind"].flatMap(Organisation.Kind.init(rawValue:)) ?? .department
            let organisation = try store.organisation(code) ?? Organisation(code: code, name: fields["organisation-name"] ?? "", kind: kind)
            let (client, secret) = try await store.addPartner(
                fields["client"] ?? "", name: fields["name"] ?? "", organisation: organisation, by: visit.caller.actor, address: visit.address)
            return secretPage(visit, client.id, secret, title: "已登记合作方", next: "接着登记合约，合作方才能调用。")
        } catch let refusal as Refusal where refusal.status < 500 {
            return form(visit, refusal: refusal)
        }
    }

    /// The only page on which a secret stands; it cannot be opened again.
    private static func secretPage(_ visit: Visit, _ client: String, _ secret: String, title: String, next: String) -> PageReply {
        .page(
            Page(title: title, trail: visit.consoleTrail(.partners), layout: .narrow) {
                Notice("密钥只显示这一次，本站不保存原文。请以安全方式交给合作方；遗失后只能更换。", tone: .warning, title: "请立即抄录")
                FactList([
                    Fact("客户端标识（client_id）") { code(client) }, Fact("客户端密钥（client_secret）") { code(secret) },
                    Fact("令牌地址") { code("/api/\(visit.site.card.id)/oauth/token") },
                ])
                p(next)
                Actions {
                    ButtonLink("登记合约", href: path(visit, client, "/contract"))
                    ButtonLink("查看客户端", href: path(visit, client), .secondary)
                }
            })
    }

    // MARK: - One client

    static func detail(_ gateway: Gateway, _ visit: Visit, refusal: Refusal? = nil) throws -> PageReply {
        let detail = try Self.client(visit)
        let client = detail.client
        let history = try visit.site.identity.partnerHistory(client.id)
        let isOpen = client.state != .revoked
        let words = AuditWords(visit.site)
        return .page(
            Page(status: refusal?.status ?? 200, title: client.name, trail: visit.consoleTrail(.partners)) {
                if let refusal { Notice(refusal.message, tone: .danger) }
                FactList([
                    Fact("客户端标识") { code(client.id) },
                    Fact("单位", "\(client.organisation.name)（\(client.organisation.code)）"),
                    Fact("状态") { StateBadge(client.state.title, tone(client.state)) },
                    Fact("今日调用", "\(Format.count(gateway.meters.calls(of: client.id, site: visit.site.card.id, on: visit.request.now.day))) 次"),
                    Fact("登记时间", at: client.createdAt),
                ])
                h2("合约")
                contractTable(visit, detail)
                if isOpen { Actions { ButtonLink(detail.contracts.isEmpty ? "登记合约" : "登记新版合约", href: path(visit, client.id, "/contract")) } }
                DataTable(
                    "凭证", columns: [.text("类型"), .text("编号"), .text("登记时间"), .text("失效时间")],
                    rows: detail.credentials.map { credential in
                        [.text(credential.kind.title), .text(credential.name), .moment(credential.createdAt), .moment(credential.until)]
                    }, empty: EmptyState("没有凭证", hint: "撤销后凭证一并移除。"))
                if isOpen { credentialForms(visit, detail) }
                if isOpen { stateForms(visit, client) }
                Timeline(
                    history.map { entry in
                        Timeline.Entry(
                            at: entry.time, actor: name(of: entry.actor, visit), title: entry.record.event.title, note: words.detail(of: entry.record),
                            tone: entry.record.outcome == .refused ? .warning : .neutral)
                    }, now: visit.request.now)
            })
    }

    /// The log keeps identifiers of persons only.
    static func name(of actor: Actor, _ visit: Visit) -> String {
        guard actor.kind == .person, actor.name.isEmpty else { return actor.name }
        return visit.site.identity.name(of: actor.id) ?? "已注销人员"
    }

    private static func contractTable(_ visit: Visit, _ detail: PartnerDetail) -> HTML {
        HTML {
            for version in detail.contracts(from: visit.request.now) where !version.contract.emptyLists.isEmpty {
                Notice(
                    "字段清单为空，按登记时的含义不限字段：\(version.contract.emptyLists.joined(separator: "，"))。请登记新版合约：确要不限的删去该项，否则列出字段。",
                    tone: .warning, title: "第 \(version.number) 版合约有空的字段清单")
            }
            if let current = detail.contracts.first {
                FactList([
                    Fact("版本", "第 \(current.number) 版"), Fact("用途", current.contract.purpose),
                    Fact("有效期", "\(Format.date(current.contract.validFrom)) 至 \(Format.date(current.contract.validUntil))"),
                    Fact("频率", "每分钟 \(Format.count(current.contract.ratePerMinute)) 次，每日 \(Format.count(current.contract.dailyQuota)) 次"),
                ])
                let entry = visit.site.identity.partnerEntry(detail.client.id)?.contracts.first { $0.version == current.number }
                DataTable(
                    "合约中的消息",
                    columns: [.text("消息"), .text("方向"), .text("可取得的字段"), .text("角色"), .text("企业授权"), .number("已移除字段", unit: "个")],
                    rows: current.contract.messages.map { terms in
                        [
                            DataTable.Cell { span(terms.name.description, .class("nowrap")) }, .text(terms.direction.title),
                            fields(terms.fields ?? []), .text(terms.role),
                            .text(terms.consent.map { "须授权（\($0)）" } ?? "不需要"),
                            .number(terms.direction == .call ? entry?.calls[terms.name]?.removedCount : nil),
                        ]
                    })
            } else {
                EmptyState("还没有合约", hint: "没有合约的客户端不能申请令牌。")
            }
        }
    }

    /// A few stand in the cell, many are opened by hand.
    private static func fields(_ names: [String]) -> DataTable.Cell {
        guard names.count > 4 else { return .text(names.isEmpty ? "全部" : names.joined(separator: "，")) }
        return DataTable.Cell { Disclosure("\(names.count) 个字段") { p(names.joined(separator: "，")) } }
    }

    private static func credentialForms(_ visit: Visit, _ detail: PartnerDetail) -> HTML {
        let id = detail.client.id
        return HTML {
            Disclosure("更换客户端密钥") {
                p("生成新密钥并显示一次；原密钥再用 7 天，便于合作方不停机更换。已泄露的请立即失效。")
                Form(post: path(visit, id, "/secret"), of: visit.request, submit: "更换密钥") { form in
                    form.checkbox("at-once", "原密钥已泄露，立即失效")
                }
            }
            Disclosure("登记公钥或证书") {
                Form(post: path(visit, id, "/credential"), of: visit.request, submit: "登记") { form in
                    form.textarea("text", "公钥或证书", rows: 6, hint: "P-256 公钥（PEM 或 JWK），或客户端证书（PEM）。不要提交私钥。", required: true)
                }
            }
            let removable = detail.credentials.filter { $0.kind != .secret }
            if !removable.isEmpty {
                Disclosure("移除公钥或证书") {
                    Form(post: path(visit, id, "/remove"), of: visit.request, submit: "移除", confirm: "移除后立即失效，确定吗？", weight: .danger) { form in
                        form.select(
                            "credential", "凭证", removable.map { Choice("\($0.kind.rawValue) \($0.name)", "\($0.kind.title) \($0.name)") },
                            required: true)
                    }
                }
            }
        }
    }

    private static func stateForms(_ visit: Visit, _ client: PartnerClient) -> HTML {
        HTML {
            h2("暂停与撤销")
            Disclosure(client.state == .active ? "暂停客户端" : "恢复客户端") {
                p(client.state == .active ? "从下一个请求起拒绝，已建立的连接也一样；可以恢复。" : "恢复后，原有凭证和合约继续有效。")
                Form(post: path(visit, client.id, "/state"), of: visit.request, submit: client.state == .active ? "暂停" : "恢复") { form in
                    form.hidden("action", client.state == .active ? "suspend" : "resume")
                    form.text("reason", "理由", hint: "5 至 200 字，与经办人、时间一并留存。", required: true)
                }
            }
            Disclosure("撤销客户端") {
                p("撤销后不能恢复，密钥、公钥和证书一并移除；合约和记录保留。")
                Form(
                    post: path(visit, client.id, "/state"), of: visit.request, submit: "撤销", confirm: "撤销后不能恢复，确定吗？", weight: .danger
                ) { form in
                    form.hidden("action", "revoke")
                    form.text("reason", "理由", hint: "5 至 200 字，与经办人、时间一并留存。", required: true)
                }
            }
        }
    }

    // MARK: - Changes

    static func contract(_ visit: Visit, refusal: Refusal?) throws -> PageReply {
        let detail = try client(visit)
        let text = try detail.contracts.first.map { try $0.contract.text } ?? example(visit)
        return .page(
            Page(
                status: refusal?.status ?? 200, title: detail.contracts.isEmpty ? "登记合约" : "登记新版合约",
                trail: visit.consoleTrail(.partners) + [(detail.client.name, path(visit, detail.client.id))]
            ) {
                p("新版自其生效日期起取代上一版，对以后的请求立即起作用；各版都留存。fields 为合作方可取得的字段，requestFields 为可发送的字段，不写即全部。")
                Form(
                    post: path(visit, detail.client.id, "/contract"), of: visit.request, refusal: refusal.map(Self.onField), submit: "检查并登记",
                    cancel: path(visit, detail.client.id)
                ) { form in
                    form.textarea("contract", "合约（JSON5）", value: text, rows: 20, required: true)
                }
            })
    }

    /// The faults of a contract point into the text; on the page they all stand at the one field.
    private static func onField(_ refusal: Refusal) -> Refusal {
        var refusal = refusal
        refusal.faults = refusal.faults.map {
            .init(field: "contract", value: $0.value, message: ($0.field == "contract" ? "" : "\($0.field.dropFirst().replacing("/", with: "."))：") + $0.message)
        }
        return refusal
    }

    private static func example(_ visit: Visit) throws -> String {
        let today = visit.request.now.day
        return try PartnerContract(
            purpose: "写明数据用来做什么", validFrom: today, validUntil: today.adding(months: 12), ratePerMinute: 60, dailyQuota: 10_000,
            messages: Array(visit.site.catalogue.draft.prefix(1))
        ).text
    }

    static func recordContract(_ visit: Visit) async throws -> PageReply {
        let detail = try client(visit)
        do {
            let contract = try PartnerContract.read(
                Array((visit.request.fields["contract"] ?? "").utf8), catalogue: visit.site.catalogue, site: visit.site.card.region,
                today: visit.request.now.day)
            let version = try await visit.site.identity.recordContract(
                contract, for: detail.client.id, by: visit.caller.actor, address: visit.address)
            return .redirect(to: path(visit, detail.client.id), notice: "已登记合约第 \(version) 版。")
        } catch let refusal as Refusal where refusal.status < 500 {
            return try self.contract(visit, refusal: refusal)
        }
    }

    static func rotate(_ gateway: Gateway, _ visit: Visit) async throws -> PageReply {
        try await changing(gateway, visit) { store, id in
            let secret = try await store.rotateSecret(
                of: id, endsOldAtOnce: visit.request.fields["at-once"] != nil, by: visit.caller.actor, address: visit.address)
            return secretPage(visit, id, secret, title: "已更换密钥", next: "请通知合作方在原密钥失效前换上新密钥。")
        }
    }

    static func register(_ gateway: Gateway, _ visit: Visit) async throws -> PageReply {
        try await changing(gateway, visit) { store, id in
            let text = visit.request.fields["text"] ?? ""
            let name =
                text.contains("BEGIN CERTIFICATE")
                ? try await store.registerCertificate(text, for: id, by: visit.caller.actor, address: visit.address)
                : try await store.registerKey(text, for: id, by: visit.caller.actor, address: visit.address)
            return .redirect(to: path(visit, id), notice: "已登记：\(name)。")
        }
    }

    static func remove(_ gateway: Gateway, _ visit: Visit) async throws -> PageReply {
        try await changing(gateway, visit) { store, id in
            let parts = (visit.request.fields["credential"] ?? "").split(separator: " ", maxSplits: 1).map(String.init)
            guard parts.count == 2, let kind = ClientCredential.Kind(rawValue: parts[0]) else { throw Refusal.notFound }
            try await store.removeCredential(kind, parts[1], of: id, by: visit.caller.actor, address: visit.address)
            return .redirect(to: path(visit, id), notice: "已移除，立即失效。")
        }
    }

    static func setState(_ gateway: Gateway, _ visit: Visit) async throws -> PageReply {
        try await changing(gateway, visit) { store, id in
            let reason = visit.request.fields["reason"] ?? ""
            let (actor, address) = (visit.caller.actor, visit.address)
            switch visit.request.fields["action"] {
            case "suspend": try await store.suspendPartner(id, reason: reason, by: actor, address: address)
            case "resume": try await store.resumePartner(id, reason: reason, by: actor, address: address)
            case "revoke": try await store.revokePartner(id, reason: reason, by: actor, address: address)
            default: throw Refusal.notFound
            }
            return .redirect(to: path(visit, id), notice: "已办理，对下一个请求起作用。")
        }
    }

    /// Runs a change of the client in the address; what is refused stands on top of its page.
    private static func changing(
        _ gateway: Gateway, _ visit: Visit, _ work: (IdentityStore, String) async throws -> PageReply
    ) async throws -> PageReply {
        let detail = try client(visit)
        do { return try await work(visit.site.identity, detail.client.id) } catch let refusal as Refusal where refusal.status < 500 {
            return try self.detail(gateway, visit, refusal: refusal)
        }
    }
}
