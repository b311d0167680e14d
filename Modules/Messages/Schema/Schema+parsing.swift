import Vocabulary

extension Schema {
    /// Why a JSON Schema is none of ours: where, as a JSON Pointer, and what.
    public struct Unreadable: Error, Sendable, CustomStringConvertible {
        public var pointer: String
        public var what: String
        public var description: String { "\(pointer.isEmpty ? "/" : pointer): \(what)" }
    }

    /// Reads what `json` wrote, for messages whose types are in another program.
    ///
    /// A known `format` is checked by the vocabulary; of an unknown one only lengths are, and the plug-in checks the rest.
    ///
    /// - Throws: `Unreadable` where the schema says something that this subset does not know how to keep.
    public init(parsing json: JSONValue) throws(Unreadable) { try self.init(json, "", root: true) }

    private init(_ json: JSONValue, _ pointer: String, root: Bool = false) throws(Unreadable) {
        guard case .object = json else { throw Unreadable(pointer: pointer, what: "a schema is an object") }
        guard pointer.utf8.count < 1000 else { throw Unreadable(pointer: String(pointer.prefix(60)), what: "nested too deeply") }
        func nested(_ value: JSONValue?, _ name: String) throws(Unreadable) -> Schema {
            guard let value else { throw Unreadable(pointer: pointer, what: "\(name) is missing") }
            return try Schema(value, pointer + "/" + name)
        }
        var types = json["type"]?.array?.compactMap(\.string) ?? json["type"]?.string.map { [$0] } ?? []
        let isNullable = types.contains("null") || json["anyOf"] != nil
        types.removeAll { $0 == "null" }
        let kind: Kind
        if let values = json["enum"]?.array {
            kind = .choice(values.filter { !$0.isNull })
        } else if let target = json["$ref"]?.string ?? json["anyOf"]?[0]?["$ref"]?.string {
            guard target.hasPrefix("#/$defs/") else { throw Unreadable(pointer: pointer, what: "$ref must begin with #/$defs/") }
            kind = .reference(String(target.dropFirst(8)))
        } else {
            switch types.first {
            case nil: kind = .any
            case "boolean": kind = .boolean
            case "integer": kind = .integer
            case "number": kind = .number
            case "string": kind = .string
            case "array": kind = .array(try nested(json["items"], "items"))
            case "object":
                if let members = json["properties"]?.object {
                    let required = Set(json["required"]?.array?.compactMap(\.string) ?? [])
                    var properties: [Property] = []
                    for member in members {
                        properties.append(
                            Property(member.key, try nested(member.value, "properties/" + member.key), isRequired: required.contains(member.key)))
                    }
                    kind = json["maxProperties"]?.integer == 1 && json["minProperties"]?.integer == 1 ? .variants(properties) : .object(properties)
                } else if let values = json["additionalProperties"], values.object != nil {
                    kind = .map(try nested(values, "additionalProperties"))
                } else {
                    kind = .object([])
                }
            case let other?: throw Unreadable(pointer: pointer, what: "type \(other) is unknown")
            }
        }
        self.init(kind, title: json["title"]?.string, description: json["description"]?.string)
        self.isNullable = isNullable
        minimum = json["minimum"]?.integer
        maximum = json["maximum"]?.integer
        func length(_ keys: String...) -> Int? { keys.lazy.compactMap { json[$0]?.integer }.first.map { Int($0) } }
        if case .variants = kind {} else {
            minLength = length("minLength", "minItems", "minProperties")
            maxLength = length("maxLength", "maxItems", "maxProperties")
        }
        if let format = json["format"]?.string {
            rule = Self.knownRules[format] ?? TextRule(format, pattern: json["pattern"]?.string, sentence: "应符合格式“\(format)”。") { _ in true }
        }
        example = json["examples"]?[0]
        isPersonal = json["x-personal"]?.bool ?? false
        if case .object = kind { isOpen = json["additionalProperties"]?.bool ?? true }
        guard root, let definitions = json["$defs"]?.object else { return }
        for definition in definitions {
            self.definitions.append(Definition(name: definition.key, schema: try nested(definition.value, "$defs/" + definition.key)))
        }
    }

    private static let knownRules: [String: TextRule] = Dictionary(
        [
            RegionCode.schema, CreditCode.schema, Day.schema, Timestamp.schema, MessageID.schema, WireName.schema, IndustryCode.schema, Mobile.schema,
            Landline.schema,
        ].compactMap { schema in schema.rule.map { ($0.format, $0) } }
    ) { first, _ in first }
}

extension Access {
    /// Reads what `text` wrote; `nil` for anything else.
    public init?(text: String) {
        switch text {
        case "anyone": self = .anyone
        case "signed-in": self = .signedIn
        case "system": self = .system
        default:
            guard text.hasPrefix("roles: ") else { return nil }
            let roles = text.dropFirst(7).split(separator: ",").map { Role(rawValue: String($0.drop { $0 == " " })) }
            guard !roles.isEmpty, roles.allSatisfy({ !$0.rawValue.isEmpty }) else { return nil }
            self = .roles(roles)
        }
    }
}
