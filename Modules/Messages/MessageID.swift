public import Vocabulary

/// A time-ordered identifier, UUID version 7 (RFC 9562 §5.7); lower-case text `0190…-….` on the wire, 16 bytes in a table.
public struct MessageID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The first eight bytes, big-endian: 48 bits of Unix milliseconds, version 7, 12 bits.
    public let high: UInt64
    /// The last eight bytes, big-endian: variant and 62 bits.
    public let low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    public static func < (left: MessageID, right: MessageID) -> Bool {
        left.high != right.high ? left.high < right.high : left.low < right.low
    }
}

extension MessageID {
    /// The canonical lower-case text, 8-4-4-4-12 hexadecimal digits.
    public var description: String {
        String(unsafeUninitializedCapacity: 36) { text in
            guard let place = text.baseAddress else { return 0 }
            HexadecimalDigits.write(uuid: high, low, to: place)
            return 36
        }
    }

    /// Writes the 36 characters.
    package func write(text place: UnsafeMutablePointer<UInt8>) { HexadecimalDigits.write(uuid: high, low, to: place) }

    /// Parses the canonical text, upper or lower case; any UUID version, since partners choose their own keys.
    public init?(_ text: String) {
        let words = text.withBytes { bytes -> (UInt64, UInt64)? in
            guard bytes.count == 36 else { return nil }
            var high: UInt64 = 0
            var low: UInt64 = 0
            for offset in 0..<36 {
                let byte = bytes[offset]
                if offset == 8 || offset == 13 || offset == 18 || offset == 23 {
                    guard byte == 45 else { return nil }
                    continue
                }
                let digit: UInt64
                switch byte {
                case 48...57: digit = UInt64(byte - 48)
                case 97...102: digit = UInt64(byte - 87)
                case 65...70: digit = UInt64(byte - 55)
                default: return nil
                }
                high = high << 4 | low >> 60
                low = low << 4 | digit
            }
            return (high, low)
        }
        guard let words else { return nil }
        self.init(high: words.0, low: words.1)
    }
}

extension MessageID: TextCoded {
    public static var textForm: String { "a UUID (RFC 9562)" }
}

/// Where identifiers come from: random bits in a host, a counter in a test.
public struct IDSource: Sendable {
    private let make: @Sendable () -> MessageID

    public init(_ make: @escaping @Sendable () -> MessageID) { self.make = make }

    public func next() -> MessageID { make() }
}
