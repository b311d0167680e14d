import Bus
import Crypto
import Exchange
import Identity
import Messages
import Network
import PluginKit
import Store
import Vocabulary

/// What stands below `/api/{site}/exchange/`: for partners' programs, except the public keys, which are for everybody.
struct ExchangeAction: Sendable {
    let message: WireName
    let body: @Sendable (ExchangeRequest) async throws -> HTTPResponse
}

/// One request of a partner's client to the exchange.
struct ExchangeRequest: Sendable {
    let desk: PartnerExchange
    let client: String
    let commands: Set<WireName>
    let parameters: [String: String]
    let query: [String: String]
    let request: HTTPRequest
    let path: String
    let now: Timestamp

    func id() throws -> MessageID {
        guard let id = parameters["id"].flatMap({ MessageID($0) }) else { throw Refusal.notFound }
        return id
    }

    func body<T: Decodable>(_ type: T.Type) throws -> T {
        guard request.field("Content-Type")?.prefix(while: { $0 != ";" }).lowercased() == "application/json" else {
            throw Refusal.mediaType("application/json", given: request.field("Content-Type"))
        }
        do { return try JSON.decode(type, from: request.body) } catch let error as JSONError { throw Refusal.malformed(error) }
    }

    func number(_ name: String, default fallback: Int) throws -> Int {
        guard let text = query[name] else { return fallback }
        guard let number = Int(text) else {
            throw Refusal.invalid([.init(field: name, value: String(text.prefix(20)), message: "应为整数。")])
        }
        return number
    }
}

extension Gateway {
    static let exchangeRoutes: RouteTable<ExchangeAction> = {
        var table = RouteTable<ExchangeAction>()
        func add(_ route: RouteShape, _ message: WireName, _ body: @escaping @Sendable (ExchangeRequest) async throws -> HTTPResponse) {
            table.add(route, ExchangeAction(message: message, body: body))
        }
        add(.get("/receipts/{id}"), ExchangeMessage.receipt) { call in
            // A receipt of a moment ago is just being signed.
            await call.desk.receipts.written()
            let proof = try call.desk.proof(try call.id(), of: call.client)
            let wantsText = call.request.field("Accept")?.hasPrefix("text/plain") == true
            return wantsText ? .json(200, Array(proof.text.utf8), type: "text/plain; charset=utf-8") : .json(200, proof.json.serialized())
        }
        add(.get("/events"), ExchangeMessage.events) { call in try await events(call) }
        add(.get("/endpoints"), ExchangeMessage.endpoints) { call in
            let endpoints = try call.desk.webhooks.endpoints(of: call.client).map(json)
            return .json(200, JSONValue.object([.init("endpoints", .array(endpoints))]).serialized())
        }
        add(.post("/endpoints"), ExchangeMessage.change) { call in
            struct New: Decodable { var url: String; var types: [WireName] }
            let new = try call.body(New.self)
            let (endpoint, secret) = try await call.desk.webhooks.add(url: new.url, types: new.types, for: call.client)
            var answer = json(endpoint)
            answer["secret"] = .string(secret.revealed)
            return .json(201, answer.serialized())
        }
        add(.get("/endpoints/{id}"), ExchangeMessage.endpoints) { call in
            let endpoint = try call.desk.webhooks.endpoint(try call.id(), of: call.client)
            var answer = json(endpoint)
            answer["deliveries"] = .array(
                try call.desk.webhooks.deliveries(to: endpoint.id, limit: 50).map { delivery in
                    var one: JSONValue = [
                        "event": .string(delivery.event.description), "type": .string(delivery.type.description), "state": .string(delivery.state.rawValue),
                        "attempts": .integer(Int64(delivery.attempts)),
                    ]
                    if let status = delivery.status { one["status"] = .integer(Int64(status)) }
                    return one
                })
            return .json(200, answer.serialized())
        }
        add(.delete("/endpoints/{id}"), ExchangeMessage.change) { call in
            try await call.desk.webhooks.remove(try call.id(), of: call.client)
            return .json(204, [])
        }
        add(.post("/endpoints/{id}/rotate"), ExchangeMessage.change) { call in
            let secret = try await call.desk.webhooks.rotate(try call.id(), of: call.client)
            return .json(200, JSONValue.object([.init("secret", .string(secret.revealed))]).serialized())
        }
        add(.post("/endpoints/{id}/enable"), ExchangeMessage.change) { call in
            try await call.desk.webhooks.setActive(true, try call.id(), of: call.client)
            return .json(200, json(try call.desk.webhooks.endpoint(try call.id(), of: call.client)).serialized())
        }
        add(.post("/endpoints/{id}/test"), ExchangeMessage.change) { call in
            let (status, error) = try await call.desk.webhooks.test(try call.id(), of: call.client)
            var answer: JSONValue = ["accepted": .bool(error == nil)]
            if let status { answer["status"] = .integer(Int64(status)) }
            if let error { answer["error"] = .string(error) }
            return .json(200, answer.serialized())
        }
        add(.post("/endpoints/{id}/replay"), ExchangeMessage.change) { call in
            struct Wanted: Decodable { var event: MessageID?; var after: Timestamp?; var before: Timestamp? }
            let wanted = try call.body(Wanted.self)
            let count: Int
            switch (wanted.event, wanted.after) {
            case (let event?, nil): count = try await call.desk.webhooks.replay(event: event, to: try call.id(), of: call.client)
            case (nil, let start?):
                count = try await call.desk.webhooks.replay(from: start, to: wanted.before ?? call.now, to: try call.id(), of: call.client)
            default: throw Refusal.invalid([.init(field: "/event", message: "请写明 event（一个事件），或 after 与 before（一段时间），二者选一。")])
            }
            return .json(200, JSONValue.object([.init("queued", .integer(Int64(count)))]).serialized())
        }
        add(.post("/endpoints/{id}/conform"), ExchangeMessage.conform) { call in
            clauses(try await call.desk.webhooks.conform(try call.id(), of: call.client))
        }
        add(.get("/conform"), ExchangeMessage.conform) { call in
            let minutes = try call.number("minutes", default: 60)
            guard (1...1440).contains(minutes) else { throw Refusal.invalid([.init(field: "minutes", message: "应为 1 至 1440。")]) }
            let since = call.now.advanced(by: .seconds(-60 * minutes))
            return clauses(try await call.desk.webhooks.judge(call.client, since: since, commands: call.commands))
        }
        return table
    }()

    /// The public keys of receipts, one by its id or all of them, for everybody.
    static let keyRoutes: RouteTable<Void> = {
        var table = RouteTable<Void>()
        table.add(.get("/keys"), ())
        table.add(.get("/keys/{id}"), ())
        return table
    }()

    /// `/api/{site}/exchange/…`: the keys for everybody; all else for a partner's client with a contract in force, each answer with its receipt.
    func exchangeDoor(_ path: Substring, _ site: SiteFace, _ request: HTTPRequest, _ exchange: HTTPExchange) {
        guard let desk = site.exchange else { return exchange.finish(problem(.notFound, instance: nil)) }
        switch Self.keyRoutes.match(request.method.rawValue, path) {
        case .found: return exchange.finish(publicKeys(path, desk))
        case .otherMethod(let allowed): return exchange.finish(problem(.methodNotAllowed(allowed), instance: nil))
        case .nothing: break
        }
        let action: ExchangeAction
        let parameters: [(name: String, value: String)]
        switch Self.exchangeRoutes.match(request.method.rawValue, path) {
        case .nothing: return exchange.finish(problem(.notFound, instance: nil))
        case .otherMethod(let allowed): return exchange.finish(problem(.methodNotAllowed(allowed), instance: nil))
        case .found(let found, let values): (action, parameters) = (found, values)
        }
        let now = clock.now
        let entry: PartnerEntry
        do throws(Refusal) {
            guard let found = try partner(of: request, at: site, now: now) else { throw .signInRequired }
            entry = found
        } catch {
            return exchange.finish(problem(error, instance: nil))
        }
        enter(entry, action.message, site, request, exchange, now: now) { (_) throws(Refusal) -> [(name: String, value: String)] in
            guard let query = request.query else { return [] }
            return try FormDecoding.pairs(query.utf8)
        } then: { [self] query, leaving in
            let call = ExchangeRequest(
                desk: desk, client: entry.client.id, commands: Set(site.parts.flatMap { $0.blueprint.wiring.commands.map(\.name) }),
                parameters: Dictionary(parameters.map { ($0.name, $0.value) }) { first, _ in first },
                query: Dictionary(query.map { ($0.name, $0.value) }) { first, _ in first }, request: request, path: request.path, now: clock.now)
            Task.immediate(executorPreference: exchange.loop) { [self] in
                do {
                    leaving.finish(try await action.body(call))
                } catch let refusal as Refusal {
                    leaving.finish(problem(refusal, instance: nil))
                } catch let error as StoreError {
                    log(.error, "store", error.description, ("site", site.card.id), ("message", action.message.description))
                    leaving.finish(problem(error.refusal, instance: nil))
                } catch {
                    let incident = Incident.code(ids.next())
                    log(.error, "exchange-failed", "\(type(of: error)): \(error)", ("site", site.card.id), ("incident", incident))
                    leaving.finish(problem(.internalError(incident: incident), instance: nil))
                }
            }
        }
    }

    private func publicKeys(_ path: Substring, _ desk: PartnerExchange) -> HTTPResponse {
        do {
            let keys = try desk.published()
            if path == "/keys" {
                let list = keys.map { key in
                    var one: JSONValue = [
                        "id": .string(key.id), "algorithm": .string(key.algorithm.rawValue), "pem": .string(key.pem), "since": .string("\(key.since)"),
                    ]
                    if let until = key.until { one["until"] = .string("\(until)") }
                    return one
                }
                return .json(200, JSONValue.object([.init("keys", .array(list))]).serialized())
            }
            guard let key = keys.first(where: { $0.id == path.dropFirst(6) }) else { return problem(.notFound, instance: nil) }
            return .json(200, Array(key.pem.utf8), type: "application/x-pem-file")
        } catch {
            log(.error, "store", "\(error)", ("message", "exchange.get-keys.v1"))
            return problem((error as? StoreError)?.refusal ?? .busy, instance: nil)
        }
    }

    private static func events(_ call: ExchangeRequest) async throws -> HTTPResponse {
        let limit = try call.number("limit", default: 100)
        let wait = try call.number("wait", default: 0)
        let page = try await withCheckedThrowingContinuation { continuation in
            call.desk.feed.next(client: call.client, after: call.query["after"], limit: limit, wait: .seconds(wait)) {
                continuation.resume(with: $0.mapError { $0 as any Error })
            }
        }
        var response = HTTPResponse.json(200, JSONValue.array(page.events).serialized(), type: "application/cloudevents-batch+json")
        response.headers.add("Next-Cursor", page.cursor)
        response.headers.add("Link", "<\(call.path)?after=\(page.cursor)&limit=\(limit)>; rel=\"next\"")
        return response
    }

    private static func json(_ endpoint: WebhookEndpoint) -> JSONValue {
        var value: JSONValue = [
            "id": .string(endpoint.id.description), "url": .string(endpoint.url), "types": .array(endpoint.types.map { .string($0.description) }),
            "isActive": .bool(endpoint.isActive), "createdAt": .string("\(endpoint.createdAt)"),
        ]
        if let reason = endpoint.reason { value["reason"] = .string(reason) }
        if let since = endpoint.failingSince { value["failingSince"] = .string("\(since)") }
        if let status = endpoint.lastStatus { value["lastStatus"] = .integer(Int64(status)) }
        if let error = endpoint.lastError { value["lastError"] = .string(error) }
        return value
    }

    private static func clauses(_ results: [ClauseResult]) -> HTTPResponse {
        let list = results.map { one -> JSONValue in
            ["clause": .string(one.clause), "title": .string(one.title), "passed": .bool(one.passed), "found": .string(one.found)]
        }
        let failed = results.filter { !$0.passed }.map { JSONValue.string($0.clause) }
        return .json(200, JSONValue.object([.init("passed", .bool(failed.isEmpty)), .init("failed", .array(failed)), .init("clauses", .array(list))]).serialized())
    }
}
