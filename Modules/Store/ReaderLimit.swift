import Synchronization

/// Bounds the open read connections of the process; the least recently used one goes first.
public final class ReaderLimit: Sendable {
    /// 64 connections: a few per busy file, none for the thousands that sleep.
    public static let shared = ReaderLimit(64)

    /// Files with a connection at rest, each once, roughly the longest unused first.
    private struct Resting {
        weak var lane: Lane?
        var since: Int64
    }

    let limit: Int
    private let open = Atomic<Int>(0)
    private let resting = Mutex<(queue: [Resting], first: Int)>(([], 0))

    public init(_ limit: Int) { self.limit = limit }

    /// How many are open now.
    public var count: Int { open.load(ordering: .relaxed) }

    /// Whether a connection that is returned should rather be closed.
    var isExceeded: Bool { count > limit }

    /// The lane has a connection at rest and is not in the queue.
    func rested(_ lane: Lane) { resting.withLock { $0.queue.append(Resting(lane: lane, since: lane.lastUse)) } }

    private func next() -> (lane: Lane?, since: Int64)? {
        resting.withLock { resting in
            guard resting.first < resting.queue.count else { return nil }
            let entry = resting.queue[resting.first]
            resting.first += 1
            if resting.first > 64, resting.first * 2 > resting.queue.count {
                resting.queue.removeFirst(resting.first)
                resting.first = 0
            }
            return (entry.lane, entry.since)
        }
    }

    func opened() {
        open.add(1, ordering: .relaxed)
        guard isExceeded else { return }
        // Whoever was used since it came to rest goes to the end, unless all were.
        var spared = resting.withLock { $0.queue.count - $0.first }
        while let (lane, since) = next() {
            spared -= 1
            guard let lane, lane.leaveRest() else { continue }
            if lane.lastUse > since, spared > 0 {
                lane.rest()
                continue
            }
            lane.dropIdleReader()
            lane.rest()
            return
        }
    }

    func closed(_ count: Int = 1) { open.subtract(count, ordering: .relaxed) }
}
