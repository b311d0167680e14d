/// Packed text into the same tokens as JSON's, all checks in one pass; what is read afterwards lies where the tokens say.
extension JSONDocument {
    /// Reads the whole text once: grammar, lengths, UTF-8, depth, duplicate keys.
    func scanPacked(limits: JSON.Limits) throws {
        guard count <= limits.bytes else { throw JSONError(.tooLarge, "more than \(limits.bytes) bytes") }
        guard count > 0, base[0] == Packed.mark else { throw syntax(0, "not packed") }
        var at = 1
        var open = -1
        var depth = 0
        while true {
            // At a value, a key, or the end of the container.
            guard at < count else { throw syntax(at, "the text ends where a value is expected") }
            let byte = base[at]
            if open >= 0, byte == (tokens[open].kind == .object ? 0x7D : 0x5D) {
                at &+= 1
                (open, depth) = try (close(open), depth &- 1)
            } else {
                if open >= 0, tokens[open].kind == .object {
                    guard isText(byte) else { throw syntax(at, "a key is expected") }
                    try packedText(&at)
                    guard at < count else { throw syntax(at, "the text ends where a value is expected") }
                }
                let byte = base[at]
                if byte == 0x7B || byte == 0x5B {
                    let index = append(byte == 0x7B ? .object : .array, at, used &+ 1)
                    tokens[index].next = UInt32(truncatingIfNeeded: open)
                    open = index
                    depth &+= 1
                    guard depth <= limits.depth else { throw JSONError(.tooDeep, offset: at, "nested deeper than \(limits.depth) levels") }
                    at &+= 1
                    continue
                }
                try packedValue(&at)
            }
            if open < 0 {
                guard at == count else { throw syntax(at, "something follows the value") }
                return
            }
        }
    }

    @inline(__always)
    private func isText(_ byte: UInt8) -> Bool { byte >= Packed.shortText || byte == Packed.text }

    private func packedValue(_ at: inout Int) throws {
        let start = at
        let byte = base[at]
        if isText(byte) { return try packedText(&at) }
        at &+= 1
        switch byte {
        case Packed.null: _ = append(.null, start, at)
        case Packed.yes: _ = append(.yes, start, at)
        case Packed.no: _ = append(.no, start, at)
        case Packed.whole:
            _ = try varint(&at)
            _ = append(.whole, start, at)
        case Packed.negative:
            guard try varint(&at) <= UInt64(Int64.max) else { throw syntax(start, "the number is too small") }
            _ = append(.whole, start, at)
        case Packed.real:
            guard count &- at >= 8 else { throw syntax(at, "the text ends inside a number") }
            at &+= 8
            let index = append(.real, start, at)
            guard packedDouble(tokens[index]).isFinite else { throw syntax(start, "the number is not finite") }
        default:
            guard UInt64(byte) < Packed.smallWholes else { throw syntax(start, "not the beginning of a value") }
            _ = append(.whole, start, at)
        }
    }

    @inline(__always)
    private func packedText(_ at: inout Int) throws {
        let byte = base[at]
        at &+= 1
        var length = Int(byte & 0x7F)
        if byte == Packed.text {
            let long = try varint(&at)
            guard long >= 0x80, long <= UInt64(count &- at) else { throw syntax(at, "the length of a text is wrong") }
            length = Int(long)
        }
        guard length <= count &- at else { throw syntax(at, "the text ends inside a string") }
        let start = at
        let end = at &+ length
        while at < end {
            if end &- at >= 8, UnsafeRawPointer(base + at).loadUnaligned(as: UInt64.self) & 0x8080_8080_8080_8080 == 0 {
                at &+= 8
            } else if base[at] < 0x80 {
                at &+= 1
            } else {
                let step = JSONText.sequenceLength(base + at, end &- at)
                guard step > 0 else { throw JSONError(.encoding, offset: at, "not UTF-8") }
                at &+= step
            }
        }
        _ = append(.string, start, end)
    }

    /// Seven bits a byte, lowest first, in as few bytes as it takes.
    private func varint(_ at: inout Int) throws -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while at < count {
            let byte = base[at]
            at &+= 1
            guard shift < 63 || byte <= 1 else { break }
            value |= UInt64(byte & 0x7F) &<< shift
            if byte < 0x80 {
                guard byte > 0 || shift == 0 else { break }
                return value
            }
            shift &+= 7
        }
        throw syntax(at, "a number ends early or is too long")
    }

    // MARK: - Numbers that a scan has checked

    func packedInteger<I: FixedWidthInteger>(_ token: Token) -> I? {
        if token.kind == .real { return I(exactly: packedDouble(token)) }
        let (isNegative, magnitude) = packedWhole(token)
        return isNegative ? I(exactly: ~Int64(truncatingIfNeeded: magnitude)) : I(exactly: magnitude)
    }

    func packedDouble(_ token: Token) -> Double {
        if token.kind == .real {
            let bits = UnsafeRawPointer(base + Int(token.start) + 1).loadUnaligned(as: UInt64.self)
            return Double(bitPattern: UInt64(bigEndian: bits))
        }
        let (isNegative, magnitude) = packedWhole(token)
        return isNegative ? Double(~Int64(truncatingIfNeeded: magnitude)) : Double(magnitude)
    }

    private func packedWhole(_ token: Token) -> (isNegative: Bool, magnitude: UInt64) {
        let start = Int(token.start)
        if base[start] < UInt8(Packed.smallWholes) { return (false, UInt64(base[start])) }
        var magnitude: UInt64 = 0
        var shift: UInt64 = 0
        for position in start &+ 1..<Int(token.end) {
            magnitude |= UInt64(base[position] & 0x7F) &<< shift
            shift &+= 7
        }
        return (base[start] == Packed.negative, magnitude)
    }
}
