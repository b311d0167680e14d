import Identity
import Messages
import Network
import Pages
import PluginKit
import Vocabulary

extension Gateway {
    /// The pages that every site has, whatever plug-ins it runs: home, sign-in, own matters, search.
    func ownPage(_ name: String, _ rest: Substring, _ caller: Caller, _ request: HTTPRequest) throws(Refusal) -> OwnPage? {
        if name == Self.consoleName { return try consolePage(rest, caller, request) }
        if name == StoryPages.name {
            guard request.method == .get || request.method == .head else { throw .methodNotAllowed(["GET"]) }
            guard StoryPages.access.allows(caller.actor) else { throw .signInRequired }
            return { visit in try StoryPages.page(rest.dropFirst(), visit) }
        }
        guard rest.isEmpty, let route = Self.ownRoutes[name] else { return nil }
        guard route.methods.contains(request.method == .head ? "GET" : request.method.rawValue) else { throw .methodNotAllowed(route.methods) }
        guard route.access.allows(caller.actor) else {
            throw caller.actor.kind == .visitor ? .signInRequired : .forbidden
        }
        let isPost = request.method == .post
        switch name {
        case "": return { [self] visit in await homePage(visit) }
        case "search": return { [self] visit in await searchPage(visit) }
        case "api": return { visit in APIPage(site: visit.site).reply }
        case "me":
            return { [self] visit in try await mePage(visit) }
        case ConsentPages.name:
            if isPost { return { visit in try await ConsentPages.change(visit) } }
            return { visit in try ConsentPages.list(visit) }
        case "login":
            if isPost { return { [self] visit in try await signIn(&visit) } }
            return { [self] visit in signInPage(visit) }
        case "logout":
            return { [self] visit in try await signOut(&visit) }
        case "login-code":
            if isPost { return { [self] visit in try await confirmSignIn(&visit) } }
            return { [self] visit in codePage(visit) }
        case "drafts": return { [self] visit in try await dropDraft(visit) }
        case "password":
            if isPost { return { [self] visit in try await changePassword(&visit) } }
            return { [self] visit in passwordPage(visit) }
        case "second-factor":
            if isPost { return { [self] visit in try await changeSecondFactor(&visit) } }
            return { [self] visit in try secondFactorPage(visit) }
        case "emergency":
            if isPost { return { [self] visit in try await changeEmergency(&visit) } }
            return { [self] visit in try emergencyPage(visit) }
        case MembershipPages.join:
            if isPost { return { visit in try await MembershipPages.signUp(visit) } }
            return { visit in try MembershipPages.signUpPage(visit, refusal: nil) }
        case MembershipPages.name:
            if isPost { return { visit in try await MembershipPages.change(visit) } }
            return { visit in try MembershipPages.page(visit, refusal: nil) }
        case ClaimPages.name:
            if isPost { return { visit in try await ClaimPages.decide(visit) } }
            return { visit in try ClaimPages.page(visit, refusal: nil) }
        case "sessions":
            if isPost { return { [self] visit in try await endSessions(&visit) } }
            return { [self] visit in try sessionsPage(visit) }
        default: return nil
        }
    }

    /// The addresses of these pages below the site, with their methods and rules.
    static let ownRoutes: [String: (methods: [String], access: Access)] = [
        "": (["GET"], .anyone), "search": (["GET"], .anyone), "api": (["GET"], .anyone), "login": (["GET", "POST"], .anyone), "login-code": (["GET", "POST"], .anyone),
        "logout": (["POST"], .anyone), "me": (["GET"], .signedIn), "password": (["GET", "POST"], .signedIn),
        "second-factor": (["GET", "POST"], .signedIn), "sessions": (["GET", "POST"], .signedIn), "emergency": (["GET", "POST"], .signedIn), "drafts": (["POST"], .signedIn),
        ConsentPages.name: (["GET", "POST"], .role(.enterprise)),
        MembershipPages.join: (["GET", "POST"], .anyone), MembershipPages.name: (["GET", "POST"], .signedIn),
        ClaimPages.name: (["GET", "POST"], ClaimPages.access),
    ]

    /// What no plug-in may be called: the gateway serves something there, or messages of the house begin so.
    public static let ownNames: Set<String> =
        hostPlaces.union(ownRoutes.keys.filter { !$0.isEmpty }).union([consoleName, StoryPages.name]).union(OwnService.names).union(["identity", "gateway", "host", "partner"])

    /// First segments of paths that are no site.
    public static let hostPlaces: Set<String> = ["api", ".well-known", "assets", "health", "trunk"]
    static let consoleName = "console"

    /// `/`: the default site's home page.
    func home(_ site: SiteFace?, _ request: HTTPRequest, _ exchange: HTTPExchange) {
        guard let site else { return exchange.finish(problem(.notFound, instance: nil)) }
        visit(site, "/", request, exchange)
    }

    private func homePage(_ visit: Visit) async -> PageReply {
        let site = visit.site
        let entrances = site.parts.flatMap { part in
            part.blueprint.navigation.filter { $0.access.allows(visit.caller.actor) }.map { entry in
                EntranceGrid.Entrance(
                    entry.title, entry.note, href: "/\(site.card.id)/\(part.blueprint.manifest.id)\(entry.path)", icon: entry.icon)
            }
        }
        var blocks: [(order: Int, html: HTML)] = []
        for part in site.parts {
            blocks += await part.homeBlocks("/\(site.card.id)/\(part.id)", visit.request.now, log)
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

    private func searchPage(_ visit: Visit) async -> PageReply {
        let text = visit.request.fields["q"] ?? ""
        var hits: [SearchResult] = []
        if !text.isEmpty {
            for part in visit.site.parts {
                let base = "/\(visit.site.card.id)/\(part.blueprint.manifest.id)"
                hits += await part.search(text, visit.caller.actor, visit.request.now, log).map { hit in
                    var hit = hit
                    hit.path = base + hit.path
                    return hit
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

    private func mePage(_ visit: Visit) async throws -> PageReply {
        let actor = visit.caller.actor
        var items: [TodoList.Item] = []
        for part in visit.site.parts {
            let base = "/\(visit.site.card.id)/\(part.blueprint.manifest.id)"
            items += await part.todos(actor, visit.request.now, log).map {
                TodoList.Item($0.title, href: base + $0.path, kind: $0.step, deadline: $0.due, note: "自 \(Format.dateTime($0.since)) 起")
            }
        }
        items += try ClaimPages.todos(visit)
        let drafts = try drafts(of: visit)
        let organisation = try actor.organisation.flatMap { try visit.site.identity.organisation($0) }
        return .page(
            Page(title: "我的") {
                if actor.kind == .person, actor.grants.isEmpty {
                    Notice("您的账号还没有代表企业或服务机构，核实通过后即可办理业务。", title: "单位代表")
                }
                h2("待办事项")
                TodoList(items, now: visit.request.now)
                drafts
                h2("我的身份")
                FactList(
                    [Fact("姓名", actor.name), Fact("所属单位", organisation.map { "\($0.name)（\($0.code)）" })]
                        + actor.grants.map { grant in
                            Fact(Self.title(of: grant.role), grant.region.map { "\(visit.site.regions.region($0)?.name ?? $0.description)及其下级" } ?? "本站点全部范围")
                        })
                h2("账号安全")
                Actions {
                    ButtonLink("修改密码", href: visit.site.root + "password", .secondary)
                    ButtonLink("两步验证", href: visit.site.root + "second-factor", .secondary)
                    ButtonLink("登录记录", href: visit.site.root + "sessions", .secondary)
                    if MembershipPages.isOpen(to: actor) { ButtonLink("单位代表", href: visit.site.root + MembershipPages.name, .secondary) }
                    if ConsentPages.isOpen(to: actor) { ButtonLink("我的授权", href: visit.site.root + ConsentPages.name, .secondary) }
                    if actor.grants.contains(where: { ![.enterprise, .agency].contains($0.role) }) {
                        ButtonLink("应急授权", href: visit.site.root + "emergency", .secondary)
                    }
                }
            })
    }
}
