/// The decoder that holds nothing: it notes what is asked and answers with invented values.
struct SchemaRecording: Decoder {
    let recorder: SchemaRecorder
    let note: SchemaNote
    let attempt: Int

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        note.beObject()
        return KeyedDecodingContainer(SchemaMembers<Key>(context: self, note: note))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { SchemaElements(context: self, note: note.beArray()) }
    func singleValueContainer() throws -> any SingleValueDecodingContainer { SchemaSingle(context: self, note: note) }

    /// Notes the type's schema and makes a value of it.
    func value<T: Decodable>(_ type: T.Type, _ note: SchemaNote) throws -> T {
        if let (schema, value) = primitive(type) {
            note.beLeaf(schema)
            if let value = value as? T { return value }
        } else {
            note.beLeaf(recorder.schema(of: type))
            if let value = recorder.sample(of: type) { return value }
        }
        throw DecodingError.valueNotFound(type, .init(codingPath: [], debugDescription: "no sample"))
    }

    func noteOnly<T: Decodable>(_ type: T.Type, _ note: SchemaNote) {
        note.beLeaf(primitive(type)?.0 ?? recorder.schema(of: type))
    }

    private func primitive(_ type: any Decodable.Type) -> (Schema, Any)? {
        if type == String.self { return (.string, SchemaRecorder.texts[attempt % SchemaRecorder.texts.count]) }
        if type == Bool.self { return (.boolean, attempt % 2 == 1) }
        let number = SchemaRecorder.integers[attempt % SchemaRecorder.integers.count]
        if type == Double.self { return (.number, Double(number)) }
        if type == Float.self { return (.number, Float(number)) }
        if type == Int.self { return integer(Int.self, number) }
        if type == Int64.self { return integer(Int64.self, number) }
        if type == Int32.self { return integer(Int32.self, number) }
        if type == Int16.self { return integer(Int16.self, number) }
        if type == Int8.self { return integer(Int8.self, number) }
        if type == UInt.self { return integer(UInt.self, number) }
        if type == UInt64.self { return integer(UInt64.self, number) }
        if type == UInt32.self { return integer(UInt32.self, number) }
        if type == UInt16.self { return integer(UInt16.self, number) }
        if type == UInt8.self { return integer(UInt8.self, number) }
        return nil
    }

    private func integer<I: FixedWidthInteger>(_ type: I.Type, _ number: Int) -> (Schema, Any) {
        let isWide = I.bitWidth >= 64
        return (
            .integer(isWide && I.isSigned ? nil : Int64(exactly: I.min), isWide ? nil : Int64(exactly: I.max)),
            I(clamping: number) as Any
        )
    }
}

struct SchemaSingle: SingleValueDecodingContainer {
    let context: SchemaRecording
    let note: SchemaNote
    var codingPath: [any CodingKey] { [] }

    func decodeNil() -> Bool {
        note.beNullable()
        return false
    }

    func decode(_ type: Bool.Type) throws -> Bool { try context.value(type, note) }
    func decode(_ type: String.Type) throws -> String { try context.value(type, note) }
    func decode(_ type: Double.Type) throws -> Double { try context.value(type, note) }
    func decode(_ type: Float.Type) throws -> Float { try context.value(type, note) }
    func decode(_ type: Int.Type) throws -> Int { try context.value(type, note) }
    func decode(_ type: Int8.Type) throws -> Int8 { try context.value(type, note) }
    func decode(_ type: Int16.Type) throws -> Int16 { try context.value(type, note) }
    func decode(_ type: Int32.Type) throws -> Int32 { try context.value(type, note) }
    func decode(_ type: Int64.Type) throws -> Int64 { try context.value(type, note) }
    func decode(_ type: UInt.Type) throws -> UInt { try context.value(type, note) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try context.value(type, note) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try context.value(type, note) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try context.value(type, note) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try context.value(type, note) }
    func decode<T: Decodable>(_ type: T.Type) throws -> T { try context.value(type, note) }
}

struct SchemaMembers<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let context: SchemaRecording
    let note: SchemaNote
    var codingPath: [any CodingKey] { [] }

    var allKeys: [Key] {
        let keys = EnumCases.all(of: Key.self) ?? []
        note.asksForKeys(keys.map(\.stringValue))
        return keys.indices.contains(note.variant) ? [keys[note.variant]] : []
    }

    func contains(_ key: Key) -> Bool {
        note.doubt(key.stringValue)
        return true
    }

    func decodeNil(forKey key: Key) throws -> Bool {
        note.member(key.stringValue, isRequired: true).beNullable()
        return false
    }

    private func value<T: Decodable>(_ type: T.Type, _ note: SchemaNote) throws -> T { try context.value(type, note) }

    private func absent<T: Decodable>(_ type: T.Type, _ key: Key) -> T? {
        context.noteOnly(type, note.member(key.stringValue, isRequired: false))
        return nil
    }

    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try value(type, note.member(key.stringValue, isRequired: true)) }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try value(type, note.member(key.stringValue, isRequired: true)) }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try value(type, note.member(key.stringValue, isRequired: true)) }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try value(type, note.member(key.stringValue, isRequired: true)) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try value(type, note.member(key.stringValue, isRequired: true)) }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try value(type, note.member(key.stringValue, isRequired: true)) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try value(type, note.member(key.stringValue, isRequired: true)) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try value(type, note.member(key.stringValue, isRequired: true)) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try value(type, note.member(key.stringValue, isRequired: true)) }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try value(type, note.member(key.stringValue, isRequired: true)) }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try value(type, note.member(key.stringValue, isRequired: true)) }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try value(type, note.member(key.stringValue, isRequired: true)) }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try value(type, note.member(key.stringValue, isRequired: true)) }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try value(type, note.member(key.stringValue, isRequired: true)) }
    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        try value(type, note.member(key.stringValue, isRequired: true))
    }

    func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? { absent(type, key) }
    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? { absent(type, key) }
    func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? { absent(type, key) }
    func decodeIfPresent(_ type: Float.Type, forKey key: Key) throws -> Float? { absent(type, key) }
    func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? { absent(type, key) }
    func decodeIfPresent(_ type: Int8.Type, forKey key: Key) throws -> Int8? { absent(type, key) }
    func decodeIfPresent(_ type: Int16.Type, forKey key: Key) throws -> Int16? { absent(type, key) }
    func decodeIfPresent(_ type: Int32.Type, forKey key: Key) throws -> Int32? { absent(type, key) }
    func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? { absent(type, key) }
    func decodeIfPresent(_ type: UInt.Type, forKey key: Key) throws -> UInt? { absent(type, key) }
    func decodeIfPresent(_ type: UInt8.Type, forKey key: Key) throws -> UInt8? { absent(type, key) }
    func decodeIfPresent(_ type: UInt16.Type, forKey key: Key) throws -> UInt16? { absent(type, key) }
    func decodeIfPresent(_ type: UInt32.Type, forKey key: Key) throws -> UInt32? { absent(type, key) }
    func decodeIfPresent(_ type: UInt64.Type, forKey key: Key) throws -> UInt64? { absent(type, key) }
    func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? { absent(type, key) }

    private func nested(_ key: String) -> SchemaRecording {
        SchemaRecording(recorder: context.recorder, note: note.member(key, isRequired: true), attempt: context.attempt)
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) throws -> KeyedDecodingContainer<Nested> {
        try nested(key.stringValue).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { try nested(key.stringValue).unkeyedContainer() }
    func superDecoder() throws -> any Decoder { nested("super") }
    func superDecoder(forKey key: Key) throws -> any Decoder { nested(key.stringValue) }
}

/// An array of one element, so that the type shows what its elements are.
struct SchemaElements: UnkeyedDecodingContainer {
    let context: SchemaRecording
    let note: SchemaNote
    private(set) var currentIndex = 0

    init(context: SchemaRecording, note: SchemaNote) {
        self.context = context
        self.note = note
    }

    var codingPath: [any CodingKey] { [] }
    var count: Int? { 1 }
    var isAtEnd: Bool { currentIndex > 0 }

    private mutating func next<T: Decodable>(_ type: T.Type) throws -> T {
        currentIndex += 1
        return try context.value(type, note)
    }

    mutating func decodeNil() throws -> Bool {
        note.beNullable()
        return false
    }

    mutating func decode(_ type: Bool.Type) throws -> Bool { try next(type) }
    mutating func decode(_ type: String.Type) throws -> String { try next(type) }
    mutating func decode(_ type: Double.Type) throws -> Double { try next(type) }
    mutating func decode(_ type: Float.Type) throws -> Float { try next(type) }
    mutating func decode(_ type: Int.Type) throws -> Int { try next(type) }
    mutating func decode(_ type: Int8.Type) throws -> Int8 { try next(type) }
    mutating func decode(_ type: Int16.Type) throws -> Int16 { try next(type) }
    mutating func decode(_ type: Int32.Type) throws -> Int32 { try next(type) }
    mutating func decode(_ type: Int64.Type) throws -> Int64 { try next(type) }
    mutating func decode(_ type: UInt.Type) throws -> UInt { try next(type) }
    mutating func decode(_ type: UInt8.Type) throws -> UInt8 { try next(type) }
    mutating func decode(_ type: UInt16.Type) throws -> UInt16 { try next(type) }
    mutating func decode(_ type: UInt32.Type) throws -> UInt32 { try next(type) }
    mutating func decode(_ type: UInt64.Type) throws -> UInt64 { try next(type) }
    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { try next(type) }

    private mutating func nested() -> SchemaRecording {
        currentIndex += 1
        return SchemaRecording(recorder: context.recorder, note: note, attempt: context.attempt)
    }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) throws -> KeyedDecodingContainer<Nested> {
        try nested().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try nested().unkeyedContainer() }
    mutating func superDecoder() throws -> any Decoder { nested() }
}
