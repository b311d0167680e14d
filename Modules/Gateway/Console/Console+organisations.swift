import Identity
import Messages
import Pages
import PluginKit
import Vocabulary

extension ConsoleChapter {
    /// 单位: enterprises, agencies and offices for which people and partners' programs act.
    static let organisations = ConsoleChapter(
        id: "organisations", title: "单位", note: "登记、更正、终止企业和机构", icon: .building, access: .role(.securityAdministrator),
        pages: [
            .get("/") { _, visit in try OrganisationPages.list(visit) },
            .get("/new") { _, visit in OrganisationPages.form(visit, refusal: nil) },
            .post("/new") { _, visit in try await OrganisationPages.add(visit) },
            .get("/{code}") { _, visit in try OrganisationPages.detail(visit, refusal: nil) },
            .post("/{code}/correct") { _, visit in
                try await OrganisationPages.change(visit) { entry in
                    try await visit.site.identity.record(
                        try OrganisationPages.organisation(visit, code: entry.organisation.code), by: visit.caller.actor, address: visit.address)
                    return "已更正，账号和合作方处同时更新。"
                }
            },
            .post("/{code}/end") { _, visit in
                try await OrganisationPages.change(visit) { entry in
                    try await visit.site.identity.endOrganisation(
                        entry.organisation.code, reason: visit.request.fields["reason"] ?? "", by: visit.caller.actor, address: visit.address)
                    return "已终止，不能再关联新的账号和合作方。"
                }
            },
            .post("/{code}/resume") { _, visit in
                try await OrganisationPages.change(visit) { entry in
                    try await visit.site.identity.resumeOrganisation(
                        entry.organisation.code, reason: visit.request.fields["reason"] ?? "", by: visit.caller.actor, address: visit.address)
                    return "已恢复。"
                }
            },
        ])
}

/// The pages of the chapter.
enum OrganisationPages {
    // MARK: - List and recording

    static func list(_ visit: Visit) throws -> PageReply {
        let text = visit.request.fields["q"] ?? ""
        let kind = visit.request.fields["kind"]
        let found = try visit.site.identity.organisationEntries().filter { entry in
            (text.isEmpty || entry.organisation.name.contains(text) || entry.organisation.code.description.contains(text.uppercased()))
                && (kind == nil || entry.organisation.kind.rawValue == kind)
        }
        let paging = Paging(visit.request, total: found.count)
        return .page(
            Page(
                title: "单位", trail: visit.consoleTrail(.organisations, withSelf: false),
                header: PageHeader { ButtonLink("登记单位", href: visit.consolePath("organisations", "/new")) }
            ) {
                FilterBar(visit.request) { form in
                    form.text("q", "名称或信用代码")
                    form.select("kind", "类别", kinds)
                }
                DataTable(
                    "单位",
                    columns: [
                        .text("名称"), .text("信用代码"), .text("类别"), .text("状态"), .number("账号", unit: "个"), .number("客户端", unit: "个"),
                        .text("登记时间"),
                    ],
                    rows: found.dropFirst(paging.offset).prefix(paging.size).map { entry in
                        [
                            .link(entry.organisation.name, path(visit, entry.organisation.code)), .text(entry.organisation.code.description),
                            .text(entry.organisation.kind.title), DataTable.Cell { state(entry) }, .number(entry.accounts), .number(entry.clients),
                            .date(entry.recordedAt),
                        ]
                    }, empty: EmptyState("没有单位", hint: "登记后，企业、服务机构的账号和合作方的程序才能关联到单位。"))
                Pagination(paging, of: visit.request)
            })
    }

    static func form(_ visit: Visit, refusal: Refusal?) -> PageReply {
        .page(
            Page(
                status: refusal?.status ?? 200, title: "登记单位", trail: visit.consoleTrail(.organisations),
                header: PageHeader(lead: "信用代码会按 GB 32100-2015 校验，登记后不能更改；名称和类别以后可以更正。"), layout: .narrow
            ) {
                Form(
                    post: visit.consolePath("organisations", "/new"), of: visit.request, refusal: refusal, submit: "登记",
                    cancel: visit.consolePath("organisations")
                ) { form in
                    form.text("code", "统一社会信用代码", example: "11430000MB1234567X", required: true, width: .medium)
                    fields(form, nil)
                }
            })
    }

    static func add(_ visit: Visit) async throws -> PageReply {
        do {
            let text = visit.request.fields["code"] ?? ""
            guard let code = CreditCode(text) else { throw refusal(text, "code", "不是有效的统一社会信用代码（GB 32100-2015），请核对。") }
            if let there = try visit.site.identity.organisation(code) {
                throw refusal(text, "code", "该代码已登记为“\(there.name)”，请到该单位的页面更正。", status: 409)
            }
            try await visit.site.identity.record(try organisation(visit, code: code), by: visit.caller.actor, address: visit.address)
            return .redirect(to: path(visit, code), notice: "已登记。")
        } catch let refusal as Refusal where refusal.status < 500 {
            return form(visit, refusal: refusal)
        }
    }

    // MARK: - One organisation

    static func detail(_ visit: Visit, refusal: Refusal?) throws -> PageReply {
        let entry = try subject(visit)
        let organisation = entry.organisation
        let base = path(visit, organisation.code)
        let identity = visit.site.identity
        let accounts = try identity.accounts().filter { $0.organisation == organisation.code }
        let clients = identity.partnerList().filter { $0.organisation.code == organisation.code }
        let history = try identity.organisationHistory(organisation.code)
        return .page(
            Page(
                status: refusal?.status ?? 200, title: organisation.name, trail: visit.consoleTrail(.organisations),
                header: PageHeader(caption: organisation.code.description, state: state(entry))
            ) {
                if let refusal { Notice(refusal.message, tone: .danger) }
                FactList([
                    Fact("类别", organisation.kind.title), Fact("登记时间", at: entry.recordedAt), Fact("终止时间", at: entry.endedAt),
                ])
                DataTable(
                    "账号", columns: [.text("登录名"), .text("姓名"), .text("状态")],
                    rows: accounts.map { account in
                        [
                            .link(account.login.description, visit.consolePath("accounts", "/\(account.id)")), .text(account.name),
                            .state(account.isDisabled ? "停用" : "正常", account.isDisabled ? .danger : .success),
                        ]
                    }, empty: EmptyState("没有账号", hint: "开设企业或服务机构的账号时填写本单位的信用代码。"))
                DataTable(
                    "合作方客户端", columns: [.text("客户端"), .text("状态")],
                    rows: clients.map { client in
                        [.link("\(client.name)（\(client.id)）", visit.consolePath("partners", "/\(client.id)")), .text(client.state.title)]
                    }, empty: EmptyState("没有合作方客户端", hint: "在“合作方”中登记。"))
                h2("办理")
                Disclosure("更正名称和类别") {
                    Form(post: base + "/correct", of: visit.request, submit: "保存") { form in fields(form, organisation) }
                }
                if entry.endedAt == nil {
                    Disclosure("终止单位") {
                        p("终止后不能再关联新的账号和合作方，已有记录保留；名下须已没有启用的账号和未撤销的客户端。可以恢复。")
                        Form(post: base + "/end", of: visit.request, submit: "终止", confirm: "确定终止该单位吗？", weight: .danger) { form in reason(form) }
                    }
                } else {
                    Disclosure("恢复单位") { Form(post: base + "/resume", of: visit.request, submit: "恢复") { form in reason(form) } }
                }
                Timeline(
                    history.map { one in
                        Timeline.Entry(
                            at: one.time, actor: PartnerPages.name(of: one.actor, visit), title: one.record.event.title,
                            note: one.record.detail.map { String($0.drop { $0 != " " }.dropFirst()) })
                    }, now: visit.request.now)
            })
    }

    /// Does something to the organisation, then shows it again; what is refused stands on its page.
    static func change(_ visit: Visit, _ work: (OrganisationEntry) async throws -> String) async throws -> PageReply {
        let entry = try subject(visit)
        do {
            let notice = try await work(entry)
            return .redirect(to: path(visit, entry.organisation.code), notice: notice)
        } catch let refusal as Refusal where refusal.status < 500 && refusal.status != 401 {
            return try detail(visit, refusal: refusal)
        }
    }

    // MARK: - Small parts

    private static let kinds = Organisation.Kind.allCases.map { Choice($0.rawValue, $0.title) }

    private static func path(_ visit: Visit, _ code: CreditCode) -> String { visit.consolePath("organisations", "/\(code)") }

    private static func state(_ entry: OrganisationEntry) -> StateBadge {
        entry.endedAt == nil ? StateBadge("正常", .success) : StateBadge("已终止", .neutral)
    }

    private static func subject(_ visit: Visit) throws -> OrganisationEntry {
        guard let code = visit.request.parameters["code"].flatMap({ CreditCode($0) }),
            let entry = try visit.site.identity.organisationEntry(code)
        else { throw Refusal.notFound }
        return entry
    }

    private static func fields(_ form: FormScope, _ organisation: Organisation?) -> HTML {
        HTML {
            form.text("name", "单位名称", value: organisation?.name, hint: "按营业执照或批文填写全称。", required: true, width: .full)
            form.select("kind", "单位类别", kinds, value: organisation?.kind.rawValue, required: true)
        }
    }

    private static func reason(_ form: FormScope) -> HTML {
        form.text("reason", "理由", hint: "5 至 200 字，与经办人、时间一并留存。", required: true)
    }

    /// The organisation as the form states it.
    static func organisation(_ visit: Visit, code: CreditCode) throws -> Organisation {
        let kind = visit.request.fields["kind"] ?? ""
        guard let found = Organisation.Kind(rawValue: kind) else { throw refusal(kind, "kind", "请选择单位类别。") }
        return Organisation(code: code, name: visit.request.fields["name"] ?? "", kind: found)
    }

    private static func refusal(_ value: String, _ field: String, _ message: String, status: Int = 422) -> Refusal {
        Refusal(
            "gateway.organisation", status: status, message: message, log: "organisation form refused: \(field)",
            faults: [.init(field: field, value: String(value.prefix(30)), message: message)])
    }
}
