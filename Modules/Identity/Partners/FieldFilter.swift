import Messages

/// Which members of a JSON text may pass: paths such as `nodes/*/name`, compiled into a tree and applied to the bytes in one pass.
///
/// `*` stands for every element of an array or every member of a map; `~1` and `~0` for `/` and `~` (RFC 6901). A path lets the
/// whole value at its end pass. No path at all lets everything pass.
public struct FieldFilter: Sendable {
    /// One place of the tree.
    struct Node: Sendable {
        /// The path to here, for names in refusals and the log.
        var path: String
        /// The value here passes whole.
        var isWhole = false
        /// What stands for every element or member; 0 for none.
        var star = 0
        var children: [(key: [UInt8], node: Int)] = []
    }

    private(set) var nodes: [Node] = []

    /// What a filter took out of one text.
    public struct Removal: Sendable, Hashable {
        /// How many members and elements.
        public var count = 0
        /// Their paths, each once, at most 32: names of members, never values. A key that has not the shape of a name
        /// (letters, digits and `_`, beginning with a letter) may be a value and is written `*`.
        public var names: [String] = []
    }

    /// - Parameter paths: well-formed ones, see `problem(inPath:)`; an empty list lets everything pass.
    public init(_ paths: [String] = []) {
        guard !paths.isEmpty else { return }
        nodes = [Node(path: "")]
        for path in paths { add(Self.segments(path)) }
    }

    /// Whether everything passes.
    public var keepsAll: Bool { nodes.isEmpty }

    /// The rule that a path breaks, as a Chinese sentence; `nil` when it is well-formed.
    public static func problem(inPath path: String) -> String? {
        let segments = segments(path)
        let isGood =
            !path.isEmpty && path.utf8.count <= 200 && segments.count <= 16
            && segments.allSatisfy { !$0.isEmpty && !$0.unicodeScalars.contains { $0.value < 0x20 } }
        return isGood ? nil : "路径“\(path.prefix(60))”应形如 nodes/*/name：以“/”分段，每段为字段名或 *，至多 16 段。请改正。"
    }

    /// The segments of a path; one `/` in front may stand.
    static func segments(_ path: String) -> [String] {
        let bare = path.hasPrefix("/") ? path.dropFirst() : path[...]
        return bare.split(separator: "/", omittingEmptySubsequences: false).map {
            String($0).replacing("~1", with: "/").replacing("~0", with: "~")
        }
    }

    private mutating func add(_ segments: [String]) {
        var place = 0
        for segment in segments {
            if segment == "*" {
                if nodes[place].star == 0 { nodes[place].star = append(below: place, "*") }
                place = nodes[place].star
            } else {
                let key = Array(segment.utf8)
                if let known = nodes[place].children.first(where: { $0.key == key }) {
                    place = known.node
                } else {
                    let fresh = append(below: place, segment)
                    nodes[place].children.append((key, fresh))
                    place = fresh
                }
            }
        }
        nodes[place].isWhole = true
    }

    private mutating func append(below place: Int, _ segment: String) -> Int {
        nodes.append(Node(path: nodes[place].path.isEmpty ? segment : nodes[place].path + "/" + segment))
        return nodes.count - 1
    }

    /// Whether the value at this path, or something in it, may pass: for parameters, which come by name.
    public func admits(_ segments: some Sequence<some StringProtocol>) -> Bool {
        guard !keepsAll else { return true }
        var place = 0
        for segment in segments {
            if nodes[place].isWhole { return true }
            if let child = nodes[place].children.first(where: { $0.key.elementsEqual(segment.utf8) }) {
                place = child.node
            } else if nodes[place].star != 0 {
                place = nodes[place].star
            } else {
                return false
            }
        }
        return nodes[place].isWhole
    }

    /// The text with what may not pass taken out; everything else keeps its order and its bytes. A text of which nothing is taken out is not copied.
    ///
    /// A value that ends where the paths go on (a number where an object is described) is taken out too.
    /// - Throws: `JSONError` when the text is not JSON; then nothing may leave.
    public func apply(to json: [UInt8]) throws -> (bytes: [UInt8], removed: Removal) {
        guard !keepsAll else { return (json, Removal()) }
        return try json.withUnsafeBufferPointer { text in
            var pass = FilterPass(text: text, nodes: nodes)
            guard try pass.run() else { return (Array("null".utf8), pass.removal) }
            guard !pass.cuts.isEmpty else { return (json, Removal()) }
            var out: [UInt8] = []
            out.reserveCapacity(json.count)
            var from = 0
            for cut in pass.cuts {
                out += UnsafeBufferPointer(rebasing: text[from..<cut.lowerBound])
                from = cut.upperBound
            }
            out += UnsafeBufferPointer(rebasing: text[from...])
            return (out, pass.removal)
        }
    }
}

/// One pass over one text: what has to be cut out of it.
struct FilterPass {
    private let text: UnsafeBufferPointer<UInt8>
    private let nodes: [FieldFilter.Node]
    private var at = 0
    private var count = 0
    /// What was removed, each kind once: below which node, and the key's bytes (empty: an element).
    private var kinds: [(node: Int, key: Range<Int>)] = []
    /// In the text's order, without overlap.
    private(set) var cuts: [Range<Int>] = []
    private static let mostKinds = 32
    private static let mostDepth = 128

    init(text: UnsafeBufferPointer<UInt8>, nodes: [FieldFilter.Node]) {
        self.text = text
        self.nodes = nodes
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
                let path = nodes[node].path
                let name = key.isEmpty ? "*" : shown(key)
                return path.isEmpty ? name : path + "/" + name
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
                try skip()
                let key = (start + 1)..<(at - 1)
                space()
                guard try peek() == UInt8(ascii: ":") else { throw wrong }
                at += 1
                space()
                try entry(child(node, key), node, key, from: start, &place, depth: depth)
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

    private func child(_ node: Int, _ key: Range<Int>) throws -> Int {
        let bytes = UnsafeBufferPointer(rebasing: text[key])
        if bytes.contains(UInt8(ascii: "\\")) {
            let plain = try JSON.decode(String.self, from: [UInt8(ascii: "\"")] + bytes + [UInt8(ascii: "\"")])
            return nodes[node].children.first { $0.key.elementsEqual(plain.utf8) }?.node ?? nodes[node].star
        }
        for child in nodes[node].children where child.key.count == bytes.count && Self.isSame(child.key, bytes) { return child.node }
        return nodes[node].star
    }

    private static func isSame(_ key: [UInt8], _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        for place in 0..<key.count where key[place] != bytes[place] { return false }
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
        var open = 0
        repeat {
            switch try peek() {
            case UInt8(ascii: "\""): try string()
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

    /// Moves behind the text ahead, eight bytes at a time where neither its end nor an escape is among them.
    private mutating func string() throws {
        at += 1
        let raw = UnsafeRawBufferPointer(text)
        let ones: UInt64 = 0x0101_0101_0101_0101
        while true {
            while text.count &- at >= 8 {
                let word = raw.loadUnaligned(fromByteOffset: at, as: UInt64.self)
                let quote = word ^ ones &* 0x22, escape = word ^ ones &* 0x5C
                guard ((quote &- ones) & ~quote | (escape &- ones) & ~escape) & (ones &* 0x80) == 0 else { break }
                at &+= 8
            }
            switch try peek() {
            case UInt8(ascii: "\""):
                at += 1
                return
            case UInt8(ascii: "\\"): at += 2
            default: at += 1
            }
        }
    }

    /// Letters, digits, signs and the point: what numbers and words are made of.
    private func isScalar(_ byte: UInt8) -> Bool {
        byte &- 48 < 10 || (byte | 0x20) &- 97 < 26 || byte == 0x2B || byte == 0x2D || byte == 0x2E
    }

    private func peek() throws -> UInt8 {
        guard at < text.count else { throw wrong }
        return text[at]
    }

    private mutating func space() {
        while at < text.count, text[at] == 0x20 || text[at] == 0x0A || text[at] == 0x0D || text[at] == 0x09 { at += 1 }
    }
}
