/// The binary notation of the same values, between two programs of this house: what JSON says, in fewer bytes and without escapes.
///
/// It is written by the same `Codable` walk as JSON and read by the same decoder, so what one understands the other does. The format stands in
/// `Modules/Bus/PROTOCOL.md`. A packed text begins with a byte with which no JSON begins.
public enum Packed {
    /// The first byte of every packed text.
    @inlinable package static var mark: UInt8 { 0x01 }
    @inlinable package static var null: UInt8 { 0x6E }
    @inlinable package static var yes: UInt8 { 0x74 }
    @inlinable package static var no: UInt8 { 0x66 }
    /// Whole numbers below this are their own byte.
    @inlinable package static var smallWholes: UInt64 { 0x20 }
    @inlinable package static var whole: UInt8 { 0x2B }
    /// Of -1 - n.
    @inlinable package static var negative: UInt8 { 0x2D }
    @inlinable package static var real: UInt8 { 0x23 }
    @inlinable package static var text: UInt8 { 0x22 }
    /// With the length of a text below 128 bytes in the lower bits.
    @inlinable package static var shortText: UInt8 { 0x80 }

    /// The value in packed form.
    ///
    /// - Throws: as `JSON.encode`.
    public static func encode<T: Encodable>(_ value: T) throws -> [UInt8] {
        let sink = JSONSink(isPacked: true)
        try sink.value(value)
        if let failure = sink.failure { throw failure }
        return sink.take()
    }

    /// Reads a value from its packed form.
    ///
    /// - Throws: `JSONError` with path and byte offset; a `Refusal` thrown by the type itself passes through.
    public static func decode<T: Decodable>(_ type: T.Type, from bytes: [UInt8], limits: JSON.Limits = .standard) throws -> T {
        try bytes.withUnsafeBufferPointer { try decode(type, from: $0, limits: limits) }
    }

    /// Reads a value from bytes that lie elsewhere; they are not kept.
    ///
    /// - Throws: as `decode(_:from:)` of an array.
    public static func decode<T: Decodable>(
        _ type: T.Type, from bytes: UnsafeBufferPointer<UInt8>, limits: JSON.Limits = .standard
    ) throws -> T {
        try JSON.decode(type, from: bytes) { try $0.scanPacked(limits: limits) }
    }
}

/// How a value is written where both ends may choose.
public enum MessageCoding: String, Codable, Sendable, Hashable, CaseIterable {
    /// JSON (RFC 8259), for every language.
    case json
    /// `Packed`.
    case packed

    /// The coding that the bytes say they are in.
    public init(of bytes: [UInt8]) { self = bytes.first == Packed.mark ? .packed : .json }

    public func encode<T: Encodable>(_ value: T) throws -> [UInt8] {
        switch self {
        case .json: try JSON.encode(value)
        case .packed: try Packed.encode(value)
        }
    }

    /// Whether the value begins as an object; it is not read any further.
    public static func isObject(_ bytes: [UInt8]) -> Bool {
        let first = bytes.first == Packed.mark ? bytes.dropFirst().first : bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        return first == 0x7B
    }

    /// Reads a value from whichever coding the bytes are in.
    ///
    /// - Throws: as `JSON.decode`.
    public static func decode<T: Decodable>(_ type: T.Type, from bytes: [UInt8]) throws -> T {
        try bytes.withUnsafeBufferPointer { try decode(type, from: $0) }
    }

    /// The same for bytes that lie elsewhere.
    public static func decode<T: Decodable>(_ type: T.Type, from bytes: UnsafeBufferPointer<UInt8>) throws -> T {
        bytes.first == Packed.mark ? try Packed.decode(type, from: bytes) : try JSON.decode(type, from: bytes)
    }
}
