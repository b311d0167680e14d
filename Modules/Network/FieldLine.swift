/// One field line: `name: value` without its CRLF (RFC 9112 §5).
enum FieldLine {
    /// Where name and value stand; `nil` for blanks before the colon, folding, and characters that may not be there.
    static func parse(
        _ bytes: UnsafeBufferPointer<UInt8>, _ from: Int, _ to: Int, _ classes: UnsafePointer<UInt8>
    ) -> HTTPHeaders.Mark? {
        var place = from
        while place < to, classes[Int(bytes[place])] & ByteClass.token != 0 { place &+= 1 }
        let nameLength = place - from
        guard nameLength > 0, nameLength < 0x10000, place < to, bytes[place] == Byte.colon else { return nil }
        var start = place + 1, end = to
        while start < end, bytes[start] == Byte.space || bytes[start] == Byte.tab { start &+= 1 }
        while end > start, bytes[end - 1] == Byte.space || bytes[end - 1] == Byte.tab { end &-= 1 }
        guard end - start < 0x10000 else { return nil }
        place = start
        while place < end {
            guard classes[Int(bytes[place])] & ByteClass.value != 0 else { return nil }
            place &+= 1
        }
        return HTTPHeaders.Mark(
            name: UInt32(truncatingIfNeeded: from), value: UInt32(truncatingIfNeeded: start),
            nameLength: UInt16(truncatingIfNeeded: nameLength), valueLength: UInt16(truncatingIfNeeded: end - start))
    }

    /// Whether the line was refused for a CR in its middle, for the right sentence.
    static func hasStrayLineEnd(_ bytes: UnsafeBufferPointer<UInt8>, _ from: Int, _ to: Int) -> Bool {
        bytes[from..<to].contains(Byte.carriageReturn)
    }
}

extension HTTPHeaders.Mark {
    func moved(by offset: Int) -> HTTPHeaders.Mark {
        var copy = self
        copy.name &-= UInt32(truncatingIfNeeded: offset)
        copy.value &-= UInt32(truncatingIfNeeded: offset)
        return copy
    }
}
