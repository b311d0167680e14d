import Messages

/// One pass over one text: what has to be cut out of it.
struct FilterPass {
    private let text: UnsafeBufferPointer<UInt8>
    private let nodes: UnsafeBufferPointer<FieldFilter.Node>
    private let names: UnsafeBufferPointer<UInt8>
    private var at = 0
    private var count = 0
    /// What was removed, each kind once: below which node, and the key's bytes (empty: an element).
    private var kinds: [(node: Int, key: Range<Int>)] = []
    /// In the text's order, without overlap.
    private(set) var cuts: [Range<Int>] = []
    private static let mostKinds = 32
    private static let mostDepth = 128

    init(text: UnsafeBufferPointer<UInt8>, nodes: UnsafeBufferPointer<FieldFilter.Node>, names: UnsafeBufferPointer<UInt8>) {
        self.text = text
        self.nodes = nodes
        self.names = names
    }

    /// - Returns: `false` where nothing at all may pass.
    mutating func run() throws -> Bool {
        space()
        var passes = true
        if nodes[0].isWhole {
            try skip()
        } else if isOpen(nodes[0]) {
            try value(0, depth: 0)
        } else {
            try skip()
            remove(0, 0..<0)
            passes = false
        }
        space()
        guard at == text.count else { throw wrong }
        return passes
    }

    var removal: FieldFilter.Removal {
        FieldFilter.Removal(
            count: count,
            names: kinds.map { node, key in
                var path = key.isEmpty ? "*" : shown(key)
                var place = node
                while place != 0 {
                    path = String(decoding: names[nodes[place].name], as: UTF8.self) + "/" + path
                    place = nodes[place].parent
                }
                return path
            })
    }

    private func shown(_ key: Range<Int>) -> String {
        let bytes = text[key]
        let isName =
            bytes.count <= 40 && bytes.first.map { $0 | 0x20 >= 97 && $0 | 0x20 <= 122 } == true
            && bytes.allSatisfy { $0 &- 48 < 10 || ($0 | 0x20) &- 97 < 26 || $0 == 95 }
        return isName ? String(decoding: bytes, as: UTF8.self) : "*"
    }

    private var wrong: JSONError { JSONError(.syntax, offset: at, "cannot be filtered") }

    /// Whether the value ahead is a container into which the node's paths lead.
    @inline(__always)
    private func isOpen(_ node: FieldFilter.Node) -> Bool {
        guard at < text.count else { return false }
        return text[at] == UInt8(ascii: "{") || text[at] == UInt8(ascii: "[") && node.star != 0
    }

    /// How far the members or elements of a container were taken.
    private struct Place {
        /// Behind what was kept last, or behind the opening bracket.
        var keptEnd: Int
        /// Something was kept.
        var hasKept = false
        /// Where the comma stands before what comes next.
        var comma: Int
        /// Something was taken out behind `keptEnd`.
        var hasGap = false
    }

    private mutating func value(_ node: Int, depth: Int) throws {
        guard depth < Self.mostDepth else { throw wrong }
        let isObject = text[at] == UInt8(ascii: "{")
        let end = isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
        at += 1
        var place = Place(keptEnd: at, comma: at)
        space()
        if try peek() == end {
            at += 1
            return
        }
        while true {
            let start = at
            if isObject {
                guard try peek() == UInt8(ascii: "\"") else { throw wrong }
                let isPlain = try string()
                let key = (start + 1)..<(at - 1)
                space()
                guard try peek() == UInt8(ascii: ":") else { throw wrong }
                at += 1
                space()
                let child = try isPlain ? child(node, named: UnsafeBufferPointer(rebasing: text[key])) : child(node, escaped: key)
                try entry(child, node, key, from: start, &place, depth: depth)
            } else {
                try entry(nodes[node].star, node, text.count..<text.count, from: start, &place, depth: depth)
            }
            space()
            let next = try peek()
            if next == end { break }
            guard next == UInt8(ascii: ",") else { throw wrong }
            place.comma = at
            at += 1
            space()
        }
        if place.hasGap { cuts.append(place.keptEnd..<at) }
        at += 1
    }

    /// One member or element: kept, entered, or taken out.
    private mutating func entry(_ child: Int, _ node: Int, _ key: Range<Int>, from start: Int, _ place: inout Place, depth: Int) throws {
        guard child != 0, nodes[child].isWhole || isOpen(nodes[child]) else {
            try skip()
            place.hasGap = true
            return remove(node, key)
        }
        // The comma in front of it stays where something was kept before it.
        if place.hasGap { cuts.append(place.keptEnd..<(place.hasKept ? place.comma : start)) }
        if nodes[child].isWhole { try skip() } else { try value(child, depth: depth + 1) }
        place = Place(keptEnd: at, hasKept: true, comma: at)
    }

    private func child(_ node: Int, escaped key: Range<Int>) throws -> Int {
        var plain = try JSON.decode(String.self, from: [UInt8(ascii: "\"")] + text[key] + [UInt8(ascii: "\"")])
        return plain.withUTF8 { child(node, named: $0) }
    }

    private func child(_ node: Int, named name: UnsafeBufferPointer<UInt8>) -> Int {
        var child = nodes[node].child
        while child != 0 {
            if nodes[child].name.count == name.count, isSame(nodes[child].name.lowerBound, name) { return child }
            child = nodes[child].next
        }
        return nodes[node].star
    }

    private func isSame(_ start: Int, _ name: UnsafeBufferPointer<UInt8>) -> Bool {
        for place in 0..<name.count where names[start &+ place] != name[place] { return false }
        return true
    }

    private mutating func remove(_ node: Int, _ key: Range<Int>) {
        count += 1
        guard kinds.count < Self.mostKinds else { return }
        for kind in kinds where kind.node == node && kind.key.count == key.count && text[kind.key].elementsEqual(text[key]) { return }
        kinds.append((node, key))
    }

    /// Moves behind the value ahead.
    private mutating func skip() throws {
        if at < text.count, text[at] == UInt8(ascii: "\"") {
            _ = try string()
            return
        }
        var open = 0
        repeat {
            switch try peek() {
            case UInt8(ascii: "\""): _ = try string()
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                open += 1
                at += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                open -= 1
                guard open >= 0 else { throw wrong }
                at += 1
            case UInt8(ascii: ","), UInt8(ascii: ":"), 0x20, 0x0A, 0x0D, 0x09:
                guard open > 0 else { throw wrong }
                at += 1
            default:
                let start = at
                while at < text.count, isScalar(text[at]) { at += 1 }
                guard at > start else { throw wrong }
            }
        } while open > 0
    }

    /// Moves behind the text ahead, eight bytes at a time.
    ///
    /// - Returns: whether nothing in it is escaped.
    private mutating func string() throws -> Bool {
        at &+= 1
        var isPlain = true
        let raw = UnsafeRawBufferPointer(text)
        while true {
            while text.count &- at >= 8 {
                let marks = Self.marks(UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: at, as: UInt64.self)))
                guard marks != 0 else {
                    at &+= 8
                    continue
                }
                at &+= marks.trailingZeroBitCount >> 3
                if raw[at] == UInt8(ascii: "\"") {
                    at &+= 1
                    return isPlain
                }
                isPlain = false
                at &+= 2
            }
            switch try peek() {
            case UInt8(ascii: "\""):
                at += 1
                return isPlain
            case UInt8(ascii: "\\"):
                isPlain = false
                at += 2
            default: at += 1
            }
        }
    }

    /// A bit for each quotation mark and escape among eight bytes; the lowest is right, those above it may be wrong.
    @inline(__always)
    private static func marks(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quote = word ^ ones &* 0x22, escape = word ^ ones &* 0x5C
        return ((quote &- ones) & ~quote | (escape &- ones) & ~escape) & (ones &* 0x80)
    }

    /// Letters, digits, signs and the point: what numbers and words are made of.
    private func isScalar(_ byte: UInt8) -> Bool {
        byte &- 48 < 10 || (byte | 0x20) &- 97 < 26 || byte == 0x2B || byte == 0x2D || byte == 0x2E
    }

    @inline(__always)
    private func peek() throws -> UInt8 {
        guard at < text.count else { throw wrong }
        return text[at]
    }

    @inline(__always)
    private mutating func space() {
        if at < text.count, text[at] <= 0x20 { spaces() }
    }

    private mutating func spaces() {
        while at < text.count, text[at] == 0x20 || text[at] == 0x0A || text[at] == 0x0D || text[at] == 0x09 { at += 1 }
    }
}
