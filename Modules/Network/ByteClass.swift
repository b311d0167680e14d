/// What a byte may stand for in a message head, looked up in one table (RFC 9110 §5.6.2, §5.5; RFC 3986 §3.3, §3.4).
enum ByteClass {
    /// Part of a token: method, field name, coding.
    static let token: UInt8 = 1
    /// Part of a field value: visible characters, obs-text, space and tab.
    static let value: UInt8 = 2
    /// Part of a path or query as sent.
    static let target: UInt8 = 4
    /// A hexadecimal digit.
    static let hex: UInt8 = 8
    /// Part of a host name or IPv4 address; stricter than reg-name, because nobody needs the rest.
    static let host: UInt8 = 16
    /// Part of a path as sent that stands for itself: a target without `%` and `?`.
    static let plain: UInt8 = 32

    /// 256 sets of bits, for the life of the process; read-only once made.
    nonisolated(unsafe) static let table: UnsafePointer<UInt8> = {
        let table = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)
        table.initialize(repeating: 0, count: 256)
        func mark(_ text: StaticString, _ bits: UInt8) {
            for i in 0..<text.utf8CodeUnitCount { table[Int(text.utf8Start[i])] |= bits }
        }
        for letter in UInt8(ascii: "a")...UInt8(ascii: "z") {
            table[Int(letter)] |= token | target | host
            table[Int(letter) - 32] |= token | target | host
        }
        mark("0123456789", token | target | host | hex)
        mark("abcdefABCDEF", hex)
        mark("!#$%&'*+-.^_`|~", token)
        mark("-._", host)
        mark("-._~!$&'()*+,;=:@/?%", target)
        for byte in 0..<256 where table[byte] & target != 0 && byte != 37 && byte != 63 { table[byte] |= plain }
        for byte in 0x20...0xFF where byte != 0x7F { table[byte] |= value }
        table[0x09] |= value
        return UnsafePointer(table)
    }()
}

/// The few characters that the grammar names.
enum Byte {
    static let tab: UInt8 = 9
    static let lineFeed: UInt8 = 10
    static let carriageReturn: UInt8 = 13
    static let space: UInt8 = 32
    static let percent: UInt8 = 37
    static let comma: UInt8 = 44
    static let slash: UInt8 = 47
    static let zero: UInt8 = 48
    static let colon: UInt8 = 58
    static let semicolon: UInt8 = 59
    static let question: UInt8 = 63

    /// The value of a hexadecimal digit; 255 for anything else.
    static func hexValue(_ byte: UInt8) -> UInt8 {
        switch byte {
        case 48...57: byte &- 48
        case 65...70: byte &- 55
        case 97...102: byte &- 87
        default: 255
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Whether these bytes are the lowercase ASCII text, without regard to case.
    @inline(__always)
    func isText(_ lowercase: StaticString) -> Bool {
        guard count == lowercase.utf8CodeUnitCount else { return false }
        let other = lowercase.utf8Start
        for i in 0..<count {
            var byte = self[i]
            if byte &- 65 < 26 { byte |= 32 }
            if byte != other[i] { return false }
        }
        return true
    }

    /// The part between two offsets.
    @inline(__always)
    func part(_ from: Int, _ to: Int) -> UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: self[from..<to]) }

    /// Without blanks and tabs at both ends.
    func trimmed() -> UnsafeBufferPointer<UInt8> {
        var from = 0, to = count
        while from < to, self[from] == Byte.space || self[from] == Byte.tab { from += 1 }
        while to > from, self[to - 1] == Byte.space || self[to - 1] == Byte.tab { to -= 1 }
        return part(from, to)
    }
}
