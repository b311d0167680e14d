import Identity
import Messages
import Network
import PluginKit
import Vocabulary

extension Gateway {
    /// `/api/{site}/{plugin}/…`: a message of an enabled plug-in, as JSON.
    func api(_ rest: Substring, _ facade: Facade, _ request: HTTPRequest, _ exchange: HTTPExchange) {
        let (siteID, afterSite) = Self.split(rest)
        let (pluginID, path) = Self.split(afterSite)
        guard let site = facade.sites[String(siteID)], let table = site.api[String(pluginID)] else {
            return exchange.finish(problem(.notFound, instance: nil))
        }
        switch table.match(request.method.rawValue, path.isEmpty ? "/" : path) {
        case .nothing: exchange.finish(problem(.notFound, instance: nil))
        case .otherMethod(let allowed): exchange.finish(problem(.methodNotAllowed(allowed), instance: nil))
        case .found((let endpoint, _), let parameters):
            let caller = caller(of: request, at: site)
            if let only = caller.confinement {
                return exchange.finish(problem(only == "password" ? .mustChangePassword : .mustEnrol, instance: nil))
            }
            switch endpoint.kind {
            case .query: query(endpoint, parameters, caller, site, request, exchange)
            case .command: command(endpoint, parameters, caller, site, request, exchange)
            }
        }
    }

    private func query(
        _ endpoint: Endpoint, _ parameters: [(name: String, value: String)], _ caller: Caller, _ site: SiteFace,
        _ request: HTTPRequest, _ exchange: HTTPExchange
    ) {
        let answer = { @Sendable [self] in
            do throws(Refusal) {
                var all = parameters
                if let query = request.query { all += try FormDecoding.pairs(query.utf8) }
                let reply = try site.bus.answer(query: endpoint.message, parameters: all, as: caller.actor)
                exchange.finish(.json(200, reply))
            } catch {
                exchange.finish(problem(error, instance: nil))
            }
        }
        if site.bus.query(endpoint.message)?.isHeavy == true { heavy.run(answer) } else { answer() }
    }

    private func command(
        _ endpoint: Endpoint, _ parameters: [(name: String, value: String)], _ caller: Caller, _ site: SiteFace,
        _ request: HTTPRequest, _ exchange: HTTPExchange
    ) {
        do throws(Refusal) {
            // A cookie alone must not be enough: a foreign page could make the browser send it.
            if caller.session != nil, !isValid(csrf: request.headers["X-CSRF-Token"] ?? "", caller, at: site) {
                throw .formExpired
            }
            let type = request.headers["Content-Type"]?.prefix { $0 != ";" }
            guard type?.lowercased() == "application/json" else {
                throw .mediaType("application/json", given: request.headers["Content-Type"])
            }
            let id = try request.headers["Idempotency-Key"].map { (text) throws(Refusal) in try Self.idempotencyKey(text) }
            let body = try parameters.isEmpty ? request.body : Self.merge(parameters, into: request.body, site.bus.command(endpoint.message))
            let traceparent = request.headers["traceparent"]
            site.bus.start(
                command: endpoint.message, json: body, as: caller.actor, id: id,
                traceparent: traceparent.flatMap { Traceparent($0)?.description }
            ) { [self] result in
                switch result {
                case .success(let reply): exchange.finish(.json(200, reply))
                case .failure(let refusal):
                    exchange.finish(problem(explain(refusal, body, site.bus.command(endpoint.message)), instance: nil))
                }
            }
        } catch {
            exchange.finish(problem(error, instance: nil))
        }
    }

    /// A body that does not decode is read again by its schema, so that every fault is named at once.
    private func explain(_ refusal: Refusal, _ body: [UInt8], _ handler: (any CommandHandling)?) -> Refusal {
        guard refusal.code == "messages.malformed", let handler, let value = try? JSONValue(parsing: body) else { return refusal }
        let faults = handler.schema.problems(in: value)
        guard !faults.isEmpty else { return refusal }
        var explained = refusal
        explained.faults = faults
        return explained
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

    /// Members named in the path go into the body; the body may not say something else.
    private static func merge(
        _ parameters: [(name: String, value: String)], into body: [UInt8], _ handler: (any CommandHandling)?
    ) throws(Refusal) -> [UInt8] {
        let tree: JSONValue
        do {
            tree = try JSONValue(parsing: body.isEmpty ? Array("{}".utf8) : body)
        } catch {
            throw (error as? JSONError).map { .malformed($0) } ?? .busy
        }
        guard case .object(var members) = tree else {
            throw Refusal(
                "gateway.body-object", status: 400, message: "请求内容须为 JSON 对象。请改正后重试。", log: "body of a command is not a JSON object")
        }
        for (name, value) in parameters {
            let given = JSONValue.string(value)
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
}
