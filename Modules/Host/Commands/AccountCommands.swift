import FoundationEssentials
import Identity
import Messages
import Store
import Vocabulary

/// `shuniu account …`: accounts of a site, in the running host where there is one; listing reads beside it.
enum AccountCommands {
    private static let login = CommandSpec.Option(name: "login", value: "登录名", help: "账号的登录名", isRequired: true)
    private static let role = CommandSpec.Option(
        name: "role", value: "角色[@区划]", help: "角色，如 window-staff@430181；见下", isRequired: true, repeats: true)
    private static let common = [CommandSpec.configs, CommandSpec.data, CommandSpec.site]
    private static let roles = ["角色："] + RoleRule.standard.map { "  \($0.role.rawValue)  \($0.title)" }
    private static let online = ["主机运行时由主机立即办理，须用运行主机的系统账号或 root 执行；办理记录写明该系统账号。"]

    static let add = CommandSpec(
        name: "account add", summary: "开设账号，显示一次随机初始密码",
        options: common + [
            login, .init(name: "name", value: "姓名", help: "显示在办理记录中的名称", isRequired: true),
            .init(name: "role", value: "角色[@区划]", help: "授予的角色", repeats: true),
            .init(name: "organisation", value: "信用代码", help: "所属单位的统一社会信用代码"),
            .init(name: "organisation-name", value: "名称", help: "单位名称；单位未登记时必填"),
            .init(
                name: "organisation-kind", value: "类别", help: "enterprise、agency、department、operating-unit、association"),
            .init(name: "keep-password", value: nil, help: "首次登录不要求修改密码（仅供试用）"),
            .init(name: "password-only", value: nil, help: "只输出密码，供脚本使用"),
        ], notes: roles + online, place: .hostOrHere
    ) { call in
        let grants = try call.all("role").map(grant)
        let code = try call["organisation"].map { text in
            guard let code = CreditCode(text) else {
                throw CommandProblem.refused("“\(text)”不是有效的统一社会信用代码（GB 32100-2015），请核对。")
            }
            return code
        }
        try await withStore(call) { store in
            if let code, let name = call["organisation-name"] {
                let kind = call["organisation-kind"] ?? "enterprise"
                guard let kind = Organisation.Kind(rawValue: kind) else {
                    throw CommandProblem.usage(
                        "单位类别“\(kind)”不存在，可用：\(Organisation.Kind.allCases.map(\.rawValue).joined(separator: "、"))。")
                }
                try await store.record(
                    Organisation(code: code, name: name, kind: kind), by: call.user.actor, address: "console")
            }
            var new = NewAccount(
                login: call["login"] ?? "", name: call["name"] ?? "", organisation: code, grants: grants)
            new.mustChangePassword = !call.has("keep-password")
            let (account, password) = try await store.addAccount(new, by: call.user.actor, address: "console")
            hand(password, account, call)
        }
    }

    static let list = CommandSpec(
        name: "account list", summary: "列出站点的账号、角色和状态；主机运行时也可使用", options: common
    ) { call in
        let configuration = try call.configuration()
        let path = "\(configuration.folder(of: try call.site(configuration).id))/\(IdentityStore.fileName)"
        guard FileManager.default.fileExists(atPath: path) else {
            call.terminal.say("该站点还没有账号。")
            return
        }
        let accounts = try StoreView(path: path).read { try IdentityStore.accounts(in: $0) }
        call.terminal.table(
            ["登录名", "状态", "两步验证", "密码修改日期", "名称", "角色"],
            accounts.map { account in
                [
                    account.login.description, account.isDisabled ? "停用" : account.mustChangePassword ? "待改密" : "正常", account.hasSecondFactor ? "已启用" : "未启用",
                    String("\(account.passwordChangedAt)".prefix(10)), account.name,
                    account.grants.map { $0.role.rawValue + ($0.region.map { "@\($0)" } ?? "") }.joined(separator: " "),
                ]
            })
    }

    static let reset = change(
        "reset", "重置密码，显示一次新的随机密码", [.init(name: "password-only", value: nil, help: "只输出密码，供脚本使用")]
    ) {
        hand(try await $1.resetPassword($2.id, by: $0.user.actor, address: "console"), $2, $0)
    }

    static let resetSecondFactor = change("second-factor-reset", "取下账号的两步验证（手机和恢复码都遗失时），并结束其全部会话") {
        try await $1.resetSecondFactor($2.id, by: $0.user.actor, address: "console")
        $0.terminal.say("已重置 \($2.login) 的两步验证。")
    }

    static let disable = change("disable", "停用账号，并结束其全部会话") {
        _ = try await $1.setDisabled(true, $2.id, by: $0.user.actor, address: "console")
        $0.terminal.say("已停用账号 \($2.login)。")
    }

    static let enable = change("enable", "重新启用账号") {
        _ = try await $1.setDisabled(false, $2.id, by: $0.user.actor, address: "console")
        $0.terminal.say("已启用账号 \($2.login)。")
    }

    static let grant = change("grant", "授予角色", [role], notes: roles) { call, store, account in
        for text in call.all("role") {
            _ = try await store.grant(try grant(text), to: account.id, by: call.user.actor, address: "console")
        }
        call.terminal.say("已授予 \(account.login)：\(call.all("role").joined(separator: "、"))。")
    }

    static let revoke = change("revoke", "收回角色", [role], notes: roles) { call, store, account in
        for text in call.all("role") {
            _ = try await store.revoke(try grant(text), from: account.id, by: call.user.actor, address: "console")
        }
        call.terminal.say("已从 \(account.login) 收回：\(call.all("role").joined(separator: "、"))。")
    }

    // MARK: - Inside

    private static func change(
        _ verb: String, _ summary: String, _ options: [CommandSpec.Option] = [], notes: [String] = [],
        _ work: @escaping @Sendable (Invocation, IdentityStore, Account) async throws -> Void
    ) -> CommandSpec {
        CommandSpec(
            name: "account \(verb)", summary: summary, options: common + [login] + options, notes: notes + online, place: .hostOrHere
        ) { call in
            try await withStore(call) { store in
                let wanted = call["login"] ?? ""
                guard let account = try store.account(login: wanted) else {
                    let known = try store.accounts().map(\.login.description)
                    let hint = Nearest.name(to: wanted, among: known).map { "是否想写“\($0)”？" } ?? ""
                    throw CommandProblem.refused(
                        "站点 \(call["site"] ?? "") 没有账号“\(wanted)”。\(hint)用 shuniu account list 查看全部账号。")
                }
                try await work(call, store, account)
            }
        }
    }

    /// The running host's identity of the site; without a host, opens it for writing, alone.
    static func withStore(_ call: Invocation, _ work: (IdentityStore) async throws -> Void) async throws {
        if let site = try call.openSite() { return try await work(site.identity) }
        let configuration = try call.configuration()
        let site = try call.site(configuration)
        let folder = configuration.folder(of: site.id)
        try PrivateFile.makeFolder(folder)
        let lanes = LanePool(threads: 1)
        let file = StoreFile(
            path: "\(folder)/\(IdentityStore.fileName)", migrations: IdentityStore.migrations, lanes: lanes,
            clock: call.program.clock)
        defer {
            file.close()
            lanes.shutdown()
        }
        try file.open()
        let store = try await IdentityStore.open(
            file: file, key: try SiteKey.load(folder: folder), region: site.region, rules: site.identity, clock: call.program.clock, ids: call.program.ids,
            workers: PasswordWorkers(logN: call.program.passwordCost))
        try await work(store)
    }

    private static func hand(_ password: String, _ account: Account, _ call: Invocation) {
        if call.has("password-only") {
            call.terminal.say(password)
        } else {
            call.terminal.say(
                "登录名：\(account.login)\n初始密码：\(password)\n密码只显示这一次\(call.has("keep-password") ? "" : "，首次登录时须修改")。")
        }
    }

    private static func grant(_ text: String) throws -> Grant {
        let parts = text.split(separator: "@", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return Grant(Role(rawValue: text)) }
        guard let region = RegionCode(parts[1]) else {
            throw CommandProblem.refused("“\(parts[1])”不是六位区划代码（GB/T 2260），请按 角色@430100 的形式填写。")
        }
        return Grant(Role(rawValue: parts[0]), in: region)
    }
}
