import Dispatch
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Keeps the write-ahead log's file longer than what is used of it, by zeros behind its end, written beside the writer.
///
/// A sync that also has to record a new length costs two to four times one that does not. SQLite takes zeros behind the
/// last frame for the end of the log, and the log's file carries none of its locks, so a second descriptor is safe on
/// it, and on it only. The zeros are appended: the system puts them behind whatever the file holds at that moment, so they never
/// lie over frames, however far the writer has come meanwhile.
final class LogGrowth: Sendable {
    private struct State {
        /// Bytes of the log in use as of the last commit.
        var used = 0
        /// Of the file, as far as known.
        var size = 0
        var isGrowing = false
        /// Closed, or the disk has no room to spare.
        var isOver = false
    }

    private let path: String
    /// No longer than this: from there on the log is recycled.
    private let limit: Int
    private let queue: DispatchQueue
    /// Where tests put a hand in: before each piece is appended.
    private let appending: @Sendable () -> Void
    private let state = Mutex(State())

    /// A file that takes a command now and then needs no room ahead; hundreds of them would write it at every start.
    private static let first = 64 << 10
    /// Room ahead of the writer: more than it writes while a step is under way.
    private static let ahead = 1 << 20
    /// Synced at a time: a commit's own sync waits behind it.
    private static let step = 256 << 10
    /// Where less is free than this, it belongs to the commands.
    private static let spare = 64 << 20
    private static let zeros = [UInt8](repeating: 0, count: 128 << 10)

    init(path: String, limit: Int, queue: DispatchQueue, appending: @escaping @Sendable () -> Void = {}) {
        self.path = path
        self.limit = limit
        self.queue = queue
        self.appending = appending
    }

    /// Lets the file grow where too little room is left; returns at once. Failing is no harm: SQLite grows it itself, more slowly.
    func makeRoom(used: Int) {
        guard used >= Self.first else { return }
        let begins = state.withLock { state in
            state.used = used
            guard !state.isGrowing, needsRoom(state) else { return false }
            state.isGrowing = true
            return true
        }
        if begins { queue.async { self.grow() } }
    }

    /// Begins no further piece.
    func end() { state.withLock { $0.isOver = true } }

    private func needsRoom(_ state: State) -> Bool {
        !state.isOver && state.size < limit && state.used + min(state.used, Self.ahead) > state.size
    }

    private func grow() {
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
        defer { if descriptor >= 0 { close(descriptor) } }
        var isPossible = descriptor >= 0
        while true {
            var status = stat()
            if isPossible, fstat(descriptor, &status) != 0 { isPossible = false }
            let goesOn = state.withLock { state in
                state.size = max(state.size, Int(status.st_size))
                if !isPossible { state.isOver = true }
                state.isGrowing = needsRoom(state)
                return state.isGrowing
            }
            guard goesOn else { return }
            isPossible = hasSpare(descriptor) && append(descriptor)
        }
    }

    private func hasSpare(_ descriptor: Int32) -> Bool {
        var disk = statvfs()
        return fstatvfs(descriptor, &disk) == 0 && UInt64(disk.f_bavail) * UInt64(disk.f_frsize) >= UInt64(Self.spare)
    }

    private func append(_ descriptor: Int32) -> Bool {
        for _ in 0..<Self.step / Self.zeros.count {
            appending()
            guard write(descriptor, Self.zeros, Self.zeros.count) == Self.zeros.count else { return false }
        }
        fdatasync(descriptor)
        return true
    }
}
