import Gateway
import Host
public import Messages

/// Walks every operation on a site's API, with good and bad requests, and names what the documentation does not allow.
///
/// Made from the same description as OpenAPI, so a new endpoint is walked the day it appears: each plug-in's tests run it once.
/// ```swift
/// #expect(await APIWalk(site).problems(as: .everyone) == [])
/// ```
public struct APIWalk: Sendable {
    private let site: TestSite
    private let description: APIDescription

    public init(_ site: TestSite) {
        self.site = site
        description = site.site.face.apiDescription
    }

    /// Wire names of all operations.
    public var operations: [String] { description.operations.map(\.id) }

    /// Every way in which an answer differs from what is documented; empty when none does.
    public func problems(as actor: Actor) async -> [String] {
        var found: [String] = []
        for operation in description.operations {
            let example = request(operation)
            found += await check(operation, "example", example, as: actor)
            for (name, mutant) in mutants(operation, example) { found += await check(operation, name, mutant, as: actor) }
            found += await manners(operation, example, as: actor)
        }
        return found
    }

    // MARK: - Requests

    private struct Request {
        var method: String
        var target: String
        var body: String?
        var headers: [(name: String, value: String)] = []
        /// What must come out; anything documented where `nil`.
        var expected: [Int]?
    }

    private func request(_ operation: APIDescription.Operation) -> Request {
        var request = Request(
            method: operation.method, target: operation.example.target,
            body: operation.example.body.map { String(decoding: $0.serialized(), as: UTF8.self) })
        if operation.takesMatch { request.headers.append(("If-Match", "*")) }
        return request
    }

    private func mutants(_ operation: APIDescription.Operation, _ example: Request) -> [(String, Request)] {
        var mutants: [(String, Request)] = []
        // What comes unsigned is refused before anything in it is looked at.
        if operation.isDelivered {
            var form = example
            form.headers.append(("Content-Type", "application/x-www-form-urlencoded"))
            form.expected = [415]
            return [("form", form)]
        }
        func add(_ name: String, _ expected: [Int]?, _ change: (inout Request) -> Void) {
            var request = example
            change(&request)
            request.expected = expected
            mutants.append((name, request))
        }
        let stray = (example.target.contains("?") ? "&" : "?") + "zzz=1"
        add("unknown parameter", [400]) { $0.target += stray }
        add("unacceptable", [406]) { $0.headers.append(("Accept", "image/png")) }
        if operation.isQuery {
            for parameter in operation.parameters {
                let base = example.target.split(separator: "?").first.map(String.init) ?? example.target
                add("wrong \(parameter.name)", nil) { $0.target = "\(base)?\(parameter.name)=%00" }
                add("odd \(parameter.name)", nil) { $0.target = "\(base)?\(parameter.name)=\(String(repeating: "x", count: 5000))" }
                add("twice \(parameter.name)", nil) { $0.target = "\(base)?\(parameter.name)=1&\(parameter.name)=2" }
            }
            return mutants
        }
        add("no body", nil) { $0.body = nil }
        add("not JSON", [400]) { $0.body = "{" }
        add("no object", [422]) { $0.body = "[]" }
        add("form", [415]) { $0.headers.append(("Content-Type", "application/x-www-form-urlencoded")) }
        add("bad key", [400]) { $0.headers.append(("Idempotency-Key", "1")) }
        guard let body = operation.example.body, case .object(let members) = body else { return mutants }
        func variant(_ change: (inout [JSONValue.Member]) -> Void) -> String {
            var members = members
            change(&members)
            return String(decoding: JSONValue.object(members).serialized(), as: UTF8.self)
        }
        add("unknown member", [422]) { $0.body = variant { $0.append(.init("zzz", 1)) } }
        for (index, member) in members.enumerated() {
            let wrong: JSONValue = member.value.object == nil ? ["a": 1] : "x"
            add("wrong \(member.key)", [422]) { $0.body = variant { $0[index].value = wrong } }
            if member.value.string != nil {
                add("long \(member.key)", [422]) { $0.body = variant { $0[index].value = .string(String(repeating: "长", count: 100_000)) } }
            }
        }
        return mutants
    }

    // MARK: - Checks

    private func send(_ request: Request, as actor: Actor) async -> TestAnswer {
        await site.call(request.method, request.target, request.body, fields: request.headers, as: actor)
    }

    private func check(_ operation: APIDescription.Operation, _ name: String, _ request: Request, as actor: Actor) async -> [String] {
        let response = await send(request, as: actor)
        let place = "\(operation.id), \(name): \(response.status)"
        if let expected = request.expected, !expected.contains(response.status) {
            return ["\(place), expected \(expected): \(response.text.prefix(300))"]
        }
        guard operation.statuses.contains(response.status) else { return ["\(place) is not documented: \(response.text.prefix(300))"] }
        if response.status >= 500 { return ["\(place): \(response.text.prefix(300))"] }
        if response.status >= 400 { return Self.problemFaults(response).map { "\(place): \($0)" } }
        guard let json = response.json else { return ["\(place): no JSON"] }
        let faults = operation.reply.problems(in: json)
        return faults.map { "\(place): \($0.field) \($0.message)" }
    }

    /// What is wrong with a refusal as problem details (RFC 9457).
    public static func problemFaults(_ response: TestAnswer) -> [String] {
        var faults: [String] = []
        if response["Content-Type"] != Refusal.mediaType { faults.append("not problem+json but \(response["Content-Type"] ?? "-")") }
        if response["X-Request-Id"] == nil { faults.append("no X-Request-Id") }
        guard let problem = response.json else { return faults + ["no JSON"] }
        if problem["status"]?.integer != Int64(response.status) { faults.append("status differs") }
        for member in ["type", "title", "detail", "code", "instance"] where (problem[member]?.string ?? "").isEmpty { faults.append("no \(member)") }
        if [429, 503].contains(response.status), response["Retry-After"] == nil { faults.append("no Retry-After") }
        if response.status == 405, response["Allow"] == nil { faults.append("no Allow") }
        return faults
    }

    /// What every operation does beside its own work.
    private func manners(_ operation: APIDescription.Operation, _ example: Request, as actor: Actor) async -> [String] {
        var found: [String] = []
        func expect(_ holds: Bool, _ sentence: String) { if !holds { found.append("\(operation.id): \(sentence)") } }
        var other = example
        other.method = "PATCH"
        let refused = await send(other, as: actor)
        expect(refused.status == 405 && Self.problemFaults(refused).isEmpty, "PATCH answers \(refused.status)")
        other.method = "OPTIONS"
        other.body = nil
        let options = await send(other, as: .visitor)
        expect(options.status == 204 && (options["Allow"] ?? "").contains(operation.method), "OPTIONS answers \(options.status)")
        if operation.access != .anyone {
            let visitor = await send(example, as: .visitor)
            expect(visitor.status == 401 && Self.problemFaults(visitor).isEmpty, "a visitor gets \(visitor.status)")
        }
        if operation.isQuery {
            let first = await send(example, as: actor)
            var head = example
            head.method = "HEAD"
            expect(await send(head, as: actor).status == first.status, "HEAD differs from GET")
            if first.status == 200 {
                var again = example
                again.headers.append(("If-None-Match", first["ETag"] ?? "-"))
                let second = await send(again, as: actor)
                expect(second.status == 304 && second.text.isEmpty, "If-None-Match answers \(second.status)")
            }
        } else if operation.takesMatch {
            var bare = example
            bare.headers = []
            expect(await send(bare, as: actor).status == 428, "without If-Match it is carried out")
            bare.headers.append(("If-Match", "\"0\""))
            expect([404, 412].contains(await send(bare, as: actor).status), "a wrong If-Match does not stop it")
        }
        return found
    }
}

extension Actor {
    /// An invented person with every well-known role, for the whole site.
    public static let everyone = Actor(
        kind: .person, id: "everyone", name: "测试·全部角色", grants: Role.wellKnown.map { Grant($0.role) })
}
