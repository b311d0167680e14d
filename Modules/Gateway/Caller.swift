import Crypto
import Identity
import Messages
import Network
import Pages
import PluginKit
import Vocabulary

/// Who stands behind a request: the actor, and the session it came with. By reference, since everything that is done for a request hands it on.
final class Caller: Sendable {
    let actor: Actor
    let session: Session?
    /// The session cookie's value.
    let token: String?
    /// The value of the cookie that ties anonymous forms to a browser, where there is no session.
    let visitor: String?
    /// The terms of a partner's call: what its answer may hold.
    let partner: PartnerTerms?
    /// Whether somebody is signed in: asked of every call, where looking at the session would copy it.
    let hasSession: Bool

    init(actor: Actor, session: Session? = nil, token: String? = nil, visitor: String? = nil, partner: PartnerTerms? = nil) {
        self.actor = actor
        self.session = session
        self.token = token
        self.visitor = visitor
        self.partner = partner
        hasSession = session != nil
    }

    /// Somebody of whom nothing is known.
    static let stranger = Caller(actor: .visitor)

    /// The one page of the site that is open before any other, where something must be done first.
    var confinement: String? {
        guard let session else { return nil }
        return session.mustChangePassword ? "password" : session.mustEnrol ? "second-factor" : nil
    }

    /// Why the API is closed until that is done.
    var confined: Refusal? { confinement.map { $0 == "password" ? .mustChangePassword : .mustEnrol } }
}

extension Gateway {
    static let noticeCookie = "__Host-shuniu-notice"

    func caller(of request: HTTPRequest, at site: SiteFace) -> Caller {
        guard !request.isAnonymous, request.field(.cookie) != nil else { return .stranger }
        if let token = Self.cookie(CookieName.session(site.card.id), in: request),
            let (actor, session) = site.identity.actor(forSession: token)
        {
            return Caller(actor: actor, session: session, token: token)
        }
        guard let visitor = Self.cookie(CookieName.visitor(site.card.id), in: request) else { return .stranger }
        return Caller(actor: .visitor, visitor: visitor)
    }

    static func cookie(_ name: String, in request: HTTPRequest) -> String? {
        for header in request.headers.all("Cookie") {
            for pair in header.split(separator: ";") {
                let trimmed = pair.drop { $0 == " " }
                guard trimmed.hasPrefix(name), trimmed.dropFirst(name.count).first == "=" else { continue }
                return String(trimmed.dropFirst(name.count + 1))
            }
        }
        return nil
    }

    static func origin(of request: HTTPRequest, at site: SiteFace) -> Origin {
        Origin(
            address: request.peer, userAgent: request.field("User-Agent"), browser: cookie(CookieName.browser(site.card.id), in: request))
    }

    static func setCookie(_ name: String, _ value: String, seconds: Int? = nil) -> String {
        "\(name)=\(value); Path=/; Secure; HttpOnly; SameSite=Lax" + (seconds.map { "; Max-Age=\($0)" } ?? "")
    }

    /// The token of the forms on a page; without session or visitor cookie, the answer must set the latter.
    /// A token that opens the forms of one plug-in and cannot be turned back into the person's own.
    static func scoped(_ token: String, to plugin: String) -> String { Digest.sha256.mac(key: Array(token.utf8), Array(plugin.utf8)).hexadecimal }

    func token(for caller: inout Caller, at site: SiteFace) -> (csrf: String, newCookie: String?) {
        if let session = caller.session { return (session.csrfToken, nil) }
        if let visitor = caller.visitor { return (site.identity.csrfToken(visitor: visitor), nil) }
        let (cookie, csrf) = site.identity.visitor()
        caller = Caller(actor: caller.actor, visitor: cookie, partner: caller.partner)
        return (csrf, Self.setCookie(CookieName.visitor(site.card.id), cookie))
    }

    /// - Parameter scope: the plug-in for whose forms the token was narrowed.
    func isValid(csrf token: String, _ caller: Caller, at site: SiteFace, scope: String? = nil) -> Bool {
        if let scope {
            var caller = caller
            guard caller.session != nil || caller.visitor != nil else { return false }
            return Secrets.areEqual(Array(token.utf8), Array(Self.scoped(self.token(for: &caller, at: site).csrf, to: scope).utf8))
        }
        if let session = caller.session { return site.identity.isValidCSRF(token, session: session) }
        return caller.visitor.map { site.identity.isValidCSRF(token, visitor: $0) } ?? false
    }
}
