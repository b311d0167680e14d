import Bus
import Identity
import Messages
import Pages
import PluginKit

extension ConsoleChapter {
    /// 个人信息: a person asks for a copy, or to be erased (个人信息保护法 45, 47); every act stands in the audit log.
    static let privacy = ConsoleChapter(
        id: "privacy", title: "个人信息", note: "办理个人的查阅、复制和删除请求", icon: .document, access: .role(.securityAdministrator),
        pages: [
            .get("/") { gateway, visit in try await privacyFront(gateway, visit) },
            .get("/{person}") { gateway, visit in try await privacyPerson(gateway, visit, refusal: nil) },
            .post("/{person}/copy") { gateway, visit in
                let person = try person(visit)
                guard let reason = try? reason(visit) else { return try await privacyPerson(gateway, visit, refusal: .requestReason) }
                try await visit.site.identity.recordCopy(of: person, reason: reason, by: visit.caller.actor, address: visit.address)
                let site = visit.site
                var copy = try await kept(of: person, at: site, gateway)
                if let own = try accountRecord(site, person) { copy.parts.insert(own, at: 0) }
                let bytes = try JSONValue(encoding: copy).indented() + "\n"
                return .download(
                    name: "个人信息副本-\(site.card.id)-\(visit.request.now.day).json", type: "application/json", bytes: Array(bytes.utf8))
            },
            .post("/{person}/erase") { gateway, visit in
                let person = try person(visit)
                guard let reason = try? reason(visit) else { return try await privacyPerson(gateway, visit, refusal: .requestReason) }
                return try await erase(visit, person, reason)
            },
        ])

    // MARK: - Finding

    private static func privacyFront(_ gateway: Gateway, _ visit: Visit) async throws -> PageReply {
        let text = visit.request.fields["q"] ?? ""
        if !text.isEmpty, let found = try await personID(text, gateway, visit) {
            return .redirect(to: visit.consolePath("privacy", "/\(found)"))
        }
        return .page(
            Page(title: "个人信息", trail: visit.consoleTrail(.privacy, withSelf: false), layout: .narrow) {
                if !text.isEmpty {
                    Notice("没有找到“\(text.prefix(40))”。请输入登录名，或业务页面上的个人标识。", tone: .warning)
                }
                p("个人有权查阅、复制本人的信息，在法律规定的情形下有权要求删除（个人信息保护法第四十五条、第四十七条）。")
                ol {
                    li("核验申请人身份，确认是本人或其委托人。")
                    li("查找：有账号的填登录名；没有账号的（如来电咨询者）填业务页面上显示的个人标识。")
                    li("核对本站点保存的内容，再导出副本交给申请人，或删除。依法须留存的部分会保留并说明理由。")
                }
                FilterBar(visit.request, submit: "查找") { form in
                    form.text("q", "登录名或个人标识", hint: "须填写完整；查找本身不写入审计，导出和删除写入。", required: true)
                }
            })
    }

    /// A login name's account, or an identifier as it stands.
    private static func personID(_ text: String, _ gateway: Gateway, _ visit: Visit) async throws -> PersonID? {
        if let account = try visit.site.identity.account(login: text) { return PersonID(account.id.description) }
        guard let person = PersonID(text) else { return nil }
        if let id = MessageID(text), try visit.site.identity.account(id) != nil { return person }
        return try await kept(of: person, at: visit.site, gateway).parts.isEmpty ? nil : person
    }

    /// What the plug-ins keep; those of this process are asked off the event loop.
    private static func kept(of person: PersonID, at site: SiteFace, _ gateway: Gateway) async throws -> PersonExport {
        let here = try await gateway.heavy.value { try site.bus.exportHere(person: person) }
        return try await site.bus.export(person: person, here: here)
    }

    // MARK: - One person

    private static func privacyPerson(_ gateway: Gateway, _ visit: Visit, refusal: Refusal?) async throws -> PageReply {
        let person = try person(visit)
        let site = visit.site
        let parts = try await kept(of: person, at: site, gateway).parts
        let own = try accountRecord(site, person)
        guard !parts.isEmpty || own != nil else { throw Refusal.notFound }
        let title = site.parts.reduce(into: [String: String]()) { $0[$1.blueprint.manifest.id] = $1.blueprint.manifest.title }
        let path = visit.consolePath("privacy", "/\(person)")
        let rows = ([own].compactMap { $0 } + parts).map { part -> [DataTable.Cell] in
            [.text(title[part.plugin] ?? "平台账号"), .number(part.records.count), .number(part.events.count)]
        }
        return .page(
            Page(status: refusal?.status ?? 200, title: "个人信息办理", trail: visit.consoleTrail(.privacy), layout: .narrow) {
                FactList([Fact("个人标识", person.description)])
                DataTable("本站点保存的内容", columns: [.text("所在"), .number("记录", unit: "项"), .number("办理过程", unit: "条")], rows: rows)
                h2("查阅与复制")
                Form(post: path + "/copy", of: visit.request, refusal: refusal, submit: "导出副本", weight: .secondary) { form in
                    form.text("reason", "申请编号或事由", hint: "5 至 200 字，写入审计记录。", required: true)
                }
                h2("删除")
                p("删除后不能恢复：业务记录中的个人信息连同其密钥一并销毁，账号同时注销。依法须留存或正在办理的部分会保留，并说明理由。此前的备份按各自的保存期限清理。")
                Form(
                    post: path + "/erase", of: visit.request, refusal: refusal, submit: "删除个人信息", confirm: "删除后不能恢复，确定吗？", weight: .danger
                ) { form in
                    form.text("reason", "申请编号或事由", hint: "5 至 200 字，写入审计记录。", required: true)
                }
            })
    }

    private static func erase(_ visit: Visit, _ person: PersonID, _ reason: String) async throws -> PageReply {
        let site = visit.site
        let actor = visit.caller.actor
        try site.identity.mayErase(person, by: actor)
        let reports = try await site.bus.erase(person: person, by: actor)
        let held = reports.filter { if case .held = $0.outcome { true } else { false } }.map(\.plugin)
        let hadAccount = try await site.identity.erase(
            person: person, reason: reason, outcome: held.isEmpty ? "全部删除" : "留存：\(held.joined(separator: "、"))", by: actor,
            address: visit.address)
        if let account = MessageID(person.description) { try await site.drafts.forget(account: account) }
        for case .done(let attachments) in reports.map(\.outcome) {
            for digest in attachments { try site.files.remove(digest) }
        }
        let title = site.parts.reduce(into: [String: String]()) { $0[$1.blueprint.manifest.id] = $1.blueprint.manifest.title }
        return .page(
            Page(title: "删除结果", trail: visit.consoleTrail(.privacy), layout: .narrow) {
                DataTable(
                    "各部分的结果", columns: [.text("所在"), .text("结果"), .text("理由")],
                    rows: reports.map { report in
                        switch report.outcome {
                        case .done: [.text(title[report.plugin]), .state("已删除", .success), .missing]
                        case .held(let why): [.text(title[report.plugin]), .state("依法留存", .warning), .text(why)]
                        }
                    } + (hadAccount ? [[.text("平台账号"), .state("已注销", .success), .text("网络日志须留存不少于六个月，期满随审计记录清理。")]] : []))
                p("请将结果告知申请人；留存的部分在理由消失后可再次办理。")
                Actions { ButtonLink("返回个人信息", href: visit.consolePath("privacy"), .secondary) }
            })
    }

    // MARK: - Small parts

    private static func person(_ visit: Visit) throws -> PersonID {
        guard let person = visit.request.parameters["person"].flatMap({ PersonID($0) }) else { throw Refusal.notFound }
        return person
    }

    private static func reason(_ visit: Visit) throws -> String {
        guard let reason = visit.request.fields["reason"], (5...200).contains(reason.count) else { throw Refusal.requestReason }
        return reason
    }

    private static func accountRecord(_ site: SiteFace, _ person: PersonID) throws -> PersonExport.Part? {
        guard let id = MessageID(person.description), let account = try site.identity.account(id) else { return nil }
        let roles = account.grants.map { grant in grant.role.rawValue + (grant.region.map { "（\($0)）" } ?? "") }
        let claims = try site.identity.claims(of: id).map { claim in
            PersonalRecord(
                title: "单位代表申请",
                values: [
                    .init("单位", "\(claim.organisation.name)（\(claim.organisation.code)）"), .init("职务", claim.post),
                    .init("区划", claim.region.description), .init("申请时间", claim.requestedAt.description), .init("结果", claim.state.title),
                ], basis: "核实该人员能否代表单位办理业务")
        }
        return PersonExport.Part(
            plugin: "identity",
            records: [
                PersonalRecord(
                    title: "平台账号",
                    values: [
                        .init("登录名", account.login.description), .init("姓名", account.name),
                        .init("单位", account.organisation?.description ?? "无"), .init("角色", roles.joined(separator: "、")),
                        .init("开设时间", account.createdAt.description),
                    ], basis: "为办理平台业务开设账号")
            ] + claims, events: [])
    }
}

extension Refusal {
    fileprivate static let requestReason = Refusal(
        "gateway.privacy-reason", status: 422, message: "办理个人信息请求须写明 5 至 200 字的申请编号或事由。请补充后重新提交。",
        log: "a request about personal data wants a reason of 5 to 200 characters",
        faults: [.init(field: "reason", message: "须为 5 至 200 字。")])
}
