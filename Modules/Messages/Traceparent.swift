import Vocabulary

/// W3C Trace Context, version 00: which story of requests a request belongs to, across systems.
public struct Traceparent: Sendable, Hashable, CustomStringConvertible {
    public var traceHigh: UInt64
    public var traceLow: UInt64
    public var parent: UInt64
    public var flags: UInt8

    public init(traceHigh: UInt64, traceLow: UInt64, parent: UInt64, flags: UInt8) {
        self.traceHigh = traceHigh
        self.traceLow = traceLow
        self.parent = parent
        self.flags = flags
    }

    /// A new story: the trace is the id of its first message, so that logs and traces are found by one number.
    public init(beginning id: MessageID) {
        self.init(traceHigh: id.high, traceLow: id.low, parent: id.low ^ id.high, flags: 1)
    }

    /// The next step of the same story.
    public func next(_ id: MessageID) -> Traceparent {
        Traceparent(traceHigh: traceHigh, traceLow: traceLow, parent: id.low ^ id.high, flags: flags)
    }

    /// Parses a `traceparent` header; `nil` when it is not well formed, all zeros, or version ff. Of later versions the
    /// known beginning is read, and of the flags only "sampled" is kept, as the recommendation asks.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 55, bytes[2] == 0x2D, bytes[35] == 0x2D, bytes[52] == 0x2D,
            let version = Self.number(bytes[0..<2]), version != 0xFF, version == 0 ? bytes.count == 55 : bytes.count == 55 || bytes[55] == 0x2D,
            let high = Self.number(bytes[3..<19]), let low = Self.number(bytes[19..<35]),
            let parent = Self.number(bytes[36..<52]), let flags = Self.number(bytes[53..<55]),
            high | low != 0, parent != 0
        else { return nil }
        self.init(traceHigh: high, traceLow: low, parent: parent, flags: UInt8(truncatingIfNeeded: flags & 1))
    }

    /// The `traceparent` header.
    public var description: String {
        String(unsafeUninitializedCapacity: 55) { text in
            guard let place = text.baseAddress else { return 0 }
            // 00-<trace>-<parent>-<flags>
            (place[0], place[1], place[2], place[35], place[52], place[53]) = (48, 48, 45, 45, 45, 48)
            HexadecimalDigits.write(traceHigh, to: place + 3)
            HexadecimalDigits.write(traceLow, to: place + 19)
            HexadecimalDigits.write(parent, to: place + 36)
            place[54] = 48 + (flags & 1)
            return 55
        }
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for byte in digits {
            // Upper case is not allowed.
            guard let digit = JSONText.digit(byte), !(0x41...0x46 ~= byte) else { return nil }
            value = value << 4 | UInt64(digit)
        }
        return value
    }
}
