import Bus
import Crypto
import Identity
import Messages
import Network
import Pages
import PluginKit
import Vocabulary

extension Gateway {
    /// What stands below `/api/{site}/oauth`, for everybody.
    enum TokenService: Sendable {
        case token, keys, metadata
    }

    static let tokenRoutes: RouteTable<TokenService> = {
        var table = RouteTable<TokenService>()
        table.add(.post("/token"), .token)
        table.add(.get("/jwks.json"), .keys)
        table.add(.get("/.well-known/oauth-authorization-server"), .metadata)
        return table
    }()

    /// `/api/{site}/oauth/…`: tokens for partners' programs (RFC 6749 §4.4), the keys to check them with, and what is offered.
    func oauth(_ path: Substring, _ site: SiteFace, _ request: HTTPRequest, _ exchange: HTTPExchange) {
        switch Self.tokenRoutes.match(request.method.rawValue, path) {
        case .nothing: exchange.finish(problem(.notFound, instance: nil))
        case .otherMethod(let allowed): exchange.finish(problem(.methodNotAllowed(allowed), instance: nil))
        case .found(.token, _): token(site, request, exchange)
        case .found(.keys, _): exchange.finish(keys(site))
        case .found(.metadata, _): exchange.finish(metadata(site))
        }
    }

    /// `/.well-known/oauth-authorization-server/api/{site}/oauth`: between host and path, where RFC 8414 §3.1 puts it.
    func wellKnown(_ rest: Substring, _ facade: Facade, _ request: HTTPRequest, _ exchange: HTTPExchange) {
        let parts = rest.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "oauth-authorization-server", parts[1] == "api", parts[3] == "oauth",
            let site = facade.sites[String(parts[2])]
        else { return exchange.finish(problem(.notFound, instance: nil)) }
        guard request.method == .get || request.method == .head else {
            return exchange.finish(problem(.methodNotAllowed(["GET"]), instance: nil))
        }
        exchange.finish(metadata(site))
    }

    private func keys(_ site: SiteFace) -> HTTPResponse {
        var response = HTTPResponse.json(200, site.identity.tokenKeys().serialized(), type: "application/jwk-set+json")
        response.headers.set("Cache-Control", "public, max-age=300")
        return response
    }

    private func metadata(_ site: SiteFace) -> HTTPResponse {
        let realm = realm(site)
        let methods: JSONValue = ["client_secret_basic", "client_secret_post", "private_key_jwt", "tls_client_auth"]
        let document: JSONValue = .object([
            .init("issuer", .string(realm.issuer)), .init("token_endpoint", .string(realm.endpoint)),
            .init("jwks_uri", .string(realm.issuer + "/jwks.json")), .init("grant_types_supported", ["client_credentials"]),
            .init("response_types_supported", .array([])), .init("token_endpoint_auth_methods_supported", methods),
            .init("token_endpoint_auth_signing_alg_values_supported", ["ES256"]),
            .init("tls_client_certificate_bound_access_tokens", true),
            .init("service_documentation", .string("\(origin)/api/\(site.card.id)")),
        ])
        var response = HTTPResponse.json(200, document.serialized())
        response.headers.set("Cache-Control", "public, max-age=300")
        return response
    }

    // MARK: - The token endpoint

    private func token(_ site: SiteFace, _ request: HTTPRequest, _ exchange: HTTPExchange) {
        do throws(OAuthError) {
            let (proof, usesHeader) = try Self.proof(request)
            try throttle(proof, site, request)
            let realm = realm(site)
            let (certificate, address) = (request.clientCertificate, request.peer)
            Task.immediate(executorPreference: exchange.loop) { [self] in
                do {
                    let issued = try await site.identity.issueToken(proof, certificate: certificate, realm: realm, address: address)
                    let answer: JSONValue = .object([
                        .init("access_token", .string(issued.token)), .init("token_type", "Bearer"), .init("expires_in", .integer(issued.life)),
                    ])
                    exchange.finish(.json(200, answer.serialized()))
                } catch let error as OAuthError {
                    log(
                        .info, "token-refused", error.description, ("site", site.card.id), ("client", proof.client ?? "-"),
                        ("code", error.code.rawValue))
                    exchange.finish(Self.response(error, usesHeader: usesHeader))
                } catch {
                    let incident = Incident.code(ids.next())
                    log(.error, "token-failed", "\(type(of: error)): \(error)", ("site", site.card.id), ("incident", incident))
                    let busy = OAuthError(.slowDown, status: 503, "incident \(incident)", retryAfter: .seconds(5))
                    exchange.finish(Self.response(busy, usesHeader: usesHeader))
                }
            }
        } catch {
            exchange.finish(Self.response(error, usesHeader: request.field("Authorization") != nil))
        }
    }

    /// Every attempt counts against its address, and against the client as named from this address: whoever guesses elsewhere never
    /// keeps the client itself out.
    private func throttle(_ proof: ClientProof, _ site: SiteFace, _ request: HTTPRequest) throws(OAuthError) {
        let now = clock.now.milliseconds
        let address = AddressKey.make(request.peer)
        let client = (proof.client ?? "-").prefix(40)
        for (key, rate) in [
            ("\(site.card.id) \(client) \(address)", TokenBucket.Rate(burst: 20, perMinute: 20)),
            (address, TokenBucket.Rate(burst: 120, perMinute: 120)),
        ] {
            if case .refused(let wait) = tokenAttempts.take(of: key, rate: rate, now: now) {
                throw OAuthError(.slowDown, status: 429, "too many token requests", retryAfter: .milliseconds(wait))
            }
        }
    }

    /// RFC 6749 §5.2; a 401 names the scheme that was used.
    private static func response(_ error: OAuthError, usesHeader: Bool) -> HTTPResponse {
        let body: JSONValue = .object([
            .init("error", .string(error.code.rawValue)), .init("error_description", .string(error.description)),
        ])
        var response = HTTPResponse.json(error.status, body.serialized())
        if error.status == 401, usesHeader { response.headers.add("WWW-Authenticate", "Basic realm=\"oauth\"") }
        if let wait = error.retryAfter { response.headers.add("Retry-After", String(max(1, Refusal.seconds(wait)))) }
        return response
    }

    /// Who asks, and whether by `Authorization`. Exactly one way of proving it (RFC 6749 §2.3), no parameter twice (§3.2).
    private static func proof(_ request: HTTPRequest) throws(OAuthError) -> (ClientProof, usesHeader: Bool) {
        let type = (request.field("Content-Type") ?? "").prefix { $0 != ";" }.lowercased()
        guard type == "application/x-www-form-urlencoded" else {
            throw OAuthError(.invalidRequest, "Content-Type must be application/x-www-form-urlencoded")
        }
        guard request.query == nil else { throw OAuthError(.invalidRequest, "parameters belong in the body") }
        guard request.body.count <= 16_384, let pairs = try? FormDecoding.pairs(request.body) else {
            throw OAuthError(.invalidRequest, "the form cannot be read")
        }
        var form: [String: String] = [:]
        for (name, value) in pairs where !value.isEmpty {
            guard form.updateValue(value, forKey: name) == nil else { throw OAuthError(.invalidRequest, "a parameter stands twice") }
        }
        guard let grant = form["grant_type"] else { throw OAuthError(.invalidRequest, "grant_type is missing") }
        guard grant == "client_credentials" else { throw OAuthError(.unsupportedGrantType, "only client_credentials is supported") }
        guard form["scope"] == nil else { throw OAuthError(.invalidScope, "what a client may do is set by its contract; leave scope out") }

        let basic = try request.field("Authorization").map { (text) throws(OAuthError) in try Self.basic(text) }
        let isAssertion = form["client_assertion"] != nil || form["client_assertion_type"] != nil
        guard [basic != nil, form["client_secret"] != nil, isAssertion].count(where: { $0 }) <= 1 else {
            throw OAuthError(.invalidRequest, "more than one way of client authentication")
        }
        if let basic {
            guard form["client_id"] == nil || form["client_id"] == basic.client else {
                throw OAuthError(.invalidRequest, "client_id contradicts Authorization")
            }
            return (.secret(client: basic.client, basic.secret), true)
        }
        if isAssertion {
            guard form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", let text = form["client_assertion"]
            else { throw OAuthError(.invalidRequest, "client_assertion_type must be jwt-bearer, with a client_assertion") }
            return (.assertion(text, client: form["client_id"]), false)
        }
        guard let client = form["client_id"] else {
            throw OAuthError(.invalidClient, status: 401, "no client authentication")
        }
        if let secret = form["client_secret"] { return (.secret(client: client, secret), false) }
        guard request.clientCertificate != nil else { throw OAuthError(.invalidClient, status: 401, "no client authentication") }
        return (.certificate(client: client), false)
    }

    /// `Basic`: identifier and secret are form-encoded before they are joined (RFC 6749 §2.3.1).
    private static func basic(_ text: String) throws(OAuthError) -> (client: String, secret: String) {
        let wrong = OAuthError(.invalidClient, status: 401, "Authorization cannot be read")
        guard text.prefix(6).lowercased() == "basic ", let bytes = Base64.decodePadded(String(text.dropFirst(6).drop { $0 == " " })),
            let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
            let client = FormDecoding.percentDecoded(bytes[..<colon], plusIsSpace: true),
            let secret = FormDecoding.percentDecoded(bytes[(colon + 1)...], plusIsSpace: true)
        else { throw wrong }
        return (client, secret)
    }
}
