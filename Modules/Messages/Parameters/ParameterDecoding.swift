/// The decoder of the value at a dotted path, or of the n-th text given under it. Its errors carry no explanation: the
/// schema finds that afterwards, with every other fault.
struct ParameterDecoding: Decoder, SingleValueDecodingContainer {
    let bag: ParameterBag
    let path: String
    let position: Int?

    struct Misfit: Error {}

    // What decodes where nothing was given: most queries without parameters. Their bags hold nothing, so nothing in them changes.
    nonisolated(unsafe) static let noneOfProgram: any Decoder = ParameterRoot(bag: ParameterBag([], style: .program))
    nonisolated(unsafe) static let noneOfForm: any Decoder = ParameterRoot(bag: ParameterBag([], style: .form))

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    static func bool(_ text: String, _ style: ParameterDecoder.Style) -> Bool? {
        switch text {
        case "true": true
        case "false": false
        case "1", "on": style == .form ? true : nil
        case "0", "off": style == .form ? false : nil
        default: nil
        }
    }

    /// Whether a program may write a number so: one spelling for each, no sign in front, no superfluous zero.
    static func isPlain(_ text: String, _ style: ParameterDecoder.Style) -> Bool {
        guard style == .program else { return true }
        return text.withBytes { bytes in
            let start = bytes.first == 45 ? 1 : 0
            let count = bytes.count - start
            guard count > 0, bytes[start] &- 48 < 10 else { return false }
            if bytes[start] != 48 { return true }
            return count == 1 ? start == 0 : bytes[start + 1] &- 48 > 9
        }
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard position == nil else { throw Misfit() }
        return KeyedDecodingContainer(ParameterMembers<Key>(bag: bag, path: path))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard position == nil else { throw Misfit() }
        return ParameterElements(bag: bag, path: path)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }

    private func text() throws -> String {
        if let position {
            let values = bag.values(path)
            guard values.indices.contains(position) else { throw Misfit() }
            return values[position]
        }
        guard let value = bag.value(path) else { throw Misfit() }
        return value
    }

    private func parsed<I: FixedWidthInteger>(_ type: I.Type) throws -> I {
        let text = try text()
        guard Self.isPlain(text, bag.style), let value = I(text) else { throw Misfit() }
        return value
    }

    func decodeNil() -> Bool { position == nil && !bag.holds(path) }

    func decode(_ type: Bool.Type) throws -> Bool {
        guard let value = Self.bool(try text(), bag.style) else { throw Misfit() }
        return value
    }

    func decode(_ type: String.Type) throws -> String { try text() }

    func decode(_ type: Double.Type) throws -> Double {
        let text = try text()
        guard Self.isPlain(text, bag.style), let value = Double(text), value.isFinite else { throw Misfit() }
        return value
    }

    func decode(_ type: Float.Type) throws -> Float {
        let text = try text()
        guard Self.isPlain(text, bag.style), let value = Float(text), value.isFinite else { throw Misfit() }
        return value
    }

    func decode(_ type: Int.Type) throws -> Int { try parsed(type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try parsed(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try parsed(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try parsed(type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try parsed(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try parsed(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try parsed(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try parsed(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try parsed(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try parsed(type) }

    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        if type == String.self, let value = try text() as? T { return value }
        return try T(from: self)
    }
}

/// The decoder of the whole: small enough to travel in an existential without an allocation.
struct ParameterRoot: Decoder {
    let bag: ParameterBag

    private var value: ParameterDecoding { ParameterDecoding(bag: bag, path: "", position: nil) }

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(ParameterMembers<Key>(bag: bag, path: ""))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { try value.unkeyedContainer() }
    func singleValueContainer() throws -> any SingleValueDecodingContainer { value }
}

struct ParameterMembers<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let bag: ParameterBag
    let path: String

    var codingPath: [any CodingKey] { [] }

    var allKeys: [Key] {
        var names: [String] = []
        for parameter in bag.parameters where ParameterTree.isBelow(parameter.name, path) {
            let rest = parameter.name.dropFirst(path.isEmpty ? 0 : path.count + 1)
            let name = String(rest.prefix { $0 != "." })
            if !names.contains(name) { names.append(name) }
        }
        return names.compactMap { Key(stringValue: $0) }
    }

    private func decoder(_ key: String) -> ParameterDecoding {
        ParameterDecoding(bag: bag, path: ParameterTree.join(path, key), position: nil)
    }

    func contains(_ key: Key) -> Bool { bag.holds(ParameterTree.join(path, key.stringValue)) }
    func decodeNil(forKey key: Key) throws -> Bool { !contains(key) }

    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try decoder(key.stringValue).decode(type) }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try decoder(key.stringValue).decode(type) }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try decoder(key.stringValue).decode(type) }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try decoder(key.stringValue).decode(type) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try decoder(key.stringValue).decode(type) }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try decoder(key.stringValue).decode(type) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try decoder(key.stringValue).decode(type) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try decoder(key.stringValue).decode(type) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try decoder(key.stringValue).decode(type) }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try decoder(key.stringValue).decode(type) }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try decoder(key.stringValue).decode(type) }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try decoder(key.stringValue).decode(type) }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try decoder(key.stringValue).decode(type) }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try decoder(key.stringValue).decode(type) }
    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T { try decoder(key.stringValue).decode(type) }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) throws -> KeyedDecodingContainer<Nested> {
        try decoder(key.stringValue).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { try decoder(key.stringValue).unkeyedContainer() }
    func superDecoder() throws -> any Decoder { decoder("super") }
    func superDecoder(forKey key: Key) throws -> any Decoder { decoder(key.stringValue) }
}

/// Either the texts given under one name, or what stands below `name.0`, `name.1` …
struct ParameterElements: UnkeyedDecodingContainer {
    private let bag: ParameterBag
    private let path: String
    /// Positions of the texts that are not empty; `nil` where the elements stand below numbers.
    private let positions: [Int]?
    private let total: Int
    private(set) var currentIndex = 0

    init(bag: ParameterBag, path: String) {
        self.bag = bag
        self.path = path
        let texts = bag.values(path)
        positions = texts.isEmpty ? nil : texts.indices.filter { bag.style == .program || !texts[$0].isEmpty }
        total = positions?.count ?? bag.count(below: path)
    }

    var codingPath: [any CodingKey] { [] }
    var count: Int? { total }
    var isAtEnd: Bool { currentIndex >= total }

    private mutating func next() throws -> ParameterDecoding {
        guard currentIndex < total else { throw ParameterDecoding.Misfit() }
        defer { currentIndex += 1 }
        if let positions { return ParameterDecoding(bag: bag, path: path, position: positions[currentIndex]) }
        return ParameterDecoding(bag: bag, path: "\(path).\(currentIndex)", position: nil)
    }

    mutating func decodeNil() throws -> Bool { false }
    mutating func decode(_ type: Bool.Type) throws -> Bool { try next().decode(type) }
    mutating func decode(_ type: String.Type) throws -> String { try next().decode(type) }
    mutating func decode(_ type: Double.Type) throws -> Double { try next().decode(type) }
    mutating func decode(_ type: Float.Type) throws -> Float { try next().decode(type) }
    mutating func decode(_ type: Int.Type) throws -> Int { try next().decode(type) }
    mutating func decode(_ type: Int8.Type) throws -> Int8 { try next().decode(type) }
    mutating func decode(_ type: Int16.Type) throws -> Int16 { try next().decode(type) }
    mutating func decode(_ type: Int32.Type) throws -> Int32 { try next().decode(type) }
    mutating func decode(_ type: Int64.Type) throws -> Int64 { try next().decode(type) }
    mutating func decode(_ type: UInt.Type) throws -> UInt { try next().decode(type) }
    mutating func decode(_ type: UInt8.Type) throws -> UInt8 { try next().decode(type) }
    mutating func decode(_ type: UInt16.Type) throws -> UInt16 { try next().decode(type) }
    mutating func decode(_ type: UInt32.Type) throws -> UInt32 { try next().decode(type) }
    mutating func decode(_ type: UInt64.Type) throws -> UInt64 { try next().decode(type) }
    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { try next().decode(type) }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) throws -> KeyedDecodingContainer<Nested> {
        try next().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try next().unkeyedContainer() }
    mutating func superDecoder() throws -> any Decoder { try next() }
}
