/// A set of field names of which it can be said for certain that a name is not among them.
struct FieldNames: Sendable, Hashable {
    private var bits: UInt64 = 0

    init() {}

    init(_ names: StaticString...) {
        for name in names { insert(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)) }
    }

    @inline(__always)
    fileprivate static func bit(_ name: UnsafeBufferPointer<UInt8>) -> UInt64 {
        let first = name.isEmpty ? 0 : lowered(name[0])
        return 1 &<< (UInt64(first) &* 5 &+ UInt64(name.count) & 63)
    }

    @inline(__always)
    mutating func insert(_ name: UnsafeBufferPointer<UInt8>) { bits |= Self.bit(name) }

    mutating func formUnion(_ other: FieldNames) { bits |= other.bits }

    @inline(__always)
    func mayHold(_ name: UnsafeBufferPointer<UInt8>) -> Bool { bits & Self.bit(name) != 0 }

    @inline(__always)
    func mayHold(_ name: HTTPFieldName) -> Bool { bits & name.bit != 0 }

    @inline(__always)
    func mayShare(_ other: FieldNames) -> Bool { bits & other.bits != 0 }
}

/// The name of a field that is asked for often: whether it may be there is known before any text is looked at.
public struct HTTPFieldName: Sendable {
    let text: StaticString
    fileprivate let bit: UInt64

    /// - Parameter text: a token.
    public init(_ text: StaticString) {
        self.text = text
        bit = FieldNames.bit(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount) }

    public static let accept = HTTPFieldName("Accept")
    public static let authorization = HTTPFieldName("Authorization")
    public static let cookie = HTTPFieldName("Cookie")
    public static let ifNoneMatch = HTTPFieldName("If-None-Match")
    public static let ifRange = HTTPFieldName("If-Range")
    public static let range = HTTPFieldName("Range")
    public static let requestID = HTTPFieldName("X-Request-Id")
    public static let traceparent = HTTPFieldName("traceparent")
}

@inline(__always)
func lowered(_ byte: UInt8) -> UInt8 { byte &- 65 < 26 ? byte | 32 : byte }
