import Messages

/// Which members of a JSON text may pass: paths such as `nodes/*/name`, compiled into a tree and applied to the bytes in one pass.
///
/// `*` stands for every element of an array or every member of a map; `~1` and `~0` for `/` and `~` (RFC 6901). A path lets the
/// whole value at its end pass. No path at all lets everything pass.
public struct FieldFilter: Sendable {
    /// One place of the tree: numbers only, so that a pass over a text counts no references.
    struct Node: Sendable {
        /// Where its name stands in `names`.
        var name = 0..<0
        /// The place above; the root is above itself.
        var parent = 0
        /// The value here passes whole.
        var isWhole = false
        /// What stands for every element or member; 0 for none.
        var star = 0
        /// The first named place below, and the next one beside; 0 for none.
        var child = 0, next = 0
    }

    private(set) var nodes: [Node] = []
    /// The names of all places, one behind the other.
    private(set) var names: [UInt8] = []

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
        nodes = [Node()]
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
            } else if let known = child(place, segment.utf8) {
                place = known
            } else {
                let fresh = append(below: place, segment)
                nodes[fresh].next = nodes[place].child
                nodes[place].child = fresh
                place = fresh
            }
        }
        nodes[place].isWhole = true
    }

    private mutating func append(below place: Int, _ segment: String) -> Int {
        nodes.append(Node(name: names.count..<(names.count + segment.utf8.count), parent: place))
        names += Array(segment.utf8)
        return nodes.count - 1
    }

    private func child(_ place: Int, _ name: some Sequence<UInt8>) -> Int? {
        var child = nodes[place].child
        while child != 0, !names[nodes[child].name].elementsEqual(name) { child = nodes[child].next }
        return child == 0 ? nil : child
    }

    /// Whether the value at this path, or something in it, may pass: for parameters, which come by name.
    public func admits(_ segments: some Sequence<some StringProtocol>) -> Bool {
        guard !keepsAll else { return true }
        var place = 0
        for segment in segments {
            if nodes[place].isWhole { return true }
            if let child = child(place, segment.utf8) {
                place = child
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
            try nodes.withUnsafeBufferPointer { nodes in
                try names.withUnsafeBufferPointer { names in
                    var pass = FilterPass(text: text, nodes: nodes, names: names)
                    guard try pass.run() else { return (Array("null".utf8), pass.removal) }
                    return pass.cuts.isEmpty ? (json, Removal()) : (Self.cut(pass.cuts, out: text), pass.removal)
                }
            }
        }
    }

    private static func cut(_ cuts: [Range<Int>], out text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(text.count)
        var from = 0
        for cut in cuts {
            out += UnsafeBufferPointer(rebasing: text[from..<cut.lowerBound])
            from = cut.upperBound
        }
        out += UnsafeBufferPointer(rebasing: text[from...])
        return out
    }
}
