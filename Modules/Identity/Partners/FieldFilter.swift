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

    /// The text with what may not pass taken out; members keep their order and their bytes.
    ///
    /// A value that ends where the paths go on (a number where an object is described) is taken out too.
    /// - Throws: `JSONError` when the text is not JSON; then nothing may leave.
    public func apply(to json: [UInt8]) throws -> (bytes: [UInt8], removed: Removal) {
        guard !keepsAll else { return (json, Removal()) }
        var out: [UInt8] = []
        out.reserveCapacity(json.count)
        let removed = try json.withUnsafeBufferPointer { buffer in
            var pass = FilterPass(text: buffer, nodes: nodes)
            try pass.run(into: &out)
            return pass.removal
        }
        return (out, removed)
    }
}

/// One pass over one text.
struct FilterPass {
    private let text: UnsafeBufferPointer<UInt8>
    private let nodes: [FieldFilter.Node]
    private var at = 0
    private var count = 0
    /// What was removed, each kind once: below which node, and the key's bytes (empty: an element).
    private var kinds: [(node: Int, key: Range<Int>)] = []
    private static let mostKinds = 32
    private static let mostDepth = 128

    init(text: UnsafeBufferPointer<UInt8>, nodes: [FieldFilter.Node]) {
        self.text = text
        self.nodes = nodes
    }

    mutating func run(into out: inout [UInt8]) throws {
        space()
        if nodes[0].isWhole {
            try copy(into: &out)
        } else if isOpen(nodes[0]) {
            try value(0, into: &out, depth: 0)
        } else {
            try skip()
            remove(0, 0..<0)
            out += Array("null".utf8)
        }
        space()
        guard at == text.count else { throw wrong }
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

    private mutating func value(_ node: Int, into out: inout [UInt8], depth: Int) throws {
        guard depth < Self.mostDepth else { throw wrong }
        let isObject = text[at] == UInt8(ascii: "{")
        let end = isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
        out.append(text[at])
        at += 1
        space()
        if try peek() == end {
            out.append(end)
            at += 1
            return
        }
        var isFirst = true
        while true {
            if isObject {
                try member(node, &isFirst, into: &out, depth: depth)
            } else {
                try entry(nodes[node].star, node, text.count..<text.count, at..<at, &isFirst, into: &out, depth: depth)
            }
            space()
            let next = try peek()
            at += 1
            if next == end { break }
            guard next == UInt8(ascii: ",") else { throw wrong }
            space()
        }
        out.append(end)
    }

    private mutating func member(_ node: Int, _ isFirst: inout Bool, into out: inout [UInt8], depth: Int) throws {
        let start = at
        guard try peek() == UInt8(ascii: "\"") else { throw wrong }
        try skip()
        let key = (start + 1)..<(at - 1)
        space()
        guard try peek() == UInt8(ascii: ":") else { throw wrong }
        at += 1
        let label = start..<at
        space()
        try entry(child(node, key), node, key, label, &isFirst, into: &out, depth: depth)
    }

    /// One member or element: copied, entered, or taken out.
    private mutating func entry(
        _ child: Int, _ node: Int, _ key: Range<Int>, _ label: Range<Int>, _ isFirst: inout Bool, into out: inout [UInt8], depth: Int
    ) throws {
        guard child != 0, nodes[child].isWhole || isOpen(nodes[child]) else {
            try skip()
            return remove(node, key)
        }
        if !isFirst { out.append(UInt8(ascii: ",")) }
        isFirst = false
        out += text[label]
        if nodes[child].isWhole { try copy(into: &out) } else { try value(child, into: &out, depth: depth + 1) }
    }

    private func child(_ node: Int, _ key: Range<Int>) throws -> Int {
        let bytes = text[key]
        if bytes.contains(UInt8(ascii: "\\")) {
            let plain = try JSON.decode(String.self, from: [UInt8(ascii: "\"")] + bytes + [UInt8(ascii: "\"")])
            return nodes[node].children.first { $0.key.elementsEqual(plain.utf8) }?.node ?? nodes[node].star
        }
        for child in nodes[node].children where child.key.count == bytes.count && child.key.elementsEqual(bytes) { return child.node }
        return nodes[node].star
    }

    private mutating func remove(_ node: Int, _ key: Range<Int>) {
        count += 1
        guard kinds.count < Self.mostKinds else { return }
        for kind in kinds where kind.node == node && kind.key.count == key.count && text[kind.key].elementsEqual(text[key]) { return }
        kinds.append((node, key))
    }

    private mutating func copy(into out: inout [UInt8]) throws {
        let start = at
        try skip()
        out += text[start..<at]
    }

    /// Moves behind the value ahead.
    private mutating func skip() throws {
        var open = 0
        repeat {
            switch try peek() {
            case UInt8(ascii: "\""):
                at += 1
                while try peek() != UInt8(ascii: "\"") { at += text[at] == UInt8(ascii: "\\") ? 2 : 1 }
                at += 1
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
