import CSQLite
import Dispatch
import Synchronization

/// Copies the write-ahead log into the file beside the writer, so that commands do not wait for it.
///
/// SQLite before 3.51.3 can damage a file when the log begins anew while another connection starts to checkpoint. So a read transaction of its
/// own, the pin, stands around every pass. Where something is left to copy, the pin stands in the log, which then cannot begin anew. Where
/// all was copied meanwhile, the pin stands in the file (SQLite's mark 0), and a pass, which needs that mark for itself, does nothing. The last
/// part, after which the log may begin anew, is copied by the writer itself, and only while no pass is under way.
///
/// Unchecked: the connections belong to the queue's turn, everything else is locked or constant.
final class LogCopier: @unchecked Sendable {
    enum Outcome {
        /// So many frames of the log, counted from its start, are in the file and on disk.
        case copied(Int)
        /// Nothing, or not all that was wanted; trying again is safe.
        case notNow
        /// The disk did not take it, and would not say so a second time.
        case unsure
    }

    enum State {
        case idle
        case working
        case done(Outcome)
    }

    /// Where tests put a hand in.
    struct Seams: Sendable {
        /// Between the pin and the copying.
        var pinned: @Sendable () -> Void = {}
        var sync: @Sendable (OpaquePointer) -> Int32 = { shuniu_sqlite_sync($0) }
    }

    /// Bytes synced at a time. Where all that a pass wrote is synced at once, a commit's own sync waits behind it for several milliseconds.
    private static let part: Int32 = 256 << 10

    private let path: String
    private let queue: DispatchQueue
    private let seams: Seams
    private let state = Mutex(State.idle)
    private let passes = DispatchGroup()
    private var connections: (pin: Connection, copy: Connection)?
    /// Frames that the last pass left in the file.
    private var copied: Int32 = 0

    init(path: String, queue: DispatchQueue, seams: Seams) {
        self.path = path
        self.queue = queue
        self.seams = seams
    }

    /// How it is; what a pass came to is told once.
    func look() -> State {
        state.withLock { state in
            if case .done = state { defer { state = .idle }; return state }
            return state
        }
    }

    var isWorking: Bool {
        state.withLock {
            if case .working = $0 { return true }
            return false
        }
    }

    /// Begins a pass. By the lane's owner, who looked and found it idle.
    func begin() {
        state.withLock { $0 = .working }
        passes.enter()
        queue.async { [self] in
            let outcome: Outcome
            do { outcome = try pass() } catch {
                // Whatever it is: the next pass begins with new connections.
                letGo()
                outcome = .notNow
            }
            state.withLock { $0 = .done(outcome) }
            passes.leave()
        }
    }

    /// Waits until no pass is under way.
    func wait() { passes.wait() }

    /// Waits likewise, and closes its connections, which copies nothing.
    ///
    /// - Returns: whether what is in the file can be relied on.
    func close() -> Bool {
        wait()
        letGo()
        if case .done(.unsure) = look() { return false }
        return true
    }

    private func letGo() {
        connections?.copy.close()
        connections?.pin.close()
        connections = nil
    }

    private func opened() throws -> (pin: Connection, copy: Connection) {
        if let connections { return connections }
        let pin = try Connection(path: path, flags: SQLITE_OPEN_READWRITE)
        let fresh = (pin: pin, copy: try Connection(path: path, flags: SQLITE_OPEN_READWRITE, writes: true))
        for connection in [fresh.pin, fresh.copy] {
            // Should one of them be the last to close, it copies nothing and removes nothing.
            shuniu_sqlite_keep_log(connection.handle)
            // The log is synced before it is copied. Reading once tells a connection that there is one.
            try connection.execute("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -64; SELECT count(*) FROM sqlite_schema")
        }
        shuniu_sync_parts(fresh.copy.handle, Self.part)
        connections = fresh
        return fresh
    }

    private func pass() throws -> Outcome {
        // A connection cannot checkpoint under a snapshot of its own.
        let (pin, copy) = try opened()
        try pin.execute("BEGIN")
        defer { if pin.inTransaction { try? pin.execute("ROLLBACK") } }
        try pin.execute("SELECT count(*) FROM sqlite_schema")
        seams.pinned()
        var copied: Int32 = 0
        let code = sqlite3_wal_checkpoint_v2(copy.handle, nil, SQLITE_CHECKPOINT_PASSIVE, nil, &copied)
        if code == Connection.syncFailed { return .unsure }
        guard code == SQLITE_OK, copied > 0, copied != self.copied else { return .notNow }
        self.copied = copied
        // SQLite syncs the file when all of the log is in it. Done here, with what the parts left, the writer's last part has little to sync.
        return seams.sync(copy.handle) == SQLITE_OK ? .copied(Int(copied)) : .unsure
    }
}

extension Connection {
    /// `SQLITE_IOERR_FSYNC`, a macro that Swift does not import.
    static let syncFailed = SQLITE_IOERR | 4 << 8
}

extension Lane {
    /// Each pass leaves what was written during it. Where that does not shrink, the writer copies the rest, and is thereby held up.
    private static let mostPasses = 6

    /// Takes what a pass came to; whether another one may begin. Owner only.
    @discardableResult
    func heedCopier() -> Bool {
        switch copier?.look() {
        case .working: return false
        case .done(.copied(let count)): copied = count
        // Somebody reads what is not copied yet; the writer would copy no more.
        case .done(.notNow): passes = Self.mostPasses
        case .done(.unsure): distrust()
        case .idle, nil: break
        }
        return true
    }

    /// Copies the write-ahead log into the file as it grows; once it has grown enough, whole. PASSIVE: it waits for no reader. Owner only, after a
    /// commit.
    func checkpointIfDue(_ connection: Connection) {
        let threshold = options.checkpointBytes / connection.frameBytes
        let frames = connection.walFrames
        let isFree = heedCopier()
        guard !connection.isClosed else { return }
        if connection.newLogs != newLogs {
            newLogs = connection.newLogs
            nextCheckpoint = threshold
            (copied, passes, passedAt) = (0, 0, 0)
        }
        guard isFree else {
            // Many times what should lie there: the disk does not keep up, and whoever writes shares that.
            if frames >= 4 * threshold { copier?.wait() }
            return
        }
        let isDue = frames >= max(threshold, nextCheckpoint)
        let part = isDue ? frames - min(copied, frames) : frames - passedAt
        let isPass = isDue ? part * connection.frameBytes > options.ownPart && passes < Self.mostPasses : part * connection.frameBytes >= options.passPart
        guard isDue || isPass else { return }
        // From here on the log may begin anew over frames that were on disk.
        isNewFile = false
        if isPass {
            if isDue { passes += 1 }
            passedAt = frames
            counts.withLock { $0.passes += 1 }
            let copier = copier ?? LogCopier(path: path, queue: pool.copies, seams: seams)
            self.copier = copier
            return copier.begin()
        }
        counts.withLock { $0.checkpoints += 1 }
        guard sqlite3_wal_checkpoint_v2(connection.handle, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil) != Connection.syncFailed else { return distrust() }
        // While a long read pins the log, it is not copied again after every single commit.
        nextCheckpoint = frames + threshold / 4
        passes = 0
        // A snapshot begun before the copy ended would keep the log from beginning anew.
        renewSnapshots()
    }
}
