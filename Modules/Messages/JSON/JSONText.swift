extension String {
    /// Its bytes, without the copy of the string that `withUTF8` needs: counting references up and down costs more than a short text.
    @inline(__always)
    func withBytes<R>(_ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R {
        if let result = try utf8.withContiguousStorageIfAvailable(body) { return result }
        var copy = self
        return try copy.withUTF8(body)
    }
}

/// Bytes of JSON strings: what is special in them, and escapes back to characters.
enum JSONText {
    /// A set high bit, from the lowest special byte on, for each of eight bytes that is `"`, `\`, a control or beyond ASCII.
    @inline(__always)
    static func special(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let high: UInt64 = 0x8080_8080_8080_8080
        let quote = word ^ (ones &* 0x22)
        let backslash = word ^ (ones &* 0x5C)
        let control = (word &- ones &* 0x20) & ~word
        return ((quote &- ones) & ~quote | (backslash &- ones) & ~backslash | control | word) & high
    }

    /// As `special`, for what must not stand in a written string as it is: `"`, `\`, controls.
    @inline(__always)
    static func mustEscape(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let high: UInt64 = 0x8080_8080_8080_8080
        let quote = word ^ (ones &* 0x22)
        let backslash = word ^ (ones &* 0x5C)
        let control = (word &- ones &* 0x20) & ~word
        return ((quote &- ones) & ~quote | (backslash &- ones) & ~backslash | control) & high
    }

    /// Length 2…4 of the well-formed UTF-8 sequence that begins here with a byte of 0x80 or more; 0 when it is not one.
    static func sequenceLength(_ bytes: UnsafePointer<UInt8>, _ available: Int) -> Int {
        let first = bytes[0]
        if first < 0xC2 || first > 0xF4 { return 0 }
        if first < 0xE0 { return available >= 2 && bytes[1] & 0xC0 == 0x80 ? 2 : 0 }
        if first < 0xF0 {
            guard available >= 3, bytes[1] & 0xC0 == 0x80, bytes[2] & 0xC0 == 0x80 else { return 0 }
            if first == 0xE0, bytes[1] < 0xA0 { return 0 }
            if first == 0xED, bytes[1] > 0x9F { return 0 }
            return 3
        }
        guard available >= 4, bytes[1] & 0xC0 == 0x80, bytes[2] & 0xC0 == 0x80, bytes[3] & 0xC0 == 0x80 else { return 0 }
        if first == 0xF0, bytes[1] < 0x90 { return 0 }
        if first == 0xF4, bytes[1] > 0x8F { return 0 }
        return 4
    }

    /// Four hexadecimal digits.
    static func hexadecimal(_ bytes: UnsafePointer<UInt8>) -> UInt32? {
        var unit: UInt32 = 0
        for offset in 0..<4 {
            guard let digit = digit(bytes[offset]) else { return nil }
            unit = unit << 4 | digit
        }
        return unit
    }

    /// The value of one hexadecimal digit.
    static func digit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 0x30...0x39: UInt32(byte) - 0x30
        case 0x41...0x46: UInt32(byte) - 0x37
        case 0x61...0x66: UInt32(byte) - 0x57
        default: nil
        }
    }

    /// The text of a string whose escapes the scanner has already checked.
    static func unescape(_ raw: UnsafeBufferPointer<UInt8>) -> String {
        guard let base = raw.baseAddress else { return "" }
        // An escape is never shorter than the character it stands for.
        return String(unsafeUninitializedCapacity: raw.count) { out in
            var at = 0
            var length = 0
            while at < raw.count {
                let byte = base[at]
                guard byte == 0x5C else {
                    out[length] = byte
                    (length, at) = (length + 1, at + 1)
                    continue
                }
                let letter = base[at + 1]
                guard letter == 0x75 else {
                    out[length] = simple(letter)
                    (length, at) = (length + 1, at + 2)
                    continue
                }
                var scalar = hexadecimal(base + at + 2) ?? 0xFFFD
                at += 6
                if scalar & 0xFC00 == 0xD800 {
                    scalar = 0x10000 + (scalar - 0xD800) << 10 + ((hexadecimal(base + at + 2) ?? 0xDC00) - 0xDC00)
                    at += 6
                }
                for unit in UTF8.encode(Unicode.Scalar(scalar) ?? "\u{FFFD}") ?? UTF8.encodedReplacementCharacter {
                    out[length] = unit
                    length += 1
                }
            }
            return length
        }
    }

    private static func simple(_ letter: UInt8) -> UInt8 {
        switch letter {
        case 0x62: 0x08
        case 0x66: 0x0C
        case 0x6E: 0x0A
        case 0x72: 0x0D
        case 0x74: 0x09
        default: letter
        }
    }
}
