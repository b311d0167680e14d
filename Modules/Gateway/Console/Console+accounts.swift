import Identity
import Messages
import Pages
import PluginKit

extension ConsoleChapter {
    /// 账号: who may come in, with which roles in which regions; what helps a person who cannot.
    static let accounts = ConsoleChapter(
        id: "accounts", title: "账号", note: "开设账号、授予角色、重置密码和两步验证、结束登录", icon: .people, access: .role(.securityAdministrator),
        pages: [
            .get("/") { _, visit in try accountList(visit) },
            .get("/new") { _, visit in try newAccount(visit, refusal: nil) },
            .post("/new") { _, visit in try await openAccount(&visit) },
            .get("/{id}") { _, visit in try accountPage(visit, refusal: nil) },
            .post("/{id}/name") { _, visit in
                try await change(visit) { identity, account in
                    let code = try organisationCode(visit)
                    _ = try await identity.changeAccount(
                        account.id, name: visit.request.fields["name"] ?? "", organisation: code, by: visit.caller.actor, address: visit.address)
                    return "已修改账号信息。"
                }
            },
            .post("/{id}/grant") { _, visit in
                try await change(visit) { identity, account in
                    _ = try await identity.grant(try grantField(visit), to: account.id, by: visit.caller.actor, address: visit.address)
                    return "已授予角色，立即生效。"
                }
            },
            .post("/{id}/revoke") { _, visit in
                try await change(visit) { identity, account in
                    _ = try await identity.revoke(try grantField(visit), from: account.id, by: visit.caller.actor, address: visit.address)
                    return "已收回角色，立即生效。"
                }
            },
            .post("/{id}/password") { _, visit in
                let account = try subject(visit)
                let password = try await visit.site.identity.resetPassword(account.id, by: visit.caller.actor, address: visit.address)
                return handedOver(visit, account, password)
            },
            .post("/{id}/second-factor") { _, visit in
                try await change(visit) { identity, account in
                    try await identity.resetSecondFactor(account.id, by: visit.caller.actor, address: visit.address)
                    return "已取下两步验证，并结束其全部登录。"
                }
            },
            .post("/{id}/state") { _, visit in
                try await change(visit) { identity, account in
                    let changed = try await identity.setDisabled(
                        visit.request.fields["state"] == "disabled", account.id, by: visit.caller.actor, address: visit.address)
                    return changed.isDisabled ? "已停用账号，并结束其全部登录。" : "已启用账号。"
                }
            },
            .post("/{id}/sessions") { _, visit in
                try await change(visit) { identity, account in
                    let actor = visit.caller.actor
                    guard let one = visit.request.fields["end"], one != "all" else {
                        let count = try await identity.endSessions(of: account.id, by: actor, address: visit.address)
                        return "已结束 \(count) 处登录。"
                    }
                    try await identity.endSession(one, of: account.id, by: actor, address: visit.address)
                    return "已结束该登录。"
                }
            },
        ])

    // MARK: - List and opening

    private static func accountList(_ visit: Visit) throws -> PageReply {
        let text = visit.request.fields["q"]?.lowercased() ?? ""
        let role = visit.request.fields["role"]
        let identity = visit.site.identity
        let found = try identity.accounts().filter { account in
            (text.isEmpty || account.login.description.contains(text) || account.name.lowercased().contains(text))
                && (role == nil || account.grants.contains { $0.role.rawValue == role })
        }
        let paging = Paging(visit.request, total: found.count)
        return .page(
            Page(
                title: "账号", trail: visit.consoleTrail(.accounts, withSelf: false),
                header: PageHeader { ButtonLink("开设账号", href: visit.consolePath("accounts", "/new")) }
            ) {
                FilterBar(visit.request) { form in
                    form.text("q", "登录名或姓名")
                    form.select("role", "角色", roleChoices(visit))
                }
                DataTable(
                    "账号", columns: [.text("登录名"), .text("姓名"), .text("状态"), .text("两步验证"), .text("角色"), .text("密码修改")],
                    rows: found.dropFirst(paging.offset).prefix(paging.size).map { account in
                        [
                            .link(account.login.description, visit.consolePath("accounts", "/\(account.id)")), .text(account.name),
                            DataTable.Cell { state(account) }, .text(account.hasSecondFactor ? "已启用" : "未启用"),
                            .text(account.grants.map { roleText($0, visit) }.joined(separator: "；")), .date(account.passwordChangedAt),
                        ]
                    })
                Pagination(paging, of: visit.request)
            })
    }

    private static func state(_ account: Account) -> StateBadge {
        account.isDisabled ? StateBadge("停用", .danger) : account.mustChangePassword ? StateBadge("待改密", .warning) : StateBadge("正常", .success)
    }

    private static func newAccount(_ visit: Visit, refusal: Refusal?) throws -> PageReply {
        .page(
            Page(
                status: refusal?.status ?? 200, title: "开设账号", trail: visit.consoleTrail(.accounts),
                header: PageHeader(lead: "保存后显示一次随机初始密码，请当面或通过另一渠道交给本人；首次登录时须修改。"), layout: .narrow
            ) {
                Form(
                    post: visit.consolePath("accounts", "/new"), of: visit.request, refusal: refusal, submit: "开设",
                    cancel: visit.consolePath("accounts")
                ) { form in
                    form.text("login", "登录名", hint: "3…40 位小写字母、数字、点、下划线或连字符，以字母开头；须能识别到人。", example: "csha.zhang", required: true, width: .medium)
                    form.text("name", "姓名", required: true, width: .medium)
                    roleFields(form, visit, isRequired: false)
                    form.text("organisation", "所属单位的统一社会信用代码", hint: "企业和服务机构的账号必填，单位须已登记。", width: .medium)
                }
            })
    }

    private static func openAccount(_ visit: inout Visit) async throws -> PageReply {
        let fields = visit.request.fields
        do {
            let grants = fields["role"] == nil ? [] : [try grantField(visit)]
            let new = NewAccount(
                login: fields["login"] ?? "", name: fields["name"] ?? "", organisation: try organisationCode(visit), grants: grants)
            let (account, password) = try await visit.site.identity.addAccount(new, by: visit.caller.actor, address: visit.address)
            return handedOver(visit, account, password)
        } catch let refusal as Refusal where refusal.status < 500 {
            return try newAccount(visit, refusal: refusal)
        }
    }

    /// The password stands on this one answer only.
    private static func handedOver(_ visit: Visit, _ account: Account, _ password: String) -> PageReply {
        .page(
            Page(title: "初始密码", trail: visit.consoleTrail(.accounts), layout: .narrow) {
                Notice("密码只显示这一次，首次登录时须修改。", tone: .warning)
                FactList([
                    Fact("登录名", account.login.description), Fact("姓名", account.name), Fact("密码") { code(password) },
                ])
                Actions { ButtonLink("查看账号", href: visit.consolePath("accounts", "/\(account.id)")) }
            })
    }

    // MARK: - One account

    private static func accountPage(_ visit: Visit, refusal: Refusal?) throws -> PageReply {
        let account = try subject(visit)
        let identity = visit.site.identity
        let base = visit.consolePath("accounts", "/\(account.id)")
        let isOwn = visit.caller.session?.account == account.id
        let organisation = try account.organisation.flatMap { try identity.organisation($0) }
        let sessions = try identity.sessions(of: account.id)
        let factor = try identity.secondFactor(of: account)
        return .page(
            Page(
                status: refusal?.status ?? 200, title: account.name, trail: visit.consoleTrail(.accounts),
                header: PageHeader(caption: account.login.description, state: state(account))
            ) {
                if let refusal { ErrorSummary(refusal, known: []) }
                if isOwn { Notice("这是您本人的账号：角色、停用和两步验证须由另一位安全管理员办理。") }
                FactList([
                    Fact("所属单位", organisation.map { "\($0.name)（\($0.code)）" }), Fact("开设时间", at: account.createdAt),
                    Fact("密码修改时间", at: account.passwordChangedAt),
                    Fact("两步验证", factor.since.map { "已于 \(Format.date($0)) 启用，剩余恢复码 \(factor.recoveryCodesLeft) 个" } ?? (factor.isRequired ? "未启用（角色要求启用）" : "未启用")),
                ])
                DataTable(
                    "角色", columns: [.text("角色"), .text("范围"), .text("操作")],
                    rows: account.grants.map { grant in
                        [
                            .text(title(of: grant.role, visit)), .text(scope(grant)),
                            DataTable.Cell {
                                SmallForm(
                                    post: base + "/revoke", [("role", grant.role.rawValue), ("region", grant.region?.description ?? "")],
                                    request: visit.request, submit: "收回")
                            },
                        ]
                    }, empty: EmptyState("还没有角色", hint: "没有角色的账号只能使用公开页面和本人的事项。"))
                Disclosure("授予角色") {
                    Form(post: base + "/grant", of: visit.request, submit: "授予") { form in roleFields(form, visit, isRequired: true) }
                }
                SessionTable.html(sessions, own: visit.caller.session?.handle, post: base + "/sessions", request: visit.request)
                h2("办理")
                Disclosure("修改姓名和单位") {
                    Form(post: base + "/name", of: visit.request, submit: "保存") { form in
                        form.text("name", "姓名", value: account.name, required: true, width: .medium)
                        form.text("organisation", "所属单位的统一社会信用代码", value: account.organisation?.description, width: .medium)
                    }
                }
                div(.class("actions")) {
                    if !sessions.isEmpty { button(visit, base + "/sessions", [("end", "all")], "结束全部登录") }
                    button(visit, base + "/password", [], "重置密码", confirm: "该账号的全部登录将结束，密码换成随机密码，确定吗？")
                    if factor.since != nil { button(visit, base + "/second-factor", [], "重置两步验证", confirm: "请先当面核实本人身份。确定重置吗？") }
                    if account.isDisabled {
                        button(visit, base + "/state", [("state", "enabled")], "启用账号")
                    } else {
                        button(visit, base + "/state", [("state", "disabled")], "停用账号", confirm: "停用后该账号立即退出且不能登录，确定吗？", weight: .danger)
                    }
                }
            })
    }

    /// A button that posts, beside others.
    static func button(
        _ visit: Visit, _ path: String, _ fields: [(String, String)], _ title: String, confirm: String? = nil, weight: ButtonLink.Weight = .secondary
    ) -> SmallForm {
        SmallForm(post: path, fields.map { (name: $0.0, value: $0.1) }, request: visit.request, submit: title, confirm: confirm, weight: weight)
    }

    /// Does something to the account, then shows it again; what is refused stands on its page.
    private static func change(
        _ visit: Visit, _ work: (IdentityStore, Account) async throws -> String
    ) async throws -> PageReply {
        let account = try subject(visit)
        do {
            let notice = try await work(visit.site.identity, account)
            return .redirect(to: visit.consolePath("accounts", "/\(account.id)"), notice: notice)
        } catch let refusal as Refusal where refusal.status < 500 && refusal.status != 401 {
            return try accountPage(visit, refusal: refusal)
        }
    }

    private static func subject(_ visit: Visit) throws -> Account {
        guard let id = visit.request.parameters["id"].flatMap({ MessageID($0) }), let account = try visit.site.identity.account(id) else {
            throw Refusal.notFound
        }
        return account
    }

    // MARK: - Roles

    private static func roleFields(_ form: FormScope, _ visit: Visit, isRequired: Bool) -> HTML {
        HTML {
            form.select("role", "角色", roleChoices(visit), required: isRequired)
            regionField(form, visit, hint: "及于其下级；全站角色不选。")
        }
    }

    /// Where a role holds: in the site's region, below it or above it.
    static func regionField(_ form: FormScope, _ visit: Visit, hint: String) -> HTML {
        form.region("region", "行政区划", in: visit.site.regions, below: visit.site.card.region, hasAbove: true, on: visit.request.now.day, hint: hint)
    }

    static func roleChoices(_ visit: Visit) -> [Choice] { visit.site.identity.roles.map { Choice($0.role.rawValue, $0.title) } }

    static func title(of role: Role, _ visit: Visit) -> String {
        visit.site.identity.roles.first { $0.role == role }?.title ?? role.rawValue
    }

    static func scope(_ grant: Grant) -> String { grant.region.map { "\($0) 及其下级" } ?? "全站" }

    static func roleText(_ grant: Grant, _ visit: Visit) -> String {
        title(of: grant.role, visit) + (grant.region.map { "（\($0)）" } ?? "")
    }

    /// Role and region as a form names them.
    static func grantField(_ visit: Visit) throws -> Grant {
        let role = Role(rawValue: visit.request.fields["role"] ?? "")
        guard let text = visit.request.fields["region"] else { return Grant(role) }
        guard let region = RegionCode(text) else {
            throw Refusal(
                "gateway.region", status: 422, message: "“\(text.prefix(20))”不是六位区划代码（GB/T 2260），请改正。", log: "no region code",
                faults: [.init(field: "region", value: String(text.prefix(20)), message: "须为六位区划代码。")])
        }
        return Grant(role, in: region)
    }

    private static func organisationCode(_ visit: Visit) throws -> CreditCode? {
        guard let text = visit.request.fields["organisation"] else { return nil }
        guard let code = CreditCode(text) else {
            throw Refusal(
                "gateway.credit-code", status: 422, message: "“\(text.prefix(30))”不是有效的统一社会信用代码（GB 32100-2015），请核对。", log: "no credit code",
                faults: [.init(field: "organisation", value: String(text.prefix(30)), message: "须为 18 位统一社会信用代码，请核对。")])
        }
        return code
    }
}
