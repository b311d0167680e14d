extension JSONDocument {
    /// Reads the whole text once: grammar of RFC 8259, UTF-8, escapes, depth, duplicate keys.
    func scan(limits: JSON.Limits) throws {
        guard count <= limits.bytes else { throw JSONError(.tooLarge, "more than \(limits.bytes) bytes") }
        var at = 0
        var open = -1
        var depth = 0
        space(&at)
        value: while true {
            guard at < count else { throw syntax(at, "the text ends where a value is expected") }
            switch base[at] {
            case 0x22:
                try text(&at)
            case 0x7B, 0x5B:
                let isObject = base[at] == 0x7B
                let index = append(isObject ? .object : .array, at, used &+ 1)
                tokens[index].next = UInt32(truncatingIfNeeded: open)
                open = index
                depth &+= 1
                guard depth <= limits.depth else {
                    throw JSONError(.tooDeep, offset: at, "nested deeper than \(limits.depth) levels")
                }
                at &+= 1
                space(&at)
                guard at < count else { throw syntax(at, "the text ends inside a container") }
                if base[at] != (isObject ? 0x7D : 0x5D) {
                    if isObject { try key(&at) }
                    continue value
                }
                at &+= 1
                (open, depth) = try (close(open), depth &- 1)
            case 0x74: try word(&at, "true", .yes)
            case 0x66: try word(&at, "false", .no)
            case 0x6E: try word(&at, "null", .null)
            case 0x2D, 0x30...0x39: try number(&at)
            default: throw syntax(at, "not the beginning of a value")
            }
            // After a value: the next one, or the end of one container after the other.
            while true {
                space(&at)
                if open < 0 {
                    guard at == count else { throw syntax(at, "something follows the value") }
                    return
                }
                guard at < count else { throw syntax(at, "the text ends inside a container") }
                let isObject = tokens[open].kind == .object
                let byte = base[at]
                at &+= 1
                if byte == 0x2C {
                    space(&at)
                    if isObject { try key(&at) }
                    continue value
                }
                guard byte == (isObject ? 0x7D : 0x5D) else { throw syntax(at &- 1, "a comma or the end of the container is expected") }
                (open, depth) = try (close(open), depth &- 1)
            }
        }
    }

    /// Ends an open container; returns its parent.
    @inline(__always)
    func close(_ index: Int) throws -> Int {
        let parent = Int(Int32(bitPattern: tokens[index].next))
        tokens[index].next = UInt32(truncatingIfNeeded: used)
        if tokens[index].kind == .object { try refuseDuplicates(in: index) }
        return parent
    }

    @inline(__always)
    private func space(_ at: inout Int) {
        while at < count {
            let byte = base[at]
            guard byte <= 0x20, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            at &+= 1
        }
    }

    private func key(_ at: inout Int) throws {
        guard at < count, base[at] == 0x22 else { throw syntax(at, "a key in double quotes is expected") }
        try text(&at)
        space(&at)
        guard at < count, base[at] == 0x3A else { throw syntax(at, "a colon is expected") }
        at &+= 1
        space(&at)
    }

    private func word(_ at: inout Int, _ word: StaticString, _ kind: Kind) throws {
        let length = word.utf8CodeUnitCount
        guard count &- at >= length else { throw syntax(at, "not the beginning of a value") }
        for offset in 0..<length where base[at &+ offset] != word.utf8Start[offset] {
            throw syntax(at, "not the beginning of a value")
        }
        _ = append(kind, at, at &+ length)
        at &+= length
    }

    private func number(_ at: inout Int) throws {
        let start = at
        var kind = Kind.integer
        if base[at] == 0x2D { at &+= 1 }
        guard at < count, isDigit(base[at]) else { throw syntax(at, "a digit is expected") }
        if base[at] == 0x30 {
            at &+= 1
            if at < count, isDigit(base[at]) { throw syntax(at, "a number does not begin with 0") }
        } else {
            digits(&at)
        }
        if at < count, base[at] == 0x2E {
            kind = .fraction
            at &+= 1
            guard at < count, isDigit(base[at]) else { throw syntax(at, "a digit is expected after the point") }
            digits(&at)
        }
        if at < count, base[at] | 0x20 == 0x65 {
            kind = .fraction
            at &+= 1
            if at < count, base[at] == 0x2B || base[at] == 0x2D { at &+= 1 }
            guard at < count, isDigit(base[at]) else { throw syntax(at, "a digit is expected in the exponent") }
            digits(&at)
        }
        _ = append(kind, start, at)
    }

    @inline(__always)
    private func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    @inline(__always)
    private func digits(_ at: inout Int) { while at < count, isDigit(base[at]) { at &+= 1 } }

    /// A string from its opening quote; eight bytes at a time while nothing special comes.
    @inline(__always)
    private func text(_ at: inout Int) throws {
        at &+= 1
        let start = at
        var escaped = false
        while true {
            while count &- at >= 8 {
                let special = JSONText.special(UnsafeRawPointer(base + at).loadUnaligned(as: UInt64.self)) 
                if special == 0 {
                    at &+= 8
                } else {
                    at &+= special.trailingZeroBitCount &>> 3
                    break
                }
            }
            guard at < count else { throw syntax(at, "the text ends inside a string") }
            let byte = base[at]
            if byte == 0x22 {
                _ = append(.string, start, at, escaped: escaped)
                at &+= 1
                return
            }
            if byte >= 0x80 {
                try characters(&at)
            } else if byte == 0x5C {
                escaped = true
                try escape(&at)
            } else if byte < 0x20 {
                throw syntax(at, "a control character in a string is written as an escape")
            } else {
                at &+= 1
            }
        }
    }

    /// A run of characters beyond ASCII.
    private func characters(_ at: inout Int) throws {
        while at < count, base[at] >= 0x80 {
            let length = JSONText.sequenceLength(base + at, count &- at)
            guard length > 0 else { throw JSONError(.encoding, offset: at, "not UTF-8") }
            at &+= length
        }
    }

    private func escape(_ at: inout Int) throws {
        guard count &- at >= 2 else { throw syntax(at, "the text ends inside an escape") }
        switch base[at &+ 1] {
        case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74:
            at &+= 2
        case 0x75:
            let unit = try unit(at)
            let start = at
            at &+= 6
            guard unit & 0xF800 == 0xD800 else { return }
            guard unit < 0xDC00, count &- at >= 6, base[at] == 0x5C, base[at &+ 1] == 0x75, try self.unit(at) & 0xFC00 == 0xDC00
            else { throw JSONError(.encoding, offset: start, "a surrogate without its other half") }
            at &+= 6
        default:
            throw syntax(at, "an unknown escape")
        }
    }

    private func unit(_ at: Int) throws -> UInt32 {
        guard count &- at >= 6, let unit = JSONText.hexadecimal(base + at + 2) else {
            throw syntax(at, "four hexadecimal digits are expected")
        }
        return unit
    }

    func syntax(_ at: Int, _ reason: String) -> JSONError { JSONError(.syntax, offset: at, reason) }

    // MARK: - Duplicate keys

    private func refuseDuplicates(in object: Int) throws {
        let end = Int(tokens[object].next)
        var index = object &+ 1
        var members = 0
        // A bit for each length and first and last byte: a key whose bit is new is new.
        var seen: UInt64 = 0
        while index < end {
            let token = tokens[index]
            members &+= 1
            // Many keys share bits; then, and with escapes, looking at each against each is no way.
            guard !token.escaped, members <= 16 else { return try refuseDuplicatesByHash(in: object) }
            var mark = token.end &- token.start
            if mark > 0 { mark = mark &* 7 &+ UInt32(base[Int(token.start)]) &* 5 &+ UInt32(base[Int(token.end) &- 1]) }
            let bit = UInt64(1) &<< UInt64(mark & 63)
            if seen & bit != 0 { try refuseDuplicate(of: index, in: object) }
            seen |= bit
            index = Int(tokens[index &+ 1].next)
        }
    }

    /// Compares a key with those before it.
    private func refuseDuplicate(of index: Int, in object: Int) throws {
        let token = tokens[index]
        let length = token.end &- token.start
        var earlier = object &+ 1
        while earlier < index {
            let other = tokens[earlier]
            if other.end &- other.start == length, same(token, other, Int(length)) { throw duplicate(index) }
            earlier = Int(tokens[earlier &+ 1].next)
        }
    }

    @inline(__always)
    private func same(_ one: Token, _ other: Token, _ length: Int) -> Bool {
        let left = base + Int(one.start)
        let right = base + Int(other.start)
        var position = length &- 1
        while position >= 0 {
            if left[position] != right[position] { return false }
            position &-= 1
        }
        return true
    }

    /// Large objects: by a seeded hash, so that chosen keys cannot make it slow. Bytes are compared, not Swift's
    /// canonical equivalence: `é` written in two ways is two keys.
    private func refuseDuplicatesByHash(in object: Int) throws {
        let end = Int(tokens[object].next)
        var seen: Set<[UInt8]> = []
        var index = object + 1
        while index < end {
            guard seen.insert(Array(string(tokens[index]).utf8)).inserted else { throw duplicate(index) }
            index = Int(tokens[index + 1].next)
        }
    }

    private func duplicate(_ index: Int) -> JSONError {
        JSONError(.duplicateKey, offset: Int(tokens[index].start) - 1, "a key stands twice in one object")
    }
}
