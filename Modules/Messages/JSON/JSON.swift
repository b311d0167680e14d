/// The house's JSON coder: `Codable` types straight to and from UTF-8, without a tree between.
///
/// It is stricter than Foundation's: strict UTF-8 without byte order mark, no duplicate keys, no lone surrogates, no
/// rounding of integers, bounded size and depth. What both accept, both understand alike.
///
/// - `encode(_:)`, `decode(_:from:)`: any `Codable` type
/// - `Limits`: how much is read at most
/// - `JSONValue`: the tree, where no type is known; `JSONError`: what was wrong and where
public enum JSON {
    /// How much is read at most.
    public struct Limits: Sendable, Hashable {
        /// Size of the text in bytes, at most `UInt32.max / 2`.
        public var bytes: Int
        /// Nesting of arrays and objects.
        public var depth: Int

        public init(bytes: Int = 16 << 20, depth: Int = 64) {
            self.bytes = min(bytes, Int(UInt32.max / 2))
            self.depth = depth
        }

        /// 16 MiB, 64 levels.
        public static let standard = Limits()
    }

    /// The value as compact JSON; keys in the order in which the type encodes them, absent optionals left out.
    ///
    /// - Throws: `JSONError` for numbers that JSON cannot hold (NaN, infinities) and for a type that writes out of order;
    ///   whatever the type's own `encode(to:)` throws.
    public static func encode<T: Encodable>(_ value: T) throws -> [UInt8] {
        try withUnsafeTemporaryAllocation(byteCount: JSONSink.firstBytes, alignment: 8) { room in
            var sink = JSONSink(room)
            // A type may keep its encoder; then the sink must own its memory from here on.
            defer { if !isKnownUniquelyReferenced(&sink) { sink.detach() } }
            try sink.value(value)
            if let failure = sink.failure { throw failure }
            return sink.take()
        }
    }

    /// Reads a value from JSON.
    ///
    /// - Throws: `JSONError` with JSON Pointer and byte offset; a `Refusal` thrown by the type itself passes through.
    public static func decode<T: Decodable>(
        _ type: T.Type, from bytes: [UInt8], limits: Limits = .standard
    ) throws -> T {
        try bytes.withUnsafeBufferPointer { try decode(type, from: $0, limits: limits) }
    }

    /// Reads a value from JSON that lies elsewhere, for instance in a database row; the bytes are not kept.
    ///
    /// - Throws: as `decode(_:from:)` of an array.
    public static func decode<T: Decodable>(
        _ type: T.Type, from bytes: UnsafeBufferPointer<UInt8>, limits: Limits = .standard
    ) throws -> T {
        try decode(type, from: bytes) { try $0.scan(limits: limits) }
    }

    /// Reads a value from a document that the closure scans.
    static func decode<T: Decodable>(
        _ type: T.Type, from bytes: UnsafeBufferPointer<UInt8>, scan: (JSONDocument) throws -> Void
    ) throws -> T {
        var document = JSONDocument(bytes)
        // A type may keep its decoder; then the document must own the bytes from here on.
        defer { if !isKnownUniquelyReferenced(&document) { document.detach() } }
        try scan(document)
        do {
            return try document.value(type, at: 0)
        } catch let error as DecodingError {
            throw JSONError(error)
        }
    }

    /// Reads a value from raw bytes.
    ///
    /// - Throws: as `decode(_:from:)` of an array.
    public static func decode<T: Decodable>(
        _ type: T.Type, from bytes: UnsafeRawBufferPointer, limits: Limits = .standard
    ) throws -> T {
        try bytes.withMemoryRebound(to: UInt8.self) { try decode(type, from: $0, limits: limits) }
    }
}
