import CSQLite
import Dispatch
import Synchronization

/// Copies the write-ahead log into the file beside the writer, so that commands do not wait for it.
///
/// SQLite before 3.51.3 can damage a file when the log begins anew while another connection starts to checkpoint. So a read transaction of its
/// own stands around every pass: the log cannot begin anew while a snapshot stands in it. The pass begins after a commit that nobody
/// has copied yet, hence the snapshot does stand in the log and not in the file. The last part, after which the log may begin anew, is
/// copied by the writer itself, and only while no pass is under way.
///
/// Unchecked: the connections belong to the queue's turn, everything else is locked.
final class LogCopier: @unchecked Sendable {
    enum Outcome {
        /// So many frames of the log, counted from its start, are in the file and on disk.
        case copied(Int)
        /// Nothing, or not all that was wanted; trying again is safe.
        case notNow
        /// The disk did not take it, and would not say so a second time.
        case unsure
    }

    private enum State {
        case idle
        case working
        case done(Outcome)
    }

    private let path: String
    private let queue: DispatchQueue
    private let state = Mutex(State.idle)
    private let passes = DispatchGroup()
    /// Which keeps the log from beginning anew, and which copies: a connection cannot checkpoint under a snapshot of its own.
    private var connections: (pin: Connection, copy: Connection)?

    init(path: String, queue: DispatchQueue) {
        self.path = path
        self.queue = queue
    }

    var isWorking: Bool {
        state.withLock {
            if case .working = $0 { return true }
            return false
        }
    }

    /// What the last pass came to; once.
    func takeOutcome() -> Outcome? {
        state.withLock { state in
            guard case .done(let outcome) = state else { return nil }
            state = .idle
            return outcome
        }
    }

    /// Begins a pass. Right after a commit, by the lane's owner, while none is under way.
    func begin() {
        state.withLock { $0 = .working }
        passes.enter()
        queue.async { [self] in
            let outcome = (try? pass()) ?? .notNow
            state.withLock { $0 = .done(outcome) }
            passes.leave()
        }
    }

    /// Waits until no pass is under way.
    func wait() { passes.wait() }

    /// Waits likewise, and lets the connections go.
    func close() {
        wait()
        connections?.copy.close()
        connections?.pin.close()
        connections = nil
    }

    private func opened() throws -> (pin: Connection, copy: Connection) {
        if let connections { return connections }
        let fresh = (pin: try Connection(path: path, flags: SQLITE_OPEN_READWRITE), copy: try Connection(path: path, flags: SQLITE_OPEN_READWRITE))
        for connection in [fresh.pin, fresh.copy] {
            // Reading once tells a connection that there is a log.
            try connection.execute("PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -64; SELECT count(*) FROM sqlite_schema")
        }
        connections = fresh
        return fresh
    }

    private func pass() throws -> Outcome {
        let (pin, copy) = try opened()
        try pin.execute("BEGIN; SELECT count(*) FROM sqlite_schema")
        defer { try? pin.execute("COMMIT") }
        var copied: Int32 = 0
        let code = sqlite3_wal_checkpoint_v2(copy.handle, nil, SQLITE_CHECKPOINT_PASSIVE, nil, &copied)
        if code == Connection.syncFailed { return .unsure }
        guard code == SQLITE_OK, copied > 0 else { return .notNow }
        // SQLite syncs the file when all of the log is in it. Done here, the writer's last part has little left to sync.
        return shuniu_sqlite_sync(copy.handle) == SQLITE_OK ? .copied(Int(copied)) : .unsure
    }
}

extension Connection {
    /// `SQLITE_IOERR_FSYNC`, a macro that Swift does not import.
    fileprivate static let syncFailed = SQLITE_IOERR | 4 << 8
}

extension Lane {
    /// Each pass leaves what was written during it. Where that does not shrink, the writer copies the rest, and is thereby held up.
    private static let mostPasses = 6

    /// Copies the write-ahead log into the file as it grows; once it has grown enough, whole. PASSIVE: it waits for no reader. Owner only, after a
    /// commit.
    func checkpointIfDue(_ connection: Connection) {
        let frame = options.pageSize + 24
        let threshold = options.checkpointBytes / frame
        let frames = connection.walFrames
        switch copier?.takeOutcome() {
        case .copied(let count): copied = count
        case .unsure: keepsLog = true
        case .notNow, nil: break
        }
        // Fewer frames than before: the log began anew.
        if frames < lastFrames {
            nextCheckpoint = threshold
            (copied, passes, passedAt) = (0, 0, 0)
        }
        lastFrames = frames
        guard !keepsLog else { return }
        let isDue = frames >= max(threshold, nextCheckpoint)
        if let copier, copier.isWorking {
            // Many times what should lie there: the disk does not keep up, and whoever writes shares that.
            if frames >= 4 * threshold { copier.wait() }
            return
        }
        let part = isDue ? frames - min(copied, frames) : frames - passedAt
        let isPass = isDue ? part * frame > options.ownPart && passes < Self.mostPasses : part * frame >= options.passPart
        guard isDue || isPass else { return }
        // From here on the log may begin anew over frames that were on disk.
        isNewFile = false
        if isPass {
            if isDue { passes += 1 }
            passedAt = frames
            counts.withLock { $0.passes += 1 }
            let copier = copier ?? LogCopier(path: path, queue: pool.copies)
            self.copier = copier
            return copier.begin()
        }
        if sqlite3_wal_checkpoint_v2(connection.handle, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil) == Connection.syncFailed { keepsLog = true }
        // While a long read pins the log, it is not copied again after every single commit.
        nextCheckpoint = frames + threshold / 4
        passes = 0
        counts.withLock { $0.checkpoints += 1 }
        // A snapshot begun before the copy ended would keep the log from beginning anew.
        renewSnapshots()
    }
}
