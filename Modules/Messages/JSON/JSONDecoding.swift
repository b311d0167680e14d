/// The decoder of one value: a document and the index of a token. Two words, so that it travels in an existential
/// without an allocation; it is its own single-value container.
struct JSONDecoding: Decoder, SingleValueDecodingContainer {
    let document: JSONDocument
    let index: Int

    var codingPath: [any CodingKey] { document.path(to: index) }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard document.tokens[index].kind == .object else { throw document.mismatch("an object", at: index) }
        return KeyedDecodingContainer(JSONMembers<Key>(document: document, object: index))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard document.tokens[index].kind == .array else { throw document.mismatch("an array", at: index) }
        return JSONElements(document: document, array: index)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }

    func decodeNil() -> Bool { document.tokens[index].kind == .null }
    func decode(_ type: Bool.Type) throws -> Bool { try document.bool(at: index) }
    func decode(_ type: String.Type) throws -> String { try document.string(at: index) }
    func decode(_ type: Double.Type) throws -> Double { try document.double(at: index) }
    func decode(_ type: Float.Type) throws -> Float { try document.float(at: index) }
    func decode(_ type: Int.Type) throws -> Int { try document.integer(type, at: index) }
    func decode(_ type: Int8.Type) throws -> Int8 { try document.integer(type, at: index) }
    func decode(_ type: Int16.Type) throws -> Int16 { try document.integer(type, at: index) }
    func decode(_ type: Int32.Type) throws -> Int32 { try document.integer(type, at: index) }
    func decode(_ type: Int64.Type) throws -> Int64 { try document.integer(type, at: index) }
    func decode(_ type: UInt.Type) throws -> UInt { try document.integer(type, at: index) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try document.integer(type, at: index) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try document.integer(type, at: index) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try document.integer(type, at: index) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try document.integer(type, at: index) }
    func decode<T: Decodable>(_ type: T.Type) throws -> T { try document.value(type, at: index) }
}

extension JSONDocument {
    /// Any value. What Swift's generic containers ask for most is answered without their detour.
    @inline(__always)
    func value<T: Decodable>(_ type: T.Type, at index: Int) throws -> T {
        if type == String.self, let value = try string(at: index) as? T { return value }
        if type == JSONValue.self, let value = try tree(at: index) as? T { return value }
        return try T(from: JSONDecoding(document: self, index: index))
    }

    @inline(__always)
    func string(at index: Int) throws -> String {
        let token = tokens[index]
        guard token.kind == .string else { throw mismatch("a string", at: index) }
        return string(token)
    }

    @inline(__always)
    func bool(at index: Int) throws -> Bool {
        switch tokens[index].kind {
        case .yes: return true
        case .no: return false
        default: throw mismatch("a boolean", at: index)
        }
    }

    func float(at index: Int) throws -> Float {
        let value = Float(try double(at: index))
        guard value.isFinite else { throw range(index) }
        return value
    }

    /// The value as a tree.
    func tree(at index: Int) throws -> JSONValue {
        let token = tokens[index]
        switch token.kind {
        case .null: return .null
        case .yes: return .bool(true)
        case .no: return .bool(false)
        case .string: return .string(string(token))
        case .fraction: return JSONValue(exactly: try double(at: index))
        case .real:
            let value = packedDouble(token)
            // Up to here a number's text has no exponent, so that it reads as a whole one.
            return value.magnitude <= 0x1p54 ? Int64(exactly: value).map { .integer($0) } ?? .number(value) : .number(value)
        case .integer, .whole:
            if let value = try? integer(Int64.self, at: index) { return .integer(value) }
            let value = try double(at: index)
            guard value.rounded() == value, let magnitude = UInt64(exactly: value.magnitude),
                let written = try? integer(UInt64.self, at: index), written == magnitude
            else { throw range(index) }
            return .number(value)
        case .array:
            var elements: [JSONValue] = []
            var child = index + 1
            while child < Int(token.next) {
                elements.append(try tree(at: child))
                child = Int(tokens[child].next)
            }
            return .array(elements)
        case .object:
            var members: [JSONValue.Member] = []
            var key = index + 1
            while key < Int(token.next) {
                members.append(JSONValue.Member(string(tokens[key]), try tree(at: key + 1)))
                key = Int(tokens[key + 1].next)
            }
            return .object(members)
        }
    }
}
