/// The members of an object while a type reads them.
struct JSONMembers<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let document: JSONDocument
    let object: Int

    var codingPath: [any CodingKey] { document.path(to: object) }

    var allKeys: [Key] {
        var keys: [Key] = []
        var index = object + 1
        let end = Int(document.tokens[object].next)
        document.tokens[object].end = UInt32(truncatingIfNeeded: index)
        while index < end {
            if let key = Key(stringValue: document.string(document.tokens[index])) { keys.append(key) }
            index = Int(document.tokens[index + 1].next)
        }
        return keys
    }

    func contains(_ key: Key) -> Bool {
        // Looking must not move the place where the next key is expected.
        let expected = document.tokens[object].end
        defer { document.tokens[object].end = expected }
        return document.member(key.stringValue, of: object) != nil
    }

    @inline(__always)
    private func find(_ key: Key) throws -> Int {
        if let index = document.member(key.stringValue, of: object) { return index }
        throw missing(key)
    }

    /// The value's index; `nil` when the member is absent or null.
    @inline(__always)
    private func findIfPresent(_ key: Key) -> Int? {
        guard let index = document.member(key.stringValue, of: object), document.tokens[index].kind != .null else { return nil }
        return index
    }

    @inline(never)
    private func missing(_ key: Key) -> JSONError {
        var error = document.error(.missing, object, "a required member is missing")
        error.pointer += "/" + JSONError.escape(key.stringValue)
        return error
    }

    func decodeNil(forKey key: Key) throws -> Bool {
        let expected = document.tokens[object].end
        let index = try find(key)
        if document.tokens[index].kind == .null { return true }
        document.tokens[object].end = expected
        return false
    }

    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try document.bool(at: find(key)) }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try document.string(at: find(key)) }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try document.double(at: find(key)) }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try document.float(at: find(key)) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try document.integer(type, at: find(key)) }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try document.integer(type, at: find(key)) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try document.integer(type, at: find(key)) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try document.integer(type, at: find(key)) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try document.integer(type, at: find(key)) }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try document.integer(type, at: find(key)) }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try document.integer(type, at: find(key)) }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try document.integer(type, at: find(key)) }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try document.integer(type, at: find(key)) }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try document.integer(type, at: find(key)) }
    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T { try document.value(type, at: find(key)) }

    func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? { try findIfPresent(key).map { try document.bool(at: $0) } }
    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? { try findIfPresent(key).map { try document.string(at: $0) } }
    func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? { try findIfPresent(key).map { try document.double(at: $0) } }
    func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? { try findIfPresent(key).map { try document.integer(type, at: $0) } }
    func decodeIfPresent(_ type: Int32.Type, forKey key: Key) throws -> Int32? { try findIfPresent(key).map { try document.integer(type, at: $0) } }
    func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? { try findIfPresent(key).map { try document.integer(type, at: $0) } }
    func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? { try findIfPresent(key).map { try document.value(type, at: $0) } }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try JSONDecoding(document: document, index: find(key)).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try JSONDecoding(document: document, index: find(key)).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder {
        guard let index = document.member("super", of: object) else {
            throw document.error(.missing, object, "the member 'super' is missing")
        }
        return JSONDecoding(document: document, index: index)
    }

    func superDecoder(forKey key: Key) throws -> any Decoder { JSONDecoding(document: document, index: try find(key)) }
}

/// The elements of an array while a type reads them.
struct JSONElements: UnkeyedDecodingContainer {
    let document: JSONDocument
    let array: Int
    /// Index of the token that is read next.
    private var index: Int
    private let end: Int
    private(set) var currentIndex = 0

    init(document: JSONDocument, array: Int) {
        self.document = document
        self.array = array
        index = array + 1
        end = Int(document.tokens[array].next)
    }

    var codingPath: [any CodingKey] { document.path(to: isAtEnd ? array : index) }
    var isAtEnd: Bool { index >= end }

    var count: Int? {
        var count = 0
        var child = array + 1
        while child < end {
            count += 1
            child = Int(document.tokens[child].next)
        }
        return count
    }

    /// The element to read; the container moves on only when reading it succeeded.
    private func element() throws -> Int {
        guard index < end else { throw document.error(.missing, array, "the array has no further element") }
        return index
    }

    private mutating func advance<T>(_ value: T) -> T {
        index = Int(document.tokens[index].next)
        currentIndex += 1
        return value
    }

    mutating func decodeNil() throws -> Bool {
        guard document.tokens[try element()].kind == .null else { return false }
        return advance(true)
    }

    mutating func decode(_ type: Bool.Type) throws -> Bool { advance(try document.bool(at: element())) }
    mutating func decode(_ type: String.Type) throws -> String { advance(try document.string(at: element())) }
    mutating func decode(_ type: Double.Type) throws -> Double { advance(try document.double(at: element())) }
    mutating func decode(_ type: Float.Type) throws -> Float { advance(try document.float(at: element())) }
    mutating func decode(_ type: Int.Type) throws -> Int { advance(try document.integer(type, at: element())) }
    mutating func decode(_ type: Int8.Type) throws -> Int8 { advance(try document.integer(type, at: element())) }
    mutating func decode(_ type: Int16.Type) throws -> Int16 { advance(try document.integer(type, at: element())) }
    mutating func decode(_ type: Int32.Type) throws -> Int32 { advance(try document.integer(type, at: element())) }
    mutating func decode(_ type: Int64.Type) throws -> Int64 { advance(try document.integer(type, at: element())) }
    mutating func decode(_ type: UInt.Type) throws -> UInt { advance(try document.integer(type, at: element())) }
    mutating func decode(_ type: UInt8.Type) throws -> UInt8 { advance(try document.integer(type, at: element())) }
    mutating func decode(_ type: UInt16.Type) throws -> UInt16 { advance(try document.integer(type, at: element())) }
    mutating func decode(_ type: UInt32.Type) throws -> UInt32 { advance(try document.integer(type, at: element())) }
    mutating func decode(_ type: UInt64.Type) throws -> UInt64 { advance(try document.integer(type, at: element())) }
    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { advance(try document.value(type, at: element())) }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) throws -> KeyedDecodingContainer<Nested> {
        advance(try JSONDecoding(document: document, index: element()).container(keyedBy: type))
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        advance(try JSONDecoding(document: document, index: element()).unkeyedContainer())
    }

    mutating func superDecoder() throws -> any Decoder {
        advance(JSONDecoding(document: document, index: try element()))
    }
}
