import Bus
import Identity
import Messages
import Network
import PluginKit
import Vocabulary

extension Gateway {
    /// `/api/…`: the documentation, the files and the messages of a site's enabled plug-ins.
    ///
    /// - Parameter known: who asks, where that is known otherwise than by a cookie: a partner, or somebody in a test.
    func api(_ rest: Substring, _ facade: Facade, _ request: HTTPRequest, _ exchange: HTTPExchange, as known: Caller? = nil) {
        let (siteID, afterSite) = Self.split(rest)
        let isWholeHost = siteID == OwnService.document && afterSite.isEmpty
        guard let site = facade.sites[isWholeHost ? facade.defaultSite : String(siteID)] else {
            return exchange.finish(problem(.notFound, instance: nil))
        }
        let (first, path) = isWholeHost ? (siteID, "") : Self.split(afterSite)
        let call = call(at: site, request, exchange, as: known ?? caller(of: request, at: site))
        if first == OwnService.document, path.isEmpty { return openAPI(call) }
        if first == OwnService.files {
            do throws(Refusal) { try admit(call.caller, at: site) } catch { return refuse(error, call) }
            return files(path, call)
        }
        if first == OwnService.stories {
            do throws(Refusal) { try admit(call.caller, at: site) } catch { return refuse(error, call) }
            return story(path, call)
        }
        if interface(afterSite, site, request, exchange, as: known?.actor ?? .visitor) { return }
        guard let table = site.api[String(first)] else { return refuse(.notFound, call) }
        switch table.match(request.method.rawValue, path.isEmpty ? "/" : path) {
        case .nothing: refuse(.notFound, call)
        case .otherMethod(let allowed): wrongMethod(call, allowed: allowed)
        case .found(let target, let parameters):
            take(target, parameters, call.aimed(at: target))
        }
    }

    /// A query that was found at once by its path.
    func api(_ found: Finding, _ request: HTTPRequest, _ exchange: HTTPExchange) {
        take(found.target, found.parameters, call(at: found.site, request, exchange, as: caller(of: request, at: found.site), for: found.target))
    }

    func call(at site: SiteFace, _ request: HTTPRequest, _ exchange: HTTPExchange, as caller: Caller, for target: APITarget? = nil) -> APICall {
        let id = ids.next()
        let isRead = request.isRead
        let given = request.field(.traceparent).flatMap { Traceparent($0)?.next(id) }
        return APICall(
            site: site, request: request, exchange: exchange, caller: caller,
            id: id, given: Self.requestID(request.field(.requestID)),
            trace: given ?? (isRead ? nil : Traceparent(beginning: id)), target: target)
    }

    func take(_ target: APITarget, _ parameters: [(name: String, value: String)], _ call: APICall) {
        if call.caller.hasSession {
            do throws(Refusal) { try admit(call.caller, at: call.site) } catch { return refuse(error, call) }
            if let refusal = call.caller.confined { return refuse(refusal, call) }
        }
        guard call.request.takesJSON || Acceptance.admits("application/json", call.request.field(.accept)) else {
            return refuse(.notAcceptable("application/json"), call)
        }
        switch target.endpoint.kind {
        case .query: query(target, parameters, call)
        case .command: command(target, parameters, call)
        }
    }

    /// The methods of a path, with those that every path has.
    static func allowed(_ methods: [String]) -> [String] { (methods + (methods.contains("GET") ? ["HEAD"] : []) + ["OPTIONS"]).sorted() }

    /// `OPTIONS`, or a method that the path has not.
    func wrongMethod(_ call: APICall, allowed: [String]) {
        guard call.request.method == .options else { return refuse(.methodNotAllowed(allowed), call) }
        let allowed = Self.allowed(allowed)
        var response = HTTPResponse(status: 204, headers: ["Allow": allowed.joined(separator: ", ")])
        CrossOrigin.preflight(&response, for: call, allowed: allowed)
        send(response, call)
    }

    // MARK: - Queries

    private func query(_ target: APITarget, _ parameters: [(name: String, value: String)], _ call: APICall) {
        guard target.isHeavy else { return answer(target, parameters, call) }
        if !heavy.run({ [self] in answer(target, parameters, call) }) { refuse(.busy, call) }
    }

    private func answer(_ target: APITarget, _ parameters: [(name: String, value: String)], _ call: APICall) {
        do throws(Refusal) {
            guard call.request.body.isEmpty else { throw .strayBody }
            var all = parameters
            if let query = call.request.query { all += try FormDecoding.pairs(query.utf8) }
            if target.part.remote != nil {
                let giveUp = call.site.bus.start(query: target.endpoint.message, parameters: all, as: call.caller.actor) { [self] result in
                    finish(result, call)
                }
                if let giveUp { call.exchange.onAbandon(giveUp) }
                return
            }
            guard let route = target.route else { throw .notFound }
            try finish(call.site.bus.answer(route, parameters: all, as: call.caller.actor), call)
        } catch {
            refuse(error, call)
        }
    }

    private func finish(_ result: Result<QueryAnswer, Refusal>, _ call: APICall) {
        do throws(Refusal) { try finish(result.get(), call) } catch { refuse(error, call) }
    }

    private func finish(_ answer: QueryAnswer, _ call: APICall) throws(Refusal) {
        let bytes = try leave(answer.bytes, call)
        let tag = call.target?.isResource ?? true ? EntityTag.Value(of: bytes) : EntityTag.Value(quickly: bytes)
        if answer.next == nil, call.isPlain, let fields = HTTPResponse.preparedJSON {
            return call.exchange.finish(bytes, with: fields, tag: (tag.high, tag.low), id: call.number)
        }
        var response = HTTPResponse.answer(bytes)
        response.headers.add(tag: tag.high, tag.low)
        if let next = answer.next {
            response.headers.add("Link", "<\(Self.address(of: next, call.request))>; rel=\"next\"")
        }
        if call.request.field(.ifNoneMatch) != nil, EntityTag.isKnown(tag.text, to: call.request) {
            response.status = 304
            response.headers.remove("Content-Type")
            response.body = .bytes([])
        }
        send(response, call)
    }

    /// The same request from another place of the list on.
    private static func address(of next: Cursor, _ request: HTTPRequest) -> String {
        let others = (request.query ?? "").split(separator: "&").filter { $0 != "after" && !$0.hasPrefix("after=") }
        return request.path + "?" + (others + ["after=\(next)"]).joined(separator: "&")
    }

    // MARK: - Commands

    private func command(_ target: APITarget, _ parameters: [(name: String, value: String)], _ call: APICall) {
        let request = call.request
        do throws(Refusal) {
            guard target.access.allows(call.caller.actor) else {
                throw call.caller.actor.kind == .visitor ? .signInRequired : .forbidden
            }
            // A cookie alone must not be enough: a foreign page could make the browser send it.
            if call.caller.session != nil, !isValid(csrf: request.field("X-CSRF-Token") ?? "", call.caller, at: call.site) {
                throw .csrfMissing
            }
            guard let handler = call.site.bus.command(target.endpoint.message) else { throw .notFound }
            guard request.query == nil else { throw try .strayQuery(request.query ?? "") }
            let body =
                try target.endpoint.delivered == nil
                ? Self.body(request, parameters, handler) : Self.delivery(request, parameters)
            let key = try request.field("Idempotency-Key").map { (text) throws(Refusal) in try Self.idempotencyKey(text) }
            let terms = CallTerms(isKeyed: key != nil, precondition: try precondition(target, call))
            call.site.bus.start(
                command: target.endpoint.message, json: body, as: call.caller.actor, id: key, terms: terms,
                traceparent: call.trace?.description
            ) { [self] result in
                do throws(Refusal) {
                    send(.json(200, try leave(result.get(), call)), call)
                } catch {
                    refuse(error, call)
                }
            }
        } catch {
            refuse(error, call)
        }
    }

    /// What `If-Match` demands, to be compared inside the command's transaction with what the caller would see there.
    private func precondition(_ target: APITarget, _ call: APICall) throws(Refusal) -> CallTerms.Precondition? {
        let given = call.request.headers.all("If-Match").joined(separator: ",")
        guard let resource = target.endpoint.resource else {
            // "*" asks for no particular version.
            if !given.isEmpty, given != "*" { throw .noVersion }
            return nil
        }
        if given.isEmpty { throw .preconditionRequired }
        return CallTerms.Precondition(resource) { [self] state in
            EntityTag.list(given, names: EntityTag.of(try leave(state, call)), weakly: false)
        }
    }

    private static func idempotencyKey(_ text: String) throws(Refusal) -> MessageID {
        let bare = text.hasPrefix("\"") && text.hasSuffix("\"") && text.count > 1 ? String(text.dropFirst().dropLast()) : text
        guard let id = MessageID(bare) else {
            throw Refusal(
                "gateway.idempotency-key", status: 400, message: "Idempotency-Key 须为 UUID（RFC 9562），例如 0190b6f2-…。请更换后重试。",
                log: "Idempotency-Key is not a UUID",
                faults: [.init(field: "Idempotency-Key", value: String(text.prefix(64)), message: "须为 36 位 UUID。")])
        }
        return id
    }

    /// The command as JSON. Members named in the path go into it; what is sent may not say something else.
    private static func body(
        _ request: HTTPRequest, _ parameters: [(name: String, value: String)], _ handler: any CommandHandling
    ) throws(Refusal) -> [UInt8] {
        if !request.body.isEmpty { try mustBeJSON(request.field("Content-Type")) }
        guard request.body.isEmpty || !parameters.isEmpty else { return request.body }
        let tree: JSONValue
        do {
            tree = try JSONValue(parsing: request.body.isEmpty ? Array("{}".utf8) : request.body)
        } catch {
            throw (error as? JSONError).map { .malformed($0) } ?? .busy
        }
        guard case .object(var members) = tree else {
            throw Refusal(
                "gateway.body-object", status: 422, message: "请求内容须为 JSON 对象。请改正后重试。", log: "body of a command is not a JSON object")
        }
        for (name, value) in parameters {
            let given = handler.schema.parameter(name, value)
            if let present = members.first(where: { $0.key == name }) {
                guard present.value == given else {
                    throw Refusal(
                        "gateway.path-and-body", status: 400, message: "路径中的“\(name)”与请求内容不一致。请只在路径中给出。",
                        log: "path parameter \(name) contradicts the body", faults: [.init(field: "/\(name)", value: value, message: "与路径不一致。")])
                }
            } else {
                members.append(.init(name, given))
            }
        }
        return JSONValue.object(members).serialized()
    }

    /// What another system sent and signed, as the command that takes it in (Standard Webhooks).
    private static func delivery(_ request: HTTPRequest, _ parameters: [(name: String, value: String)]) throws(Refusal)
        -> [UInt8]
    {
        try mustBeJSON(request.headers["Content-Type"])
        let names = ["webhook-id", "webhook-timestamp", "webhook-signature"]
        var faults = names.filter { request.headers[$0]?.isEmpty ?? true }.map {
            Refusal.Fault(field: $0, message: "缺少请求头 \($0)。请按 Standard Webhooks 签名后再发。")
        }
        let digits = request.headers["webhook-timestamp"] ?? ""
        let moment = digits.utf8.count <= 12 && digits.utf8.allSatisfy { (48...57).contains($0) } ? Int64(digits) : nil
        if !digits.isEmpty, moment == nil {
            faults.append(.init(field: "webhook-timestamp", message: "应为 1970 年以来的整秒数。请改正。"))
        }
        guard let body = String(validating: request.body, as: UTF8.self), !body.isEmpty else {
            throw Refusal(
                "gateway.delivery-body", status: 400, message: "请求内容为空或不是 UTF-8。请核对后重发。",
                log: "body of a delivery is empty or no UTF-8")
        }
        guard faults.isEmpty, let moment, let id = request.headers["webhook-id"],
            let signature = request.headers["webhook-signature"]
        else {
            throw Refusal(
                "gateway.delivery-fields", status: 400,
                message: "投递缺少签名所需的请求头。\(faults.map(\.message).joined(separator: " "))",
                log: "delivery without \(faults.map(\.field).joined(separator: ", "))", faults: faults)
        }
        let delivery: JSONValue = [
            "id": .string(id), "timestamp": .integer(moment), "signature": .string(signature), "body": .string(body),
        ]
        return JSONValue.object(parameters.map { .init($0.name, .string($0.value)) } + [.init("delivery", delivery)])
            .serialized()
    }

    private static func mustBeJSON(_ type: String?) throws(Refusal) {
        if type == "application/json" { return }
        let parts = (type ?? "").split(separator: ";").map { $0.lowercased().filter { $0 != " " && $0 != "\"" } }
        guard parts.first == "application/json", parts.dropFirst().allSatisfy({ !$0.hasPrefix("charset=") || $0 == "charset=utf-8" }) else {
            throw .mediaType("application/json", given: type)
        }
    }
}

extension Schema {
    /// A text from a path as the member's kind; what is none stays a text, for the check to find.
    fileprivate func parameter(_ name: String, _ text: String) -> JSONValue {
        guard case .object(let properties) = kind, let schema = properties.first(where: { $0.name == name })?.schema else { return .string(text) }
        return switch schema.kind {
        case .integer: Int64(text).map { .integer($0) } ?? .string(text)
        case .boolean: text == "true" ? true : text == "false" ? false : .string(text)
        default: .string(text)
        }
    }
}

extension Refusal {
    static let csrfMissing = Refusal(
        "gateway.csrf", status: 403, message: "以网页登录身份调用接口，须在 X-CSRF-Token 中给出本次登录的令牌。请补上后重试，或改用合作方凭证。",
        log: "command by session cookie without a valid CSRF token")

    static let strayBody = Refusal(
        "gateway.stray-body", status: 400, message: "查询没有请求体，条件写在网址的参数中。请去掉请求体后重试。", log: "query with a body")

    static func strayQuery(_ query: String) throws(Refusal) -> Refusal {
        let names = try FormDecoding.pairs(query.utf8).map(\.name)
        return .unknownParameters(names.map { .init(field: "/" + $0, message: "该操作的内容放在请求体中，网址里没有可填的参数，请删去。") })
    }
}
