/// The encoder of one value: the sink, the level at which the value stands and the offset where it begins. Small enough
/// to travel in an existential without an allocation; it is its own single-value container.
struct JSONEncoding: Encoder, SingleValueEncodingContainer {
    let sink: JSONSink
    let level: Int
    let start: Int

    init(_ sink: JSONSink) {
        self.sink = sink
        level = sink.depth
        start = sink.count
    }

    // The sink knows offsets, not names.
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    /// Opens the value's container, or finds the one it has opened before.
    @inline(__always)
    private func begin(_ byte: UInt8) -> Int {
        if sink.count == start { return sink.begin(byte) }
        if sink.isOpen(start, at: level), sink.isObject(start) == (byte == 0x7B) { return start }
        _ = sink.disorder()
        return -1
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(JSONMemberWriter<Key>(sink: sink, level: level, start: begin(0x7B)))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        JSONElementWriter(sink: sink, level: level, start: begin(0x5B))
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    @inline(__always)
    private func ready() throws -> JSONSink {
        guard sink.count == start else { throw sink.disorder() }
        return sink
    }

    func encodeNil() throws { try ready().null() }
    func encode(_ value: Bool) throws { try ready().bool(value) }
    func encode(_ value: String) throws { try ready().string(value) }
    func encode(_ value: Double) throws { try ready().number(value) }
    func encode(_ value: Float) throws { try ready().number(value) }
    func encode(_ value: Int) throws { try ready().integer(value) }
    func encode(_ value: Int8) throws { try ready().integer(value) }
    func encode(_ value: Int16) throws { try ready().integer(value) }
    func encode(_ value: Int32) throws { try ready().integer(value) }
    func encode(_ value: Int64) throws { try ready().integer(value) }
    func encode(_ value: UInt) throws { try ready().integer(value) }
    func encode(_ value: UInt8) throws { try ready().integer(value) }
    func encode(_ value: UInt16) throws { try ready().integer(value) }
    func encode(_ value: UInt32) throws { try ready().integer(value) }
    func encode(_ value: UInt64) throws { try ready().integer(value) }
    func encode<T: Encodable>(_ value: T) throws { try ready().value(value) }
}

extension JSONSink {
    /// Writes any value and ends what it opened. What Swift's generic containers write most takes no detour.
    @inline(__always)
    func value<T: Encodable>(_ value: T) throws {
        // The types are compared first: a cast that fails costs more than the rest of a small value.
        if T.self == String.self, let text = value as? String { return string(text) }
        if T.self == JSONValue.self, let tree = value as? JSONValue { return try self.tree(tree) }
        let start = count
        let level = depth
        try value.encode(to: JSONEncoding(self))
        close(to: level)
        // A type that encodes nothing is an object without members.
        if count == start { literal("{}") }
    }

    func tree(_ value: JSONValue) throws {
        switch value {
        case .null: null()
        case .bool(let value): bool(value)
        case .integer(let value): integer(value)
        case .number(let value): try number(value)
        case .string(let value): string(value)
        case .array(let elements):
            byte(0x5B)
            for (position, element) in elements.enumerated() {
                if position > 0 { comma() }
                try tree(element)
            }
            byte(0x5D)
        case .object(let members):
            byte(0x7B)
            for (position, member) in members.enumerated() {
                if position > 0 { comma() }
                string(member.key)
                colon()
                try tree(member.value)
            }
            byte(0x7D)
        }
    }
}

/// The members of an object being written.
struct JSONMemberWriter<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let sink: JSONSink
    let level: Int
    let start: Int

    var codingPath: [any CodingKey] { [] }

    /// Writes the comma, the key and the colon.
    @inline(__always)
    private func name(_ key: Key) throws -> JSONSink {
        try sink.resume(start, at: level)
        sink.string(key.stringValue)
        sink.colon()
        return sink
    }

    func encodeNil(forKey key: Key) throws { try name(key).null() }
    func encode(_ value: Bool, forKey key: Key) throws { try name(key).bool(value) }
    func encode(_ value: String, forKey key: Key) throws { try name(key).string(value) }
    func encode(_ value: Double, forKey key: Key) throws { try name(key).number(value) }
    func encode(_ value: Float, forKey key: Key) throws { try name(key).number(value) }
    func encode(_ value: Int, forKey key: Key) throws { try name(key).integer(value) }
    func encode(_ value: Int8, forKey key: Key) throws { try name(key).integer(value) }
    func encode(_ value: Int16, forKey key: Key) throws { try name(key).integer(value) }
    func encode(_ value: Int32, forKey key: Key) throws { try name(key).integer(value) }
    func encode(_ value: Int64, forKey key: Key) throws { try name(key).integer(value) }
    func encode(_ value: UInt, forKey key: Key) throws { try name(key).integer(value) }
    func encode(_ value: UInt8, forKey key: Key) throws { try name(key).integer(value) }
    func encode(_ value: UInt16, forKey key: Key) throws { try name(key).integer(value) }
    func encode(_ value: UInt32, forKey key: Key) throws { try name(key).integer(value) }
    func encode(_ value: UInt64, forKey key: Key) throws { try name(key).integer(value) }
    func encode<T: Encodable>(_ value: T, forKey key: Key) throws { try name(key).value(value) }

    func encodeIfPresent(_ value: String?, forKey key: Key) throws { if let value { try encode(value, forKey: key) } }
    func encodeIfPresent(_ value: Bool?, forKey key: Key) throws { if let value { try encode(value, forKey: key) } }
    func encodeIfPresent(_ value: Int?, forKey key: Key) throws { if let value { try encode(value, forKey: key) } }
    func encodeIfPresent(_ value: Int32?, forKey key: Key) throws { if let value { try encode(value, forKey: key) } }
    func encodeIfPresent(_ value: Int64?, forKey key: Key) throws { if let value { try encode(value, forKey: key) } }
    func encodeIfPresent(_ value: Double?, forKey key: Key) throws { if let value { try encode(value, forKey: key) } }
    func encodeIfPresent<T: Encodable>(_ value: T?, forKey key: Key) throws {
        if let value { try encode(value, forKey: key) }
    }

    /// An encoder for the member's value; where the key cannot be written, one whose every use fails.
    private func nested(_ key: Key) -> JSONEncoding {
        _ = try? name(key)
        return JSONEncoding(sink)
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) -> KeyedEncodingContainer<Nested> {
        nested(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { nested(key).unkeyedContainer() }
    func superEncoder(forKey key: Key) -> any Encoder { nested(key) }

    func superEncoder() -> any Encoder {
        if (try? sink.resume(start, at: level)) != nil {
            sink.string("super")
            sink.colon()
        }
        return JSONEncoding(sink)
    }
}

/// The elements of an array being written.
struct JSONElementWriter: UnkeyedEncodingContainer {
    let sink: JSONSink
    let level: Int
    let start: Int
    private(set) var count = 0

    init(sink: JSONSink, level: Int, start: Int) {
        self.sink = sink
        self.level = level
        self.start = start
    }

    var codingPath: [any CodingKey] { [] }

    @inline(__always)
    private mutating func next() throws -> JSONSink {
        try sink.resume(start, at: level)
        count &+= 1
        return sink
    }

    mutating func encodeNil() throws { try next().null() }
    mutating func encode(_ value: Bool) throws { try next().bool(value) }
    mutating func encode(_ value: String) throws { try next().string(value) }
    mutating func encode(_ value: Double) throws { try next().number(value) }
    mutating func encode(_ value: Float) throws { try next().number(value) }
    mutating func encode(_ value: Int) throws { try next().integer(value) }
    mutating func encode(_ value: Int8) throws { try next().integer(value) }
    mutating func encode(_ value: Int16) throws { try next().integer(value) }
    mutating func encode(_ value: Int32) throws { try next().integer(value) }
    mutating func encode(_ value: Int64) throws { try next().integer(value) }
    mutating func encode(_ value: UInt) throws { try next().integer(value) }
    mutating func encode(_ value: UInt8) throws { try next().integer(value) }
    mutating func encode(_ value: UInt16) throws { try next().integer(value) }
    mutating func encode(_ value: UInt32) throws { try next().integer(value) }
    mutating func encode(_ value: UInt64) throws { try next().integer(value) }
    mutating func encode<T: Encodable>(_ value: T) throws { try next().value(value) }

    private mutating func nested() -> JSONEncoding {
        _ = try? next()
        return JSONEncoding(sink)
    }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        nested().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { nested().unkeyedContainer() }
    mutating func superEncoder() -> any Encoder { nested() }
}
