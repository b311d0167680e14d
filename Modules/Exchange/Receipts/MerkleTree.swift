import Crypto

/// The hash tree over a batch of receipts.
/// - Source: RFC 9162 §2.1: a leaf is SHA-256 of `0x00 ‖ entry`, a node SHA-256 of `0x01 ‖ left ‖ right`; a node without a sibling moves up.
struct MerkleTree: Sendable {
    /// From the leaves to the root; never empty.
    private let levels: [[[UInt8]]]

    /// One step of the way from a leaf to the root.
    struct Step: Sendable, Hashable {
        /// Whether the sibling stands on the left.
        var isLeft: Bool
        var sibling: [UInt8]
    }

    /// - Precondition: at least one entry.
    init(_ entries: [[UInt8]]) {
        precondition(!entries.isEmpty, "a tree has at least one leaf")
        var levels = [entries.map(Self.leaf)]
        while let last = levels.last, last.count > 1 {
            levels.append(
                stride(from: 0, to: last.count, by: 2).map { index in
                    index + 1 < last.count ? Self.node(last[index], last[index + 1]) : last[index]
                })
        }
        self.levels = levels
    }

    var root: [UInt8] { levels.last?.first ?? [] }

    func path(of index: Int) -> [Step] {
        var index = index
        return levels.dropLast().compactMap { level in
            defer { index /= 2 }
            let sibling = index ^ 1
            return sibling < level.count ? Step(isLeft: sibling < index, sibling: level[sibling]) : nil
        }
    }

    /// The root alone, without the tree: one piece of memory for all of it.
    ///
    /// - Parameter leaf: SHA-256 of `0x00 ‖ entry`, asked for once each, in order.
    static func root(count: Int, leaf: (Int) -> SHA256Sum) -> [UInt8] {
        precondition(count > 0, "a tree has at least one leaf")
        return withUnsafeTemporaryAllocation(byteCount: 65, alignment: 8) { input in
            withUnsafeTemporaryAllocation(of: SHA256Sum.self, capacity: count) { level in
                for index in 0..<count { level.initializeElement(at: index, to: leaf(index)) }
                guard let place = input.baseAddress else { return [] }
                input[0] = 1
                var count = count
                while count > 1 {
                    for index in stride(from: 0, to: count - 1, by: 2) {
                        level[index].write(bytes: place + 1)
                        level[index + 1].write(bytes: place + 33)
                        level[index / 2] = SHA256Sum(of: UnsafeRawBufferPointer(input))
                    }
                    if count % 2 == 1 { level[count / 2] = level[count - 1] }
                    count = (count + 1) / 2
                }
                return level[0].bytes
            }
        }
    }

    static func root(of entries: [[UInt8]]) -> [UInt8] { root(count: entries.count) { SHA256Sum(of: [0] + entries[$0]) } }

    static func leaf(_ entry: [UInt8]) -> [UInt8] { Digest.sha256.of([0] + entry) }
    static func node(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] { Digest.sha256.of([1] + left + right) }

    /// The root that the way leads to.
    static func root(of entry: [UInt8], _ path: [Step]) -> [UInt8] {
        path.reduce(leaf(entry)) { $1.isLeft ? node($1.sibling, $0) : node($0, $1.sibling) }
    }
}
