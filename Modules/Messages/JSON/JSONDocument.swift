/// One JSON text, scanned once into a flat list of tokens: a container is followed by what it holds.
///
/// The bytes are borrowed; whoever makes a document calls `detach()` before they go, if somebody still holds it.
final class JSONDocument {
    enum Kind: UInt8 {
        case null, yes, no, integer, fraction, string, array, object
        /// Numbers of the packed notation.
        case whole, real
    }

    struct Token {
        /// Offset of the first byte; of a string, of the byte after the quote.
        var start: UInt32
        /// Offset after the last byte. Of an object: index of the key that is asked for next, most likely.
        var end: UInt32
        /// Index of the token after this value; of an open container while scanning, its parent.
        var next: UInt32
        var kind: Kind
        /// The string holds a backslash.
        var escaped: Bool
    }

    private(set) var base: UnsafePointer<UInt8>
    let count: Int
    private var owned: UnsafeMutablePointer<UInt8>?
    var tokens: UnsafeMutablePointer<Token>
    private(set) var used = 0
    private var capacity: Int

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        count = bytes.count
        if let address = bytes.baseAddress {
            base = address
        } else {
            let empty = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)
            owned = empty
            base = UnsafePointer(empty)
        }
        capacity = min(bytes.count / 6, 4096) + 8
        tokens = .allocate(capacity: capacity)
    }

    deinit {
        tokens.deallocate()
        owned?.deallocate()
    }

    /// Copies the bytes, so that the document may outlive them.
    func detach() {
        guard owned == nil else { return }
        let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: max(count, 1))
        copy.update(from: base, count: count)
        owned = copy
        base = UnsafePointer(copy)
    }

    /// Appends a token and returns its index.
    @inline(__always)
    func append(_ kind: Kind, _ start: Int, _ end: Int, escaped: Bool = false) -> Int {
        if used == capacity { grow() }
        let index = used
        tokens[index] = Token(
            start: UInt32(truncatingIfNeeded: start), end: UInt32(truncatingIfNeeded: end),
            next: UInt32(truncatingIfNeeded: index &+ 1), kind: kind, escaped: escaped)
        used = index &+ 1
        return index
    }

    @inline(never)
    private func grow() {
        let larger = UnsafeMutablePointer<Token>.allocate(capacity: capacity * 2)
        larger.moveUpdate(from: tokens, count: used)
        tokens.deallocate()
        tokens = larger
        capacity *= 2
    }

    // MARK: - Where things are

    /// Index of the member's value, or `nil`. Asks at the expected place first, then once round.
    @inline(__always)
    func member(_ key: String, of object: Int) -> Int? {
        key.withBytes { wanted in
            let first = object &+ 1
            let end = Int(tokens[object].next)
            let expected = Int(tokens[object].end)
            var index = expected
            while index < end {
                let value = index &+ 1
                let following = Int(tokens[value].next)
                if matches(index, wanted) {
                    tokens[object].end = UInt32(truncatingIfNeeded: following)
                    return value
                }
                index = following
            }
            index = first
            while index < expected {
                let value = index &+ 1
                let following = Int(tokens[value].next)
                if matches(index, wanted) {
                    tokens[object].end = UInt32(truncatingIfNeeded: following)
                    return value
                }
                index = following
            }
            return nil
        }
    }

    @inline(__always)
    private func matches(_ index: Int, _ wanted: UnsafeBufferPointer<UInt8>) -> Bool {
        let token = tokens[index]
        if token.escaped { return string(token).utf8.elementsEqual(wanted) }
        let length = Int(token.end &- token.start)
        guard length == wanted.count else { return false }
        guard length > 0, let other = wanted.baseAddress else { return true }
        let mine = base + Int(token.start)
        var position = 0
        while position < length {
            if mine[position] != other[position] { return false }
            position &+= 1
        }
        return true
    }

    /// The string or key of a token.
    @inline(__always)
    func string(_ token: Token) -> String {
        let raw = UnsafeBufferPointer(start: base + Int(token.start), count: Int(token.end &- token.start))
        return token.escaped ? JSONText.unescape(raw) : String(decoding: raw, as: UTF8.self)
    }

    /// The coding path of a value, found by walking down; only errors and curious types ask.
    func path(to target: Int) -> [any CodingKey] {
        var path: [any CodingKey] = []
        var index = 0
        while index < target, index < used {
            var child = index + 1
            var position = 0
            let token = tokens[index]
            guard token.kind == .object || token.kind == .array else { break }
            while child < Int(token.next) {
                let value = token.kind == .object ? child + 1 : child
                let following = Int(tokens[value].next)
                if target < following {
                    path.append(token.kind == .object ? JSONKey(string(tokens[child])) : JSONKey(position))
                    index = value
                    break
                }
                child = following
                position += 1
            }
            if child >= Int(token.next) { break }
        }
        return path
    }
}

/// A key or position in a coding path.
struct JSONKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(_ text: String) {
        stringValue = text
        intValue = nil
    }

    init(_ position: Int) {
        stringValue = String(position)
        intValue = position
    }

    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { self.init(intValue) }
}
