import Identity
import Messages
import Network
import Pages
import PluginKit
import Vocabulary

extension Gateway {
    /// Serves a plug-in's public interface, where one stands behind the path.
    ///
    /// - Parameters:
    ///   - partner: who showed a bearer token or a certificate.
    ///   - actor: who asks, in a test without a connection.
    /// - Returns: `false` where none does; then nothing was done.
    func interface(
        _ afterSite: Substring, _ site: SiteFace, _ request: HTTPRequest, _ exchange: HTTPExchange,
        partner: PartnerEntry? = nil,
        as actor: Actor = .visitor
    ) -> Bool {
        let (plugin, path) = Self.split(afterSite)
        guard let table = site.interfaces[String(plugin)] else { return false }
        switch table.match(request.method.rawValue, path) {
        case .nothing: return false
        case .otherMethod(let allowed):
            wrongMethod(call(at: site, request, exchange, as: Caller(actor: actor)), allowed: allowed)
        case .found((let route, let part), let parameters):
            do throws(Refusal) {
                try enter(route, part, parameters, site, request, exchange, partner, actor)
            } catch {
                exchange.finish(route.shape(problem(error, instance: nil), request.path))
            }
        }
        return true
    }

    private func enter(
        _ route: InterfaceRoute, _ part: SiteFace.Part, _ parameters: [(name: String, value: String)], _ site: SiteFace,
        _ request: HTTPRequest, _ exchange: HTTPExchange, _ partner: PartnerEntry?, _ actor: Actor
    ) throws(Refusal) {
        let asked = try request.query.map { (text) throws(Refusal) in try FormDecoding.pairs(text.utf8) } ?? []
        let form = request.method == .post ? try formPairs(request) : []
        var page = PageRequest(
            site: site.card, base: "/api/\(site.card.id)/\(part.id)", path: request.path,
            parameters: Dictionary(parameters.map { ($0.name, $0.value) }) { first, _ in first },
            fields: FormFields((asked + form).filter { $0.name != Self.keyField }), actor: actor, id: ids.next(),
            now: clock.now)
        page.origin = address
        guard let message = route.message else { return answer(route, part, page, site, exchange) }
        // An address is written into receipts and logs; a secret must not stand in it.
        guard !asked.contains(where: { $0.name == Self.keyField }) else { throw .keyInAddress }
        let shown: PartnerEntry? = if let partner { partner } else { try key(form, site, request) }
        guard let entry = shown else {
            if let wait = rates.wait(request.address.key, cost: RequestRates.costly - 1, now: clock.now.milliseconds) {
                throw .tooManyRequests(wait)
            }
            return answer(route, part, page, site, exchange)
        }
        let visitors = page
        enter(entry, message, site, request, exchange, now: clock.now, as: route) { (standing) throws(Refusal) -> Actor in
            guard let terms = standing.terms else { throw PartnerRefusals.outside(message, contract: standing.contract) }
            // The standard's fields are not the message's: what limits those cannot be applied to these.
            guard terms.request.keepsAll, terms.answer.keepsAll, terms.consent == nil else {
                throw .limitedContract(message)
            }
            return terms.actor
        } then: { [self] actor, leaving in
            var page = visitors
            page.actor = actor
            answer(route, part, page, site, leaving)
        }
    }

    private static let keyField = "api_key"

    /// Whose access token stands in the form.
    private func key(_ form: [(name: String, value: String)], _ site: SiteFace, _ request: HTTPRequest) throws(Refusal)
        -> PartnerEntry?
    {
        guard let token = form.first(where: { $0.name == Self.keyField })?.value, !token.isEmpty else { return nil }
        do throws(Refusal) {
            return try site.identity.partner(token: token, certificate: request.clientCertificate, realm: realm(site))
        } catch {
            throw .badKey(error)
        }
    }

    private func answer(
        _ route: InterfaceRoute, _ part: SiteFace.Part, _ page: PageRequest, _ site: SiteFace, _ exchange: HTTPExchange
    ) {
        let context = site.context(part, actor: page.actor, id: page.id)
        Task.immediate(executorPreference: exchange.loop) { [self] in
            var response: HTTPResponse
            do {
                guard case .answer(let status, let type, let bytes) = try await route.body(page, context) else {
                    throw PageWhereAnswerWasDue(route: route.route.pattern)
                }
                response = .interface(status, bytes, type: type)
            } catch {
                response = problem(known(error, site).0, instance: nil)
            }
            exchange.finish(route.shape(response, page.path))
        }
    }
}

extension HTTPResponse {
    /// Whatever type a plug-in names, a browser runs nothing of it inside our origin.
    static func interface(_ status: Int, _ bytes: [UInt8], type: String) -> HTTPResponse {
        var response = HTTPResponse.json(status, bytes, type: type)
        response.headers.add("Content-Security-Policy", "default-src 'none'; sandbox")
        return response
    }
}

/// A programmer's mistake: an interface answered with a page.
private struct PageWhereAnswerWasDue: Error {
    let route: String
}

extension InterfaceRoute {
    /// Problem details in the standard's form; every other answer as it is.
    func shape(_ response: HTTPResponse, _ path: String) -> HTTPResponse {
        guard let refused, response.headers["Content-Type"] == "application/problem+json",
            case .bytes(let bytes) = response.body,
            let problem = try? JSONValue(parsing: bytes)
        else { return response }
        var shaped = response
        let (type, text) = refused(response.status, problem["detail"]?.string ?? problem["title"]?.string ?? "", path)
        shaped.headers.set("Content-Type", type)
        shaped.body = .bytes(text)
        return shaped
    }
}

extension Refusal {
    fileprivate static let keyInAddress = Refusal(
        "gateway.key-in-address", status: 400, message: "api_key 只能放在请求体中，不能放在网址里。请改正后重试。",
        log: "api_key in the query string",
        faults: [.init(field: "api_key", message: "请放在请求体中。")])

    fileprivate static func badKey(_ cause: Refusal) -> Refusal {
        Refusal(
            "gateway.api-key", status: 403, message: "api_key 无效：\(cause.message)不以合作方身份提交的，请不填 api_key。",
            log: "api_key: \(cause.log)",
            faults: [.init(field: "api_key", message: "应为本站点签发、未过期的访问令牌。")])
    }

    fileprivate static func limitedContract(_ message: WireName) -> Refusal {
        Refusal(
            "gateway.limited-contract", status: 403, message: "合约对 \(message) 限定了字段或要求企业授权，不能经标准接口调用。请改用该消息自己的接口。",
            log: "the contract limits fields of \(message)")
    }
}
