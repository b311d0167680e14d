import Crypto
import Messages
import Vocabulary

/// The receipts of one batch as they come, one canonical text behind the other in one piece of memory, and whoever waits for them.
///
/// Unchecked: whoever has the book's lock is alone with it. Once a write has begun nothing is added any more, and the lane reads the texts.
final class ReceiptSheet: @unchecked Sendable {
    typealias Then = @Sendable (MessageID) -> Void

    /// Each text with a zero in front, as the hash tree's leaves want it.
    private var memory: UnsafeMutableRawBufferPointer
    private var used = 0
    /// Where each text ends.
    private var ends: [Int] = []
    private(set) var first = MessageID(high: 0, low: 0)
    private(set) var last = MessageID(high: 0, low: 0)
    /// When the first one came.
    private(set) var since = Timestamp(milliseconds: 0)
    /// How many stand in the journal, and where the last of them ends.
    private(set) var noted = (count: 0, end: 0)
    /// Whose answers have not left yet.
    var waiting: [(id: MessageID, then: Then)] = []
    /// It is being written, or was tried: a commit that was reported as failed may have reached the disk all the same, and is known by its batches, so
    /// the next try writes the same ones.
    var isSealed = false

    private static let firstRoom = 4096

    init() { memory = .allocate(byteCount: Self.firstRoom, alignment: 16) }

    deinit { memory.deallocate() }

    var count: Int { ends.count }
    var isEmpty: Bool { ends.isEmpty }
    /// Bytes that `write` needs.
    var length: Int { used }

    /// Room for another text, to be filled by the caller before anything else is done. Identifiers rise within a batch, since it is found by its
    /// first and last.
    func add(_ id: MessageID, _ count: Int, at time: @autoclosure () -> Timestamp) -> UnsafeMutableRawBufferPointer {
        if used + count + 1 > memory.count { grow(count + 1) }
        if ends.isEmpty {
            first = id
            since = time()
        }
        last = id
        memory[used] = 0
        let place = used + 1
        used = place + count
        ends.append(used)
        return UnsafeMutableRawBufferPointer(rebasing: memory[place..<used])
    }

    /// The text that was added last stands in the journal.
    func note(to end: Int) { noted = (noted.count + 1, end) }

    private func grow(_ count: Int) {
        let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: max(memory.count * 2, used + count), alignment: 16)
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<used]))
        memory.deallocate()
        memory = larger
    }

    /// Makes it as it was, with its memory: the next ones have as many receipts.
    func clear() {
        used = 0
        ends.removeAll(keepingCapacity: true)
        noted = (0, 0)
        waiting = []
        isSealed = false
    }

    /// The root of the texts' hash tree.
    var root: [UInt8] {
        MerkleTree.root(count: count) { index in
            let start = index == 0 ? 0 : ends[index - 1]
            return SHA256Sum(of: UnsafeRawBufferPointer(rebasing: memory[start..<ends[index]]))
        }
    }

    /// Writes the texts as a batch has them, each behind a line feed.
    func write(to place: UnsafeMutableRawBufferPointer) {
        place.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<used]))
        var start = 0
        for end in ends {
            place[start] = UInt8(ascii: "\n")
            start = end
        }
    }
}
