import Identity
import Messages
import Network
import Pages
import PluginKit
import Vocabulary

/// One request on its way through a page: what was asked, by whom, and the cookies that the answer must set.
struct Visit: Sendable {
    var site: SiteFace
    var caller: Caller
    var request: PageRequest
    var cookies: [String]
    var notices: [Notice]
    var origin: Origin
    /// The cookie between the two steps of a sign-in.
    var challenge: String?

    /// The peer's, as text.
    var address: String { origin.address }
}

extension Gateway {
    /// `/{site}/…`: the gateway's own pages, then those of the plug-ins.
    func visit(_ site: SiteFace, _ rest: Substring, _ request: HTTPRequest, _ exchange: HTTPExchange) {
        do throws(Refusal) {
            let caller = caller(of: request, at: site)
            try admit(caller, at: site)
            let (first, path) = Self.split(rest)
            if let only = caller.confinement, first != only, first != "password", first != "logout" {
                return exchange.finish(.redirect(to: site.root + only))
            }
            // Where to, then whether it may: a form for nothing, or for nobody, is not read.
            if let own = try ownPage(String(first), path, caller, request) { return run(own, try open(site, request, caller), exchange) }
            let actor = caller.actor
            if let front = try site.front(request.method, plugin: first, path, for: actor) { return exchange.finish(.redirect(to: front)) }
            let (route, part, parameters) = try site.page(request.method.rawValue, plugin: first, path, for: actor)
            let stamp = stamp(of: route, part, caller, request)
            if let stamp, let kept = site.kept.find(request.path, stamp) {
                route.again?(parameters)
                return exchange.finish(kept)
            }
            // What runs in its own process gets a token that opens its own forms only.
            let scope = part.remote == nil ? nil : part.id
            var visit = try open(site, request, caller, scope: scope)
            visit.request.base = "/\(site.card.id)/\(first)"
            visit.request.parameters = parameters
            var asked = visit.request
            if let scope { asked.csrfToken = Self.scoped(asked.csrfToken, to: scope) }
            let page = asked
            let context = site.context(part, actor: actor, id: page.id)
            if let stamp { return run({ _ in try await route.body(page, context) }, visit, exchange) { [self] in keep($0, $1, stamp) } }
            guard request.method == .post else { return run({ _ in try await route.body(page, context) }, visit, exchange) }
            let holders = holders(caller, site, request)
            run({ [self] visit in try await submit(route, page, context, holders, &visit) }, visit, exchange)
        } catch {
            if !rescue(error, site, request, exchange) { refuse(error, site, request, exchange) }
        }
    }

    /// A form: saved as a draft where that was asked for, otherwise handed in; what ends on an error page is kept.
    private func submit(
        _ route: PageRoute, _ asked: PageRequest, _ context: PageContext, _ holders: [DraftStore.Holder], _ visit: inout Visit
    ) async throws -> PageReply {
        if let title = asked.fields["_save"], visit.caller.session != nil { return try await saveDraft(visit, title) }
        do {
            let reply = try await route.body(asked, context)
            await forgetDraft(reply, visit, holders)
            return reply
        } catch {
            await rescue(&visit)
            throw error
        }
    }

    /// Reads fields and files; a POST without a valid token ends here.
    ///
    /// - Parameter scope: the plug-in whose forms alone the token opens.
    private func open(_ site: SiteFace, _ request: HTTPRequest, _ caller: Caller, scope: String? = nil) throws(Refusal) -> Visit {
        var caller = caller
        var pairs = try request.query.map { (text) throws(Refusal) in try FormDecoding.pairs(text.utf8) } ?? []
        var files: [UploadedFile] = []
        if request.method == .post {
            let form = try form(request)
            pairs += form.fields
            files = form.files
            let given = pairs.first { $0.name == "_csrf" }?.value ?? ""
            guard isValid(csrf: given, caller, at: site, scope: scope) else { throw .formExpired }
            let bytes = files.reduce(0) { $0 + $1.bytes.count }
            if bytes > 0 { try allowance(bytes, for: caller.actor, at: site, address: "\(request.peer)").spend(bytes) }
        }
        let (csrf, newCookie) = token(for: &caller, at: site)
        var cookies = newCookie.map { [$0] } ?? []
        var notices: [Notice] = []
        if request.method == .get, let text = Self.cookie(Self.noticeCookie, in: request),
            let notice = FormDecoding.percentDecoded(text.utf8, plusIsSpace: false)
        {
            notices.append(Notice(notice, tone: .success))
            cookies.append(Self.setCookie(Self.noticeCookie, "", seconds: 0))
        }
        if request.method == .get, let text = pairs.first(where: { $0.name == "_draft" })?.value, let draft = MessageID(text) {
            notices.append(restore(draft, into: &pairs, caller, site, request))
        }
        let id = pairs.first { $0.name == "_id" }.flatMap { MessageID($0.value) } ?? ids.next()
        var page = PageRequest(
            site: site.card, base: site.root, path: request.path, fields: FormFields(pairs), files: files, actor: caller.actor,
            id: id, now: clock.now, csrfToken: csrf)
        page.origin = address
        return Visit(
            site: site, caller: caller, request: page, cookies: cookies, notices: notices, origin: Self.origin(of: request, at: site),
            challenge: Self.cookie(CookieName.challenge(site.card.id), in: request))
    }

    /// The fields of a form, without its files.
    func formPairs(_ request: HTTPRequest) throws(Refusal) -> [(name: String, value: String)] { try form(request).fields }

    private func form(_ request: HTTPRequest) throws(Refusal) -> (fields: [(name: String, value: String)], files: [UploadedFile]) {
        let type = request.field("Content-Type") ?? ""
        let kind = type.prefix { $0 != ";" }.lowercased()
        if kind == "application/x-www-form-urlencoded" {
            let most = limits.body
            guard request.body.count <= most else { throw .largeForm(most) }
            return (try FormDecoding.pairs(request.body), [])
        }
        if kind == "multipart/form-data", let boundary = Self.boundary(type) {
            return try FormDecoding.multipart(request.body, boundary: boundary)
        }
        throw .mediaType("application/x-www-form-urlencoded、multipart/form-data", given: request.field("Content-Type"))
    }

    static func boundary(_ type: String) -> String? {
        for part in type.split(separator: ";").dropFirst() {
            let trimmed = part.drop { $0 == " " }
            guard trimmed.lowercased().hasPrefix("boundary=") else { continue }
            let value = trimmed.dropFirst(9)
            return value.hasPrefix("\"") ? String(value.dropFirst().prefix { $0 != "\"" }) : String(value)
        }
        return nil
    }

    typealias OwnPage = @Sendable (inout Visit) async throws -> PageReply

    /// Runs the page as a task of the connection's own loop, and answers.
    ///
    /// - Parameter answer: makes the answer of the reply, where that is not all that is done with it.
    func run(
        _ body: @escaping OwnPage, _ visit: Visit, _ exchange: HTTPExchange, answer: (@Sendable (PageReply, Visit) -> HTTPResponse)? = nil
    ) {
        let task = Task.immediate(executorPreference: exchange.loop) { [self] in
            var visit = visit
            do {
                let reply = try await body(&visit)
                exchange.finish(answer?(reply, visit) ?? render(reply, visit))
            } catch {
                let (refusal, incident) = known(error, visit.site)
                exchange.finish(errorPage(refusal, visit, incident: incident))
            }
        }
        // Plug-ins in processes of their own hear that nobody waits; what changes something goes on to its end.
        if exchange.isSafe { exchange.onAbandon { task.cancel() } }
    }

    func known(_ error: any Error, _ site: SiteFace) -> (Refusal, incident: String?) {
        if let refusal = error as? Refusal { return (refusal, nil) }
        let incident = Incident.code(ids.next())
        log(.error, "page-failed", "\(type(of: error)): \(error)", ("site", site.card.id), ("incident", incident))
        return (.internalError(incident: incident), incident)
    }

    func render(_ reply: PageReply, _ visit: Visit) -> HTTPResponse {
        var response: HTTPResponse
        switch reply {
        case .page(var page):
            page.assets.removeAll { visit.site.assets[$0] == nil }
            response = .document(page.status, shell(visit).render(page))
            if page.usesCamera { response.headers.add("Permissions-Policy", SecurityFields.cameraPolicy) }
        case .redirect(let path, let notice):
            response = .redirect(to: Self.isLocal(path) ? path : visit.site.root)
            if let notice {
                response.headers.add("Set-Cookie", Self.setCookie(Self.noticeCookie, QueryLink.encode(notice), seconds: 60))
            }
        case .csv(let name, let rows):
            response = HTTPResponse(body: .bytes(CSV.bytes(rows)))
            response.headers.add("Content-Type", "text/csv; charset=utf-8")
            Self.attach(name, to: &response)
        case .download(let name, let type, let bytes):
            response = HTTPResponse(body: .bytes(bytes))
            response.headers.add("Content-Type", type)
            response.headers.add("Content-Security-Policy", "default-src 'none'; sandbox")
            Self.attach(name, to: &response)
        case .live(let part): response = .live(part)
        // Only interfaces are meant to answer so.
        case .answer(let status, let type, let bytes): response = .interface(status, bytes, type: type)
        case .file(let path, let length, let name, let type):
            response = HTTPResponse(body: .file(path: path, length: length))
            response.headers.add("Content-Type", type)
            // What people upload is never shown inside our origin.
            response.headers.add("Content-Security-Policy", "default-src 'none'; sandbox")
            Self.attach(name, to: &response)
        }
        for cookie in visit.cookies { response.headers.add("Set-Cookie", cookie) }
        return response
    }

    private static func attach(_ name: String, to response: inout HTTPResponse) {
        response.headers.add("Content-Disposition", "attachment; filename*=UTF-8''\(QueryLink.encode(name))")
        response.headers.add("X-Content-Type-Options", "nosniff")
        response.headers.add("Cache-Control", "no-store")
        response.headers.add("Strict-Transport-Security", HTTPResponse.strictTransport)
    }

    /// A path of this host: one slash in front, no scheme, no control character.
    static func isLocal(_ path: String) -> Bool {
        let bytes = path.utf8
        guard bytes.first == UInt8(ascii: "/") else { return false }
        let second = bytes.dropFirst().first
        return second != UInt8(ascii: "/") && second != UInt8(ascii: "\\") && bytes.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    func shell(_ visit: Visit) -> Shell {
        let site = visit.site
        let notices = Self.emergencyNotices(visit.caller, site) + visit.notices
        let account: AccountMenu =
            visit.caller.session == nil
            ? .visitor(loginPath: site.root + "login")
            : .person(
                name: visit.caller.actor.name, accountPath: site.root + "me", logoutPath: site.root + "logout",
                csrfToken: visit.request.csrfToken)
        return Shell(
            site: site.card, navigation: site.navigation(for: visit.caller.actor), account: account,
            searchPath: site.root + "search", stylesheets: [Assets.stylesheet.path, site.theme.path],
            modules: [Assets.enhancements.path], path: visit.request.path,
            searchText: visit.request.path == site.root + "search" ? visit.request.fields["q"] ?? "" : "", notices: notices,
            footerLinks: site.footerLinks)
    }

    // MARK: - Errors people see

    /// A refusal before the page began.
    func refuse(_ refusal: Refusal, _ site: SiteFace, _ request: HTTPRequest, _ exchange: HTTPExchange) {
        var caller = caller(of: request, at: site)
        let (csrf, newCookie) = token(for: &caller, at: site)
        if refusal.status == 401 {
            let next = Self.page(of: request).map { [("return", $0)] } ?? []
            return exchange.finish(.redirect(to: QueryLink.make(site.root + "login", next), cookies: newCookie.map { [$0] } ?? []))
        }
        let page = PageRequest(
            site: site.card, base: site.root, path: request.path, actor: caller.actor, id: ids.next(), now: clock.now, csrfToken: csrf)
        let visit = Visit(
            site: site, caller: caller, request: page, cookies: newCookie.map { [$0] } ?? [], notices: [],
            origin: Self.origin(of: request, at: site))
        exchange.finish(errorPage(refusal, visit))
    }

    /// Where to go on after signing in: the page asked for, or the one whose form was sent.
    private static func page(of request: HTTPRequest) -> String? {
        if request.method == .get || request.method == .head { return request.path + (request.query.map { "?" + $0 } ?? "") }
        guard let referer = request.field("Referer"), let host = request.field("Host"), referer.hasPrefix("https://\(host)/") else { return nil }
        let path = String(referer.dropFirst("https://\(host)".count))
        return isLocal(path) ? path : nil
    }

    func errorPage(_ refusal: Refusal, _ visit: Visit, incident: String? = nil) -> HTTPResponse {
        if refusal.status == 401 {
            return .redirect(to: QueryLink.make(visit.site.root + "login", [("return", visit.request.path)]), cookies: visit.cookies)
        }
        var response = render(.page(Page.failure(refusal, incident: incident, home: visit.site.root)), visit)
        if let allow = refusal.allow { response.headers.add("Allow", allow) }
        if let wait = refusal.retryAfter { response.headers.add("Retry-After", String(max(1, Refusal.seconds(wait)))) }
        return response
    }

    /// No such site: the default site's shell says so, or plain text when there is none.
    func lost(_ facade: Facade, _ request: HTTPRequest, _ exchange: HTTPExchange) {
        guard let site = facade.sites[facade.defaultSite] else { return exchange.finish(problem(.notFound, instance: nil)) }
        refuse(.notFound, site, request, exchange)
    }
}
