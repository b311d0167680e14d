import Synchronization

/// Bounds the open read connections of the process; the least recently used one goes first.
public final class ReaderLimit: Sendable {
    /// 64 connections: a few per busy file, none for the thousands that sleep.
    public static let shared = ReaderLimit(64)

    private struct Member {
        weak var lane: Lane?
    }

    let limit: Int
    private let open = Atomic<Int>(0)
    private let members = Mutex<[ObjectIdentifier: Member]>([:])

    public init(_ limit: Int) { self.limit = limit }

    /// How many are open now.
    public var count: Int { open.load(ordering: .relaxed) }

    /// Whether a connection that is returned should rather be closed.
    var isExceeded: Bool { count > limit }

    func join(_ lane: Lane) { members.withLock { $0[ObjectIdentifier(lane)] = Member(lane: lane) } }

    func leave(_ lane: Lane) { members.withLock { $0[ObjectIdentifier(lane)] = nil } }

    func opened() {
        open.add(1, ordering: .relaxed)
        guard isExceeded else { return }
        let lanes = members.withLock { $0.values.compactMap(\.lane) }
        let oldest = lanes.filter(\.hasIdleReader).min { $0.lastUse < $1.lastUse }
        oldest?.dropIdleReader()
    }

    func closed(_ count: Int = 1) { open.subtract(count, ordering: .relaxed) }
}
