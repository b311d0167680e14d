/// One field line: `name: value` without its CRLF (RFC 9112 §5).
enum FieldLine {
    /// Where name and value of a line stand, as offsets.
    struct Mark {
        var name: Int
        var nameEnd: Int
        var value: Int
        var valueEnd: Int
    }

    /// Where name and value stand; `nil` for blanks before the colon, folding, and characters that may not be there.
    static func parse(_ bytes: UnsafeBufferPointer<UInt8>, _ from: Int, _ to: Int, _ classes: UnsafePointer<UInt8>) -> Mark? {
        var place = from
        while place < to, classes[Int(bytes[place])] & ByteClass.token != 0 { place &+= 1 }
        let nameEnd = place
        guard nameEnd > from, nameEnd - from < 0x10000, place < to, bytes[place] == Byte.colon else { return nil }
        var start = place + 1, end = to
        while start < end, bytes[start] == Byte.space || bytes[start] == Byte.tab { start &+= 1 }
        while end > start, bytes[end - 1] == Byte.space || bytes[end - 1] == Byte.tab { end &-= 1 }
        guard end - start < 0x10000, isValue(bytes.part(start, end)) else { return nil }
        return Mark(name: from, nameEnd: nameEnd, value: start, valueEnd: end)
    }

    /// Whether the line was refused for a CR in its middle, for the right sentence.
    static func hasStrayLineEnd(_ bytes: UnsafeBufferPointer<UInt8>, _ from: Int, _ to: Int) -> Bool {
        bytes[from..<to].contains(Byte.carriageReturn)
    }

    /// Whether there are only characters of a token.
    @inline(__always)
    static func isToken(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool { all(bytes, ByteClass.token, from: 0) }

    /// Whether there are only characters of a field value; eight visible ones at a time.
    @inline(__always)
    static func isValue(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let base = bytes.baseAddress else { return true }
        var place = 0
        let high: UInt64 = 0x8080_8080_8080_8080, ones: UInt64 = 0x0101_0101_0101_0101
        while bytes.count &- place >= 8 {
            let word = UnsafeRawPointer(base + place).loadUnaligned(as: UInt64.self)
            let control = (word &- ones &* 0x20) & ~word
            let delete = word ^ ones &* 0x7F
            guard (control | (delete &- ones) & ~delete | word) & high == 0 else { break }
            place &+= 8
        }
        return all(bytes, ByteClass.value, from: place)
    }

    @inline(__always)
    private static func all(_ bytes: UnsafeBufferPointer<UInt8>, _ bits: UInt8, from: Int) -> Bool {
        guard let base = bytes.baseAddress else { return true }
        let classes = ByteClass.table
        var place = from
        while place < bytes.count {
            if classes[Int(base[place])] & bits == 0 { return false }
            place &+= 1
        }
        return true
    }
}
