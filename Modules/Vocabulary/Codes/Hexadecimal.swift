extension [UInt8] {
    /// Lower-case hexadecimal digits, two a byte.
    public var hexadecimal: String {
        String(unsafeUninitializedCapacity: count * 2) { out in
            var place = 0
            for byte in self where place < out.count &- 1 {
                out[place] = Self.digit(byte >> 4)
                out[place &+ 1] = Self.digit(byte & 15)
                place &+= 2
            }
            return place
        }
    }

    @inline(__always)
    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? value &+ 48 : value &+ 87 }
}

extension [UInt8] {
    /// The bytes that lower-case hexadecimal digits stand for; `nil` for an odd count or another character. One value has one text.
    public init?(hexadecimal text: some StringProtocol) {
        self = []
        reserveCapacity(text.utf8.count / 2)
        var high: UInt8?
        for character in text.utf8 {
            let digit: UInt8
            switch character {
            case 48...57: digit = character - 48
            case 97...102: digit = character - 87
            default: return nil
            }
            if let first = high {
                append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        guard high == nil else { return nil }
    }
}
