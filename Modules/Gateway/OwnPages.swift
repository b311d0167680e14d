import Identity
import Messages
import Network
import Pages
import PluginKit
import Vocabulary

extension Gateway {
    /// The pages that every site has, whatever plug-ins it runs: home, sign-in, own matters, search.
    func ownPage(_ name: String, _ rest: Substring, _ caller: Caller, _ request: HTTPRequest) throws(Refusal) -> OwnPage? {
        if name == "console" { return try consolePage(rest, caller, request) }
        guard rest.isEmpty, let methods = Self.ownMethods[name] else { return nil }
        guard methods.contains(request.method == .head ? "GET" : request.method.rawValue) else { throw .methodNotAllowed(methods) }
        let isPost = request.method == .post
        switch name {
        case "": return { [self] visit in try homePage(visit) }
        case "search": return { [self] visit in try searchPage(visit) }
        case "me":
            guard caller.session != nil else { throw .signInRequired }
            return { [self] visit in try mePage(visit) }
        case "login":
            if isPost { return { [self] visit in try await signIn(&visit) } }
            return { [self] visit in signInPage(visit) }
        case "logout":
            return { [self] visit in try await signOut(&visit) }
        case "password":
            guard caller.session != nil else { throw .signInRequired }
            if isPost { return { [self] visit in try await changePassword(&visit) } }
            return { [self] visit in passwordPage(visit) }
        default: return nil
        }
    }

    private static let ownMethods: [String: [String]] = [
        "": ["GET"], "search": ["GET"], "me": ["GET"], "login": ["GET", "POST"], "logout": ["POST"], "password": ["GET", "POST"],
    ]

    /// `/`: the default site's home page.
    func home(_ site: SiteFace?, _ request: HTTPRequest, _ exchange: HTTPExchange) {
        guard let site else { return exchange.finish(problem(.notFound, instance: nil)) }
        visit(site, "/", request, exchange)
    }

    private func homePage(_ visit: Visit) throws -> PageReply {
        let site = visit.site
        let entrances = site.parts.flatMap { part in
            part.blueprint.navigation.filter { $0.access.allows(visit.caller.actor) }.map { entry in
                EntranceGrid.Entrance(
                    entry.title, entry.note, href: "/\(site.card.id)/\(part.blueprint.manifest.id)\(entry.path)", icon: entry.icon)
            }
        }
        var blocks: [(order: Int, html: HTML)] = []
        for part in site.parts {
            for block in part.blueprint.homeBlocks {
                let base = "/\(site.card.id)/\(part.blueprint.manifest.id)"
                let html = try part.plug.file.read { snapshot in
                    try block.body(base, Snapshot(store: snapshot, actor: .visitor, now: visit.request.now, plug: part.plug))
                }
                blocks.append((block.order, html))
            }
        }
        blocks.sort { $0.order < $1.order }
        return .page(
            Page(title: site.card.title, layout: .home) {
                if !entrances.isEmpty { EntranceGrid(entrances) }
                for block in blocks { block.html }
                if site.parts.isEmpty {
                    EmptyState("本站点尚未启用任何服务", hint: "管理员在站点配置的 plugins 目录中放入插件配置文件后，服务入口会显示在这里。")
                }
            })
    }

    private func searchPage(_ visit: Visit) throws -> PageReply {
        let text = visit.request.fields["q"] ?? ""
        var hits: [SearchHit] = []
        if !text.isEmpty {
            for part in visit.site.parts {
                let base = "/\(visit.site.card.id)/\(part.blueprint.manifest.id)"
                for source in part.blueprint.searches where source.access.allows(visit.caller.actor) {
                    let found = try part.plug.file.read { snapshot in
                        try source.body(text, Snapshot(store: snapshot, actor: visit.caller.actor, now: visit.request.now, plug: part.plug))
                    }
                    hits += found.map { hit in
                        var hit = hit
                        hit.path = base + hit.path
                        return hit
                    }
                }
            }
            hits.sort { $0.score > $1.score }
        }
        return .page(
            Page(title: text.isEmpty ? "搜索" : "搜索“\(text)”") {
                if text.isEmpty {
                    EmptyState("请输入要查找的内容", hint: "可输入机构、平台名称、行政区划或编号，一个字也可以。")
                } else if hits.isEmpty {
                    EmptyState("没有找到与“\(text)”有关的内容", hint: "可换一个更短的词再试，或拨打服务热线咨询。")
                } else {
                    p("共找到 \(Format.count(hits.count)) 条")
                    ul(.class("results")) {
                        for hit in hits.prefix(100) {
                            li {
                                a(hit.title, href: hit.path)
                                p(hit.summary)
                            }
                        }
                    }
                }
            })
    }

    private func mePage(_ visit: Visit) throws -> PageReply {
        let actor = visit.caller.actor
        var items: [TodoList.Item] = []
        for part in visit.site.parts {
            let base = "/\(visit.site.card.id)/\(part.blueprint.manifest.id)"
            for source in part.blueprint.todos where source.access.allows(actor) {
                let found = try part.plug.file.read { snapshot in
                    try source.body(actor, Snapshot(store: snapshot, actor: actor, now: visit.request.now, plug: part.plug))
                }
                items += found.map { TodoList.Item($0.title, href: base + $0.path, kind: $0.step, deadline: $0.due, note: "自 \(Format.dateTime($0.since)) 起") }
            }
        }
        return .page(
            Page(title: "我的") {
                h2("待办事项")
                TodoList(items, now: visit.request.now)
                h2("我的身份")
                FactList(
                    [Fact("姓名", actor.name)]
                        + actor.grants.map { grant in
                            Fact(Self.title(of: grant.role), grant.region.map { "行政区划 \($0) 及其下级" } ?? "本站点全部范围")
                        })
                Actions { ButtonLink("修改密码", href: visit.site.root + "password", .secondary) }
            })
    }

    // MARK: - Sign-in

    private static func title(of role: Role) -> String {
        Role.wellKnown.first { $0.role == role }?.title ?? role.rawValue
    }

    private func signInPage(_ visit: Visit, refusal: Refusal? = nil) -> PageReply {
        .page(
            Page.login(
                post: visit.site.root + "login", request: visit.request, returnPath: visit.request.fields["return"], refusal: refusal))
    }

    private func signIn(_ visit: inout Visit) async throws -> PageReply {
        let login = visit.request.fields["account"] ?? ""
        let password = visit.request.fields.all("password").first ?? ""
        do {
            let signedIn = try await visit.site.identity.signIn(login: login, password: password, address: visit.address)
            visit.cookies.append(Self.setCookie(CookieName.session(visit.site.card.id), signedIn.token))
            visit.cookies.append(Self.setCookie(CookieName.visitor(visit.site.card.id), "", seconds: 0))
            if signedIn.session.mustChangePassword {
                return .redirect(to: visit.site.root + "password", notice: "首次登录或密码已到期，请先修改密码。")
            }
            let next = visit.request.fields["return"] ?? ""
            return .redirect(to: Self.isLocal(next) ? next : visit.site.root + "me")
        } catch let refusal as Refusal where refusal.status < 500 {
            return signInPage(visit, refusal: refusal)
        }
    }

    private func signOut(_ visit: inout Visit) async throws -> PageReply {
        if let token = visit.caller.token { try await visit.site.identity.signOut(token: token, address: visit.address) }
        visit.cookies.append(Self.setCookie(CookieName.session(visit.site.card.id), "", seconds: 0))
        return .redirect(to: visit.site.root, notice: "已安全退出。")
    }

    private func passwordPage(_ visit: Visit, refusal: Refusal? = nil) -> PageReply {
        .page(
            Page(status: refusal?.status ?? 200, title: "修改密码", layout: .narrow) {
                Form(post: visit.site.root + "password", of: visit.request, refusal: refusal, submit: "修改密码") { form in
                    form.password("old", "原密码")
                    form.password(
                        "new", "新密码", hint: "至少 8 位，含大写字母、小写字母、数字、符号中的三种，不含账号名。", autocomplete: "new-password")
                    form.password("repeat", "再次输入新密码", autocomplete: "new-password")
                }
            })
    }

    private func changePassword(_ visit: inout Visit) async throws -> PageReply {
        guard let token = visit.caller.token else { throw Refusal.signInRequired }
        func field(_ name: String) -> String { visit.request.fields.all(name).first ?? "" }
        do {
            guard field("new") == field("repeat") else {
                throw Refusal(
                    "identity.password-repeat", status: 422, message: "两次输入的新密码不一致。请重新输入。", log: "repeated password differs",
                    faults: [.init(field: "repeat", message: "与新密码不一致，请重新输入。")])
            }
            let signedIn = try await visit.site.identity.changePassword(
                token: token, old: field("old"), new: field("new"), address: visit.address)
            visit.cookies.append(Self.setCookie(CookieName.session(visit.site.card.id), signedIn.token))
            return .redirect(to: visit.site.root + "me", notice: "密码已修改，其他登录已退出。")
        } catch let refusal as Refusal where refusal.status < 500 {
            return passwordPage(visit, refusal: refusal)
        }
    }
}
