/// Parameters arranged as the schema wants them, so that the schema's own check finds every fault.
struct ParameterTree {
    private let parameters: [ParameterDecoder.Parameter]
    private let definitions: [Schema.Definition]
    private let style: ParameterDecoder.Style
    private var used: [Bool]

    init(_ parameters: [ParameterDecoder.Parameter], definitions: [Schema.Definition], style: ParameterDecoder.Style) {
        self.parameters = parameters
        self.style = style
        self.definitions = definitions
        used = Array(repeating: false, count: parameters.count)
    }

    static func isBelow(_ name: String, _ parent: String) -> Bool {
        parent.isEmpty || name.utf8.count > parent.utf8.count && name.hasPrefix(parent)
            && name.utf8[name.utf8.index(name.utf8.startIndex, offsetBy: parent.utf8.count)] == 0x2E
    }

    static func join(_ path: String, _ name: String) -> String { path.isEmpty ? name : path + "." + name }

    /// The value of the schema's shape found at a dotted path; `nil` where nothing stands there.
    mutating func value(_ schema: Schema, at path: String) -> JSONValue? {
        guard path.isEmpty || parameters.contains(where: { $0.name == path || Self.isBelow($0.name, path) }) else { return nil }
        switch schema.kind {
        case .reference(let name):
            guard let definition = definitions.first(where: { $0.name == name }) else { return nil }
            return value(definition.schema, at: path)
        case .object(let properties), .variants(let properties):
            if !path.isEmpty, let text = take(path).last, !text.isEmpty { return .string(text) }
            var members: [JSONValue.Member] = []
            for property in properties {
                let place = Self.join(path, property.name)
                guard let found = value(property.schema, at: place) else {
                    // A list of which nothing was sent is an empty list.
                    if property.isRequired, case .array = property.schema.kind { members.append(.init(property.name, .array([]))) }
                    continue
                }
                if style == .form, !property.isRequired, found == .string("") { continue }
                members.append(.init(property.name, found))
            }
            return .object(members)
        case .map(let values):
            var members: [JSONValue.Member] = []
            for parameter in parameters where Self.isBelow(parameter.name, path) {
                let rest = parameter.name.dropFirst(path.isEmpty ? 0 : path.count + 1)
                let key = String(rest.prefix { $0 != "." })
                guard !members.contains(where: { $0.key == key }) else { continue }
                if let found = value(values, at: Self.join(path, key)) { members.append(.init(key, found)) }
            }
            return .object(members)
        case .array(let items):
            let texts = take(path)
            if !texts.isEmpty { return .array(texts.filter { style == .program || !$0.isEmpty }.map { coerce($0, items) }) }
            var elements: [JSONValue] = []
            while let element = value(items, at: "\(path).\(elements.count)") { elements.append(element) }
            return .array(elements)
        default:
            let texts = take(path)
            if texts.count > 1 { return .array(texts.map { .string($0) }) }
            return texts.first.map { coerce($0, schema) }
        }
    }

    private mutating func take(_ name: String) -> [String] {
        var texts: [String] = []
        for (index, parameter) in parameters.enumerated() where parameter.name == name {
            used[index] = true
            texts.append(parameter.value)
        }
        return texts
    }

    /// The text as the schema's kind; where it is none, the text itself, for the check to find.
    private func coerce(_ text: String, _ schema: Schema) -> JSONValue {
        switch schema.kind {
        case .boolean: return ParameterDecoding.bool(text, style).map { .bool($0) } ?? .string(text)
        case .integer: return integer(text)
        case .number:
            guard ParameterDecoding.isPlain(text, style), let number = Double(text), number.isFinite else { return .string(text) }
            return .number(number)
        case .choice(let choices):
            guard choices.contains(where: { $0.integer != nil }) else { return .string(text) }
            return integer(text)
        case .reference(let name):
            guard let definition = definitions.first(where: { $0.name == name }) else { return .string(text) }
            return coerce(text, definition.schema)
        default: return .string(text)
        }
    }

    private func integer(_ text: String) -> JSONValue {
        guard ParameterDecoding.isPlain(text, style), let number = Int64(text) else { return .string(text) }
        return .integer(number)
    }

    /// A fault for each name that nothing asked for; to be called after `value(_:at:)`.
    func unknownNames(_ schema: Schema) -> [Refusal.Fault] {
        var check = SchemaCheck(definitions: definitions, unknown: .refuse)
        let known: [String] = if case .object(let properties) = schema.kind { properties.map(\.name) } else { [] }
        var seen: Set<String> = []
        for (index, parameter) in parameters.enumerated() where !used[index] && seen.insert(parameter.name).inserted {
            let parts = parameter.name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            if parts.count == 1 {
                check.refuseUnknown(parameter.name, known, at: "")
            } else {
                let parent = parts.dropLast().map { "/" + JSONError.escape($0) }.joined()
                check.refuseUnknown(parts.last ?? "", parts.first.map(known.contains) == true ? [] : known, at: parent)
            }
        }
        return check.faults
    }
}
