/// The shape of a JSON value, a subset of JSON Schema 2020-12, derived from a type: `Schema.of(T.self)`.
///
/// One schema serves requests, settings, OpenAPI and `contract.json`.
/// - `of(_:)`: from a `Codable` type; `SchemaDescribing`, `SchemaRefining`: how a type says more than its members do
/// - `problems(in:unknown:)`: everything wrong with a value, at once
/// - `json`: the schema as JSON Schema
public struct Schema: Sendable, Hashable {
    public indirect enum Kind: Sendable, Hashable {
        /// Any value at all.
        case any
        case boolean, integer, number, string
        /// One of these values.
        case choice([JSONValue])
        case array(Schema)
        /// An object with any keys, all values alike.
        case map(Schema)
        case object([Property])
        /// An object with exactly one member, the name of an enum's case, as Swift encodes associated values:
        /// `{"closed":{"reason":"…"}}`; a single value without label is `{"case":{"_0":…}}`.
        case variants([Property])
        /// A type that holds itself; the name of one of the root's `definitions`.
        case reference(String)
    }

    public struct Property: Sendable, Hashable {
        public var name: String
        public var schema: Schema
        public var isRequired: Bool

        public init(_ name: String, _ schema: Schema, isRequired: Bool = true) {
            self.name = name
            self.schema = schema
            self.isRequired = isRequired
        }
    }

    public struct Definition: Sendable, Hashable {
        public var name: String
        public var schema: Schema
    }

    /// What a text must be: a name for programs, a test, and a sentence for people.
    public struct TextRule: Sendable, Hashable {
        /// JSON Schema `format`, for instance `date` or `credit-code`; equal formats are equal rules.
        public var format: String
        /// ECMA-262 pattern for those who know the format not.
        public var pattern: String?
        /// A Chinese sentence: what the text must be and an example of how to put it right.
        public var sentence: String
        public var accepts: @Sendable (String) -> Bool

        public init(_ format: String, pattern: String? = nil, sentence: String, accepts: @escaping @Sendable (String) -> Bool) {
            self.format = format
            self.pattern = pattern
            self.sentence = sentence
            self.accepts = accepts
        }

        public static func == (left: TextRule, right: TextRule) -> Bool {
            left.format == right.format && left.pattern == right.pattern
        }

        public func hash(into hasher: inout Hasher) { hasher.combine(format) }
    }

    public var kind: Kind
    /// Short Chinese name for people, shown in refusals and documentation.
    public var title: String?
    public var description: String?
    /// `null` is allowed too.
    public var isNullable = false
    /// Bounds of an integer or number, inclusive.
    public var minimum: Int64?
    public var maximum: Int64?
    /// Length of a text in Unicode scalars, of an array in elements, of a map in members.
    public var minLength: Int?
    public var maxLength: Int?
    /// What a text must be; of a map, what its keys must be.
    public var rule: TextRule?
    /// A valid value; the recording decoder uses it to get past types that refuse invented values.
    public var example: JSONValue?
    /// Personal data: the value is never repeated in a fault.
    public var isPersonal = false
    /// Personal data that can be sealed under a person's key: a `Personal<…>`, not a bare number.
    public var isSealable = false
    /// An object that accepts members it does not name, because the type could not be described to its end.
    public var isOpen = false
    /// The types that hold themselves; at the root only.
    public var definitions: [Definition] = []

    public init(_ kind: Kind, title: String? = nil, description: String? = nil) {
        self.kind = kind
        self.title = title
        self.description = description
    }

    public static var string: Schema { Schema(.string) }
    public static var boolean: Schema { Schema(.boolean) }
    public static var number: Schema { Schema(.number) }

    /// A whole number within bounds.
    public static func integer(_ minimum: Int64? = nil, _ maximum: Int64? = nil, title: String? = nil, description: String? = nil) -> Schema {
        var schema = Schema(.integer, title: title, description: description)
        schema.minimum = minimum
        schema.maximum = maximum
        return schema
    }

    /// A text of a known format.
    ///
    /// - Parameters:
    ///   - sentence: Chinese; the rule and how to put it right.
    ///   - example: a text that `accepts` takes.
    public static func text(
        _ format: String, pattern: String? = nil, title: String, description: String, sentence: String, example: String,
        accepts: @escaping @Sendable (String) -> Bool
    ) -> Schema {
        var schema = Schema(.string, title: title, description: description)
        schema.rule = TextRule(format, pattern: pattern, sentence: sentence, accepts: accepts)
        schema.example = .string(example)
        return schema
    }

    /// Changes what is said about one property: `schema.property("title") { $0.maxLength = 100 }`.
    public mutating func property(_ name: String, _ change: (inout Schema) -> Void) {
        guard case .object(var properties) = kind, let index = properties.firstIndex(where: { $0.name == name }) else {
            preconditionFailure("the schema has no property '\(name)' to refine")
        }
        change(&properties[index].schema)
        kind = .object(properties)
    }

    /// Says of a text how long it may be, in Unicode scalars, or of an array how many elements it has.
    public mutating func limit(_ name: String, _ title: String, _ length: ClosedRange<Int>) {
        property(name) {
            $0.title = title
            $0.minLength = length.lowerBound == 0 ? nil : length.lowerBound
            $0.maxLength = length.upperBound
        }
    }

    /// Says of a whole number between which bounds it lies.
    public mutating func bound(_ name: String, _ title: String, _ range: ClosedRange<Int64>) {
        property(name) {
            $0.title = title
            $0.minimum = range.lowerBound
            $0.maximum = range.upperBound
        }
    }

    /// Gives properties their Chinese names.
    public mutating func name(_ titles: KeyValuePairs<String, String>) {
        for (name, title) in titles { property(name) { $0.title = title } }
    }

    /// Whether a value that decodes may still break the schema: lengths and ranges that no type enforces.
    public var hasBounds: Bool {
        if minLength != nil || maxLength != nil { return true }
        if minimum != nil || maximum != nil { return true }
        return switch kind {
        case .array(let schema), .map(let schema): schema.hasBounds
        case .object(let properties), .variants(let properties): properties.contains { $0.schema.hasBounds }
        case .reference: true
        default: false
        }
    }

    /// Paths of objects that could not be described to their end; empty for a type fit for a contract.
    public var gaps: [String] {
        var found: [String] = []
        collectGaps("", &found)
        for definition in definitions { definition.schema.collectGaps("#" + definition.name, &found) }
        return found
    }

    private func collectGaps(_ path: String, _ found: inout [String]) {
        if isOpen { found.append(path.isEmpty ? "/" : path) }
        switch kind {
        case .array(let schema), .map(let schema): schema.collectGaps(path + "/*", &found)
        case .object(let properties), .variants(let properties):
            for property in properties { property.schema.collectGaps(path + "/" + property.name, &found) }
        default: break
        }
    }
}

/// A type that has a say in its schema.
public protocol SchemaSpeaking {}

/// A type that says itself how its JSON looks: codes, days, amounts.
public protocol SchemaDescribing: SchemaSpeaking {
    /// Should carry an `example`, or the type must accept an empty text or 0.
    static var schema: Schema { get }
}

/// A type whose schema is derived and then made narrower: lengths, bounds, titles.
public protocol SchemaRefining: SchemaSpeaking {
    static func refine(_ schema: inout Schema)
}
