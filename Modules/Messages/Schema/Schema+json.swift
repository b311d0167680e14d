extension Schema {
    /// The schema as JSON Schema 2020-12; `$schema` is left to whoever embeds it.
    public var json: JSONValue { json(root: "#/$defs/") }

    /// The schema with references under another root, for instance `#/components/schemas/` in OpenAPI.
    public func json(root: String) -> JSONValue {
        var out: [JSONValue.Member] = []
        func add(_ key: String, _ value: JSONValue?) { if let value { out.append(.init(key, value)) } }
        var type: String?
        switch kind {
        case .any: break
        case .boolean: type = "boolean"
        case .integer: type = "integer"
        case .number: type = "number"
        case .string: type = "string"
        case .choice(let values):
            type = values.allSatisfy { $0.string != nil } ? "string" : values.allSatisfy { $0.integer != nil } ? "integer" : nil
        case .array: type = "array"
        case .map, .object, .variants: type = "object"
        case .reference: break
        }
        if let type { add("type", isNullable ? [.string(type), "null"] : .string(type)) }
        add("title", title.map { .string($0) })
        add("description", description.map { .string($0) })
        switch kind {
        case .choice(let values): add("enum", .array(isNullable ? values + [.null] : values))
        case .array(let items): add("items", items.json(root: root))
        case .map(let values): add("additionalProperties", values.json(root: root))
        case .object(let properties), .variants(let properties):
            add("properties", .object(properties.map { .init($0.name, $0.schema.json(root: root)) }))
            if case .variants = kind {
                add("minProperties", 1)
                add("maxProperties", 1)
            } else {
                let required = properties.filter(\.isRequired).map { JSONValue.string($0.name) }
                if !required.isEmpty { add("required", .array(required)) }
            }
            if !isOpen { add("additionalProperties", false) }
        case .reference(let name):
            if isNullable {
                add("anyOf", [["$ref": .string(root + name)], ["type": "null"]])
            } else {
                add("$ref", .string(root + name))
            }
        default: break
        }
        if case .map = kind {
            add("propertyNames", rule?.pattern.map { ["pattern": .string($0)] })
        } else {
            add("format", rule.map { .string($0.format) })
            add("pattern", rule?.pattern.map { .string($0) })
        }
        add("minimum", minimum.map { .integer($0) })
        add("maximum", maximum.map { .integer($0) })
        let (least, most) =
            switch kind {
            case .array: ("minItems", "maxItems")
            case .map: ("minProperties", "maxProperties")
            default: ("minLength", "maxLength")
            }
        add(least, minLength.map { .integer(Int64($0)) })
        add(most, maxLength.map { .integer(Int64($0)) })
        add("examples", example.map { [$0] })
        if isPersonal { add("x-personal", true) }
        if !definitions.isEmpty {
            add("$defs", .object(definitions.map { .init($0.name, $0.schema.json(root: root)) }))
        }
        return .object(out)
    }
}
