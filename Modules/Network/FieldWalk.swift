/// Goes through sound field lines.
struct FieldWalk {
    struct Line {
        var name: Int
        var colon: Int
        /// After the line feed.
        var end: Int

        func value(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
            String(decoding: bytes.part(colon + 1, end - 2).trimmed(), as: UTF8.self)
        }
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private var place = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    mutating func next() -> Line? {
        guard let end = bytes.lineEnd(from: place) else { return nil }
        let from = place
        var colon = from
        while colon < end, bytes[colon] != Byte.colon { colon &+= 1 }
        place = end + 1
        return Line(name: from, colon: colon, end: end + 1)
    }

    /// The next line of that name.
    @inline(__always)
    mutating func next(_ asked: UnsafeBufferPointer<UInt8>) -> Line? {
        while let end = bytes.lineEnd(from: place) {
            let from = place
            place = end + 1
            let colon = from + asked.count
            if colon < end, bytes[colon] == Byte.colon, HTTPHeaders.same(asked, bytes.part(from, colon)) {
                return Line(name: from, colon: colon, end: end + 1)
            }
        }
        return nil
    }
}
