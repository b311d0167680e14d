import Bus
package import Messages
package import PluginKit
import Vocabulary

/// Everything a site's API offers, worked out once from what its enabled plug-ins registered. OpenAPI, the readable page and the
/// conformance walk are made from it, so they cannot say different things.
package struct APIDescription: Sendable {
    package let operations: [Operation]
    /// What the documented refusals of each plug-in are.
    package let refusals: [String: [RefusalNote]]

    package struct Operation: Sendable {
        /// The message's wire name.
        package let id: String
        package let plugin: String
        package let title: String
        package let method: String
        /// `/api/{site}/{plugin}/…` with `{names}` left in.
        package let path: String
        package let access: Access
        package let isQuery: Bool
        /// Members that stand in the path.
        package let pathMembers: [Schema.Property]
        /// Members that stand in the query string, nested ones with dots; of a query only.
        package let parameters: [Schema.Property]
        /// What is sent, without the members of the path; of a command only.
        package let body: Schema?
        package let reply: Schema
        package let takesMatch: Bool
        package let isDeprecated: Bool
        /// The body is what another system sends and signs, with the three `webhook-…` fields.
        package let isDelivered: Bool
        package let example: Example
        /// Every status that a call can end with.
        package let statuses: [Int]
    }

    /// A request that the schema accepts.
    package struct Example: Sendable {
        /// With its query string.
        package var target: String
        package var body: JSONValue?
    }

    init(_ site: SiteFace) {
        var operations: [Operation] = []
        var refusals: [String: [RefusalNote]] = [:]
        for part in site.parts {
            let manifest = part.blueprint.manifest
            refusals[manifest.id] = part.blueprint.refusals
            for endpoint in part.blueprint.endpoints {
                guard let operation = Self.operation(endpoint, manifest.id, site) else { continue }
                operations.append(operation)
            }
        }
        self.operations = operations
        self.refusals = refusals
    }

    private static func operation(_ endpoint: Endpoint, _ plugin: String, _ site: SiteFace) -> Operation? {
        let isQuery = endpoint.kind == .query
        let query = isQuery ? site.bus.query(endpoint.message) : nil
        let command = isQuery ? nil : site.bus.command(endpoint.message)
        guard let schema = query?.schema ?? command?.schema, let reply = query?.replySchema ?? command?.replySchema,
            let access = query?.access ?? command?.access
        else { return nil }
        let names = endpoint.route.pattern.split(separator: "/").filter { $0.first == "{" }.map { String($0.dropFirst().dropLast()) }
        let members: [Schema.Property] = if case .object(let properties) = schema.kind { properties } else { [] }
        let inPath = names.map { name in
            members.first { $0.name == name }.map { Schema.Property(name, $0.schema) } ?? Schema.Property(name, .string)
        }
        let others = members.filter { !names.contains($0.name) }
        var body = endpoint.delivered?.schema ?? schema
        if endpoint.delivered == nil { body.kind = .object(others) }
        let sample = endpoint.example ?? schema.sample(required: true)
        let example =
            endpoint.delivered.map { delivered in
                JSONValue.object(names.map { .init($0, sample[$0] ?? .string("0")) } + (delivered.example.object ?? []))
            } ?? sample
        let path = "/api/\(site.card.id)/\(plugin)\(endpoint.route.pattern == "/" ? "" : endpoint.route.pattern)"
        return Operation(
            id: endpoint.message.description, plugin: plugin, title: endpoint.title, method: endpoint.route.method, path: path, access: access,
            isQuery: isQuery, pathMembers: inPath, parameters: isQuery ? flat(others) : [], body: isQuery ? nil : body, reply: reply,
            takesMatch: endpoint.resource != nil, isDeprecated: endpoint.deprecation != nil,
            isDelivered: endpoint.delivered != nil,
            example: self.example(path, names, example, isQuery: isQuery),
            statuses: statuses(isQuery: isQuery, access: access, takesMatch: endpoint.resource != nil, hasPath: !names.isEmpty))
    }

    /// Nested members as the parameters that stand for them.
    private static func flat(_ properties: [Schema.Property], below prefix: String = "") -> [Schema.Property] {
        properties.flatMap { property -> [Schema.Property] in
            if case .object(let inner) = property.schema.kind {
                return flat(inner, below: prefix + property.name + ".").map {
                    Schema.Property($0.name, $0.schema, isRequired: $0.isRequired && property.isRequired)
                }
            }
            return [Schema.Property(prefix + property.name, property.schema, isRequired: property.isRequired)]
        }
    }

    private static func example(_ path: String, _ names: [String], _ example: JSONValue, isQuery: Bool) -> Example {
        var target = path
        for name in names { target = target.replacing("{\(name)}", with: escape(text(example[name] ?? "0"))) }
        let others = (example.object ?? []).filter { !names.contains($0.key) }
        guard isQuery else { return Example(target: target, body: .object(others)) }
        let pairs = others.flatMap { member -> [String] in
            let values = member.value.array ?? [member.value]
            return values.filter { !$0.isNull }.map { "\(member.key)=\(escape(text($0)))" }
        }
        return Example(target: target + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&")))
    }

    private static func text(_ value: JSONValue) -> String { value.string ?? String(decoding: value.serialized(), as: UTF8.self) }

    private static func escape(_ text: String) -> String {
        var out = ""
        for byte in text.utf8 {
            let isPlain = (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || "-._~".utf8.contains(byte)
            out += isPlain ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
        return out
    }

    private static func statuses(isQuery: Bool, access: Access, takesMatch: Bool, hasPath: Bool) -> [Int] {
        let common = [200, 400, 401, 403, 404, 406, 414, 422, 429, 431, 500, 503, 504]
        let more = isQuery ? [304] : [409, 412, 413, 415] + (takesMatch ? [428] : [])
        return (common + more).sorted()
    }
}

extension Access {
    /// The rule in Chinese words.
    var words: String {
        switch self {
        case .anyone: "公开，无需登录"
        case .signedIn: "已登录的人员或合作方"
        case .system: "仅系统内部"
        case .roles(let roles):
            "限以下角色：" + roles.map { role in Role.wellKnown.first { $0.role == role }?.title ?? role.rawValue }.joined(separator: "、")
        }
    }
}

extension Schema {
    /// A value that the schema accepts, as far as its examples go.
    ///
    /// - Parameter required: members that need not be there are left out.
    package func sample(required: Bool, depth: Int = 0) -> JSONValue {
        if let example { return example }
        switch kind {
        case .any, .reference: return isNullable ? .null : .object([])
        case .boolean: return true
        case .integer: return .integer(max(minimum ?? 1, min(1, maximum ?? 1)))
        case .number: return .number(Double(minimum ?? 1))
        case .choice(let values): return values.first ?? .null
        case .string:
            let text = title ?? "示例"
            // A schema from outside may name any number.
            let least = min(max(minLength ?? 0, 0), 2000)
            return .string(String(String(repeating: text, count: 1 + least / max(text.count, 1)).prefix(min(max(maxLength ?? 200, 0), max(least, text.count)))))
        case .array(let items):
            let count = depth > 5 ? 0 : min(max(minLength ?? 0, required ? 0 : 1), 20)
            return .array((0..<count).map { _ in items.sample(required: required, depth: depth + 1) })
        case .map: return .object([])
        case .object(let properties):
            let shown = properties.filter { $0.isRequired || !required && depth < 6 }
            return .object(shown.map { .init($0.name, $0.schema.sample(required: required, depth: depth + 1)) })
        case .variants(let cases):
            guard let first = cases.first else { return .object([]) }
            return .object([.init(first.name, first.schema.sample(required: required, depth: depth + 1))])
        }
    }
}
