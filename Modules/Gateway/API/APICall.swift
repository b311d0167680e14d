import Bus
import Messages
import Network
import Pages
import PluginKit
import Vocabulary

/// One request to the API on its way: where it goes, who asks, and by which numbers it is found again.
final class APICall: Sendable {
    let site: SiteFace
    let request: HTTPRequest
    let exchange: HTTPExchange
    let caller: Caller
    private let id: MessageID
    private let given: String?
    /// The caller's trace, or one of ours for what changes something.
    let trace: Traceparent?
    let target: APITarget?

    /// - Parameter given: the caller's own number for the request, 8…64 characters.
    init(
        site: SiteFace, request: HTTPRequest, exchange: HTTPExchange, caller: Caller, id: MessageID, given: String?, trace: Traceparent?,
        target: APITarget?
    ) {
        self.site = site
        self.request = request
        self.exchange = exchange
        self.caller = caller
        self.id = id
        self.given = given
        self.trace = trace
        self.target = target
    }

    /// The same request, now that it is known what it is for.
    func aimed(at target: APITarget) -> APICall {
        APICall(site: site, request: request, exchange: exchange, caller: caller, id: id, given: given, trace: trace, target: target)
    }

    /// The caller's own number for the request, or ours.
    var requestID: String { given ?? id.description }

    /// Puts the number into the answer, without a text between.
    func sign(_ headers: inout HTTPHeaders) {
        if let given { headers.add("X-Request-Id", given) } else { headers.add(requestID: id.high, id.low) }
    }

    /// The same, where it is ours.
    var number: (high: UInt64, low: UInt64) { (id.high, id.low) }

    var isRead: Bool { request.isRead }

    /// Whether the answer to a read has no fields but those that all have: the caller sent no numbers and no tag of its own, no other
    /// origin may read it, nothing newer is announced.
    var isPlain: Bool {
        isRead && given == nil && trace == nil && site.origins.isEmpty && target?.farewell.isEmpty ?? false && !request.mayHave(.ifNoneMatch)
    }
}

/// What stands behind a method and a path of the API, with everything about it that need not be worked out per request.
final class APITarget: Sendable {
    let endpoint: Endpoint
    let part: SiteFace.Part
    let access: Access
    let isHeavy: Bool
    /// Whether a command's `If-Match` is compared with its answer.
    let isResource: Bool
    /// `Deprecation`, `Sunset`, `Link`: where a newer version stands beside this one.
    let farewell: [(name: String, value: String)]
    /// Where a query of this process is answered.
    let route: QueryRoute?

    init(
        endpoint: Endpoint, part: SiteFace.Part, access: Access, isHeavy: Bool, isResource: Bool, farewell: [(name: String, value: String)],
        route: QueryRoute?
    ) {
        self.route = route
        self.endpoint = endpoint
        self.part = part
        self.access = access
        self.isHeavy = isHeavy
        self.isResource = isResource
        self.farewell = farewell
    }
}

extension Gateway {
    /// The one function through which every reply of a message leaves the API: a query's answer, a command's reply, and the state that
    /// `If-Match` is compared with. Whatever a caller must not see is taken out here, before tags are made of it.
    func leave(_ reply: [UInt8], _ call: APICall) throws(Refusal) -> [UInt8] {
        guard let partner = call.caller.partner else { return reply }
        return try filter(reply, partner)
    }

    /// The one function through which every answer of the API is sent, replies and refusals alike.
    func send(_ response: consuming HTTPResponse, _ call: APICall, refusal: Refusal? = nil) {
        call.sign(&response.headers)
        if let trace = call.trace { response.headers.add("traceparent", trace.description) }
        if let target = call.target { for field in target.farewell { response.headers.add(field.name, field.value) } }
        if !call.site.origins.isEmpty { CrossOrigin.mark(&response, for: call) }
        if !call.isRead || response.status >= 400 { note(response.status, call, refusal) }
        call.exchange.finish(response)
    }

    func refuse(_ refusal: Refusal, _ call: APICall) {
        send(problem(refusal, instance: call.requestID), call, refusal: refusal)
    }

    /// One line for everything that changes or fails; reads that succeed are counted, not written.
    private func note(_ status: Int, _ call: APICall, _ refusal: Refusal?) {
        log(
            status >= 500 ? .error : .info, "api", refusal?.log ?? "done", ("site", call.site.card.id),
            ("message", call.target?.endpoint.message.description ?? "-"), ("status", String(status)), ("code", refusal?.code ?? "-"),
            ("actor", "\(call.caller.actor.kind.rawValue):\(call.caller.actor.id)"), ("request", call.requestID),
            ("trace", call.trace?.description ?? "-"))
    }

    /// A caller's number is kept when it is well formed: 8…64 letters, digits, `-`, `_`, `.`.
    static func requestID(_ given: String?) -> String? {
        guard let given, (8...64).contains(given.utf8.count),
            given.utf8.allSatisfy({ (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45 || $0 == 95 || $0 == 46 })
        else { return nil }
        return given
    }
}

/// Cross-Origin Resource Sharing (WHATWG Fetch §3.2): closed, unless a site's configuration lists origins. Never with cookies.
enum CrossOrigin {
    private static let requestFields = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Request-Id, traceparent"
    private static let answerFields = "ETag, Link, Location, Retry-After, X-Request-Id, traceparent, Deprecation, Sunset"

    static func mark(_ response: inout HTTPResponse, for call: APICall) {
        response.headers.add("Vary", "Origin")
        guard let origin = call.request.field("Origin"), call.site.origins.contains(origin) else { return }
        response.headers.add("Access-Control-Allow-Origin", origin)
        response.headers.add("Access-Control-Expose-Headers", answerFields)
    }

    /// The answer to a preflight; without permission it says nothing, and the browser keeps the request.
    static func preflight(_ response: inout HTTPResponse, for call: APICall, allowed: [String]) {
        guard call.request.field("Access-Control-Request-Method") != nil, let origin = call.request.field("Origin"),
            call.site.origins.contains(origin)
        else { return }
        response.headers.add("Access-Control-Allow-Methods", allowed.joined(separator: ", "))
        response.headers.add("Access-Control-Allow-Headers", requestFields)
        response.headers.add("Access-Control-Max-Age", "600")
    }
}
