/// Any JSON value as a tree; object members keep their order.
///
/// Where the type is known, `JSON.decode` is ten times cheaper; the tree is for settings, schemas and what passes through.
/// - `init(parsing:)`, `serialized()`, `canonical()`: from and to UTF-8
/// - `value["member"]`, `value[0]`, `value.string` …: looking inside
public indirect enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// A number that is not whole, or whole beyond ±2⁵³ and written with an exponent or held exactly by a double.
    /// Parsers give `12.0` and `1.2e1` as `integer(12)`: in JSON they are the same number.
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([Member])

    public struct Member: Sendable, Hashable {
        public var key: String
        public var value: JSONValue

        public init(_ key: String, _ value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    /// Reads a JSON text (RFC 8259), as strictly as `JSON.decode`.
    ///
    /// - Throws: `JSONError`.
    public init(parsing bytes: [UInt8], limits: JSON.Limits = .standard) throws {
        self = try JSON.decode(JSONValue.self, from: bytes, limits: limits)
    }

    /// Reads a JSON text from a string.
    public init(parsing text: String, limits: JSON.Limits = .standard) throws {
        try self.init(parsing: Array(text.utf8), limits: limits)
    }

    /// The number, as an integer where it is whole.
    init(exactly value: Double) {
        if value.magnitude <= 0x1p53, let whole = Int64(exactly: value) { self = .integer(whole) } else { self = .number(value) }
    }

    /// The tree that a value encodes to.
    public init(encoding value: some Encodable) throws {
        try self.init(parsing: JSON.encode(value))
    }

    /// The tree read as a type.
    public func decode<T: Decodable>(_ type: T.Type) throws -> T {
        try JSON.decode(type, from: JSON.encode(self))
    }

    /// Compact JSON, members in their order. NaN and infinities, which no parser here produces, become `null`.
    public func serialized() -> [UInt8] {
        let sink = JSONSink()
        try? sink.tree(finite)
        return sink.take()
    }

    private var finite: JSONValue {
        switch self {
        case .number(let value) where !value.isFinite: .null
        case .array(let elements): .array(elements.map(\.finite))
        case .object(let members): .object(members.map { Member($0.key, $0.value.finite) })
        default: self
        }
    }
}

// MARK: - Looking inside

extension JSONValue {
    /// The member's value; `nil` where there is none or this is no object. Setting `nil` removes it.
    public subscript(key: String) -> JSONValue? {
        get {
            guard case .object(let members) = self else { return nil }
            return members.first { $0.key == key }?.value
        }
        set {
            guard case .object(var members) = self else { return }
            let index = members.firstIndex { $0.key == key }
            switch (index, newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append(Member(key, value))
            case (nil, nil): break
            }
            self = .object(members)
        }
    }

    /// The element; `nil` beyond the end or where this is no array.
    public subscript(position: Int) -> JSONValue? {
        guard case .array(let elements) = self, elements.indices.contains(position) else { return nil }
        return elements[position]
    }

    public var string: String? { if case .string(let value) = self { value } else { nil } }
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    public var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
    public var object: [Member]? { if case .object(let value) = self { value } else { nil } }
    public var isNull: Bool { self == .null }

    /// The whole number; also of `12.0`.
    public var integer: Int64? {
        switch self {
        case .integer(let value): value
        case .number(let value): Int64(exactly: value)
        default: nil
        }
    }

    public var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }
}

// MARK: - Writing it in Swift

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(floatLiteral value: Double) { self = .number(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(nilLiteral: ()) { self = .null }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(elements.map { Member($0.0, $0.1) })
    }
}

extension JSONValue: Codable {
    public init(from decoder: any Decoder) throws {
        if let container = try? decoder.container(keyedBy: JSONKey.self) {
            self = .object(try container.allKeys.map { Member($0.stringValue, try container.decode(JSONValue.self, forKey: $0)) })
        } else if var container = try? decoder.unkeyedContainer() {
            var elements: [JSONValue] = []
            while !container.isAtEnd { elements.append(try container.decode(JSONValue.self)) }
            self = .array(elements)
        } else {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .null
            } else if let value = try? container.decode(Bool.self) {
                self = .bool(value)
            } else if let value = try? container.decode(Int64.self) {
                self = .integer(value)
            } else if let value = try? container.decode(Double.self) {
                self = .number(value)
            } else {
                self = .string(try container.decode(String.self))
            }
        }
    }

    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .object(let members):
            var container = encoder.container(keyedBy: JSONKey.self)
            for member in members { try container.encode(member.value, forKey: JSONKey(member.key)) }
        case .array(let elements):
            var container = encoder.unkeyedContainer()
            for element in elements { try container.encode(element) }
        default:
            var container = encoder.singleValueContainer()
            switch self {
            case .bool(let value): try container.encode(value)
            case .integer(let value): try container.encode(value)
            case .number(let value): try container.encode(value)
            case .string(let value): try container.encode(value)
            case .null, .array, .object: try container.encodeNil()
            }
        }
    }
}
