import CSQLite
import Synchronization
import Vocabulary

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The writer of one file: queue, connection, readers.
///
/// Unchecked because of three parts, each with one rule: `connection` changes only under `gate` and is used only by the
/// lane's owner (`Queue.owned`); `pending`, `next`, `growth`, `copier` and the checkpoint's numbers belong to the owner; everything else is locked or constant.
final class Lane: @unchecked Sendable {
    struct Queue {
        var jobs: [any LaneJob] = []
        /// Somebody works on the lane: a thread of the pool, or whoever closes the file.
        var owned = false
        var closed = false
        var waiting: [Waiter] = []
    }

    struct Reading {
        var open = false
        var active = 0
        var idle: [Reader] = []
        /// It stands in the queue of `ReaderLimit`.
        var isResting = false
    }

    let path: String
    let migrations: [Migration]
    let options: StoreOptions
    let clock: TimeSource
    let pool: LanePool

    let queue = Mutex(Queue())
    let reading = Mutex(Reading())
    /// How often something was committed, since the process began.
    let commits = Atomic<Int>(0)
    let observers = Mutex<[(id: Int, body: @Sendable (Int64) -> Void)]>([])
    private let used = Atomic<Int64>(0)
    /// Nanoseconds.
    let readLimit: Int64

    private let gate = Mutex(())
    private var connection: Connection?
    private let ownership = Mutex<Owned?>(nil)

    /// The owner's own: what it took from the queue and how far it is.
    var pending: [any LaneJob] = []
    var next = 0
    var nextCheckpoint = 0
    var newLogs = 0
    /// Frames of the log that are in the file; how many there were when the last pass began; passes since the log was long enough to begin anew.
    var copied = 0
    var passedAt = 0
    var passes = 0
    var copier: LogCopier?
    var seams = LogCopier.Seams()
    /// See `distrust`. Under `gate`.
    private var isDoubtful = false
    var growth: LogGrowth?
    /// So many commands still run each in its own SAVEPOINT.
    var careful = 0
    /// The connection in use made the file, and its write-ahead log with it.
    var isNewFile = false
    let counts = Mutex(LaneCounts())

    private final class Owned: Sendable {
        let lock: OwnershipLock
        init(path: String) throws { lock = try OwnershipLock(path: path) }
    }

    init(path: String, migrations: [Migration], options: StoreOptions, clock: TimeSource, pool: LanePool) {
        self.path = path
        self.migrations = migrations
        self.options = options
        self.clock = clock
        self.pool = pool
        readLimit = Lane.nanoseconds(options.readLimit)
        touch()
    }

    deinit {
        options.readers.closed(reading.withLock { $0.idle.count })
        if copier?.close() == false, let connection { shuniu_sqlite_keep_log(connection.handle) }
        connection?.close()
    }

    var lastUse: Int64 { used.load(ordering: .relaxed) }

    func touch() { touch(clock.now) }

    func touch(_ now: Timestamp) { used.store(now.milliseconds, ordering: .relaxed) }

    static func nanoseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }

    // MARK: - Opening and closing

    /// The write connection, opened when it is not. Only the owner may use what this returns.
    @discardableResult
    func opened() throws -> Connection {
        try gate.withLock { _ in
            if let connection { return connection }
            if isDoubtful {
                guard reading.withLock({ $0.active == 0 }) else { throw StoreError.diskFailed(path: path) }
                isDoubtful = false
            }
            if ownership.withLock({ $0 == nil }) {
                let owned = try Owned(path: path)
                ownership.withLock { $0 = owned }
            }
            do {
                let fresh = try openWriter()
                connection = fresh
                (nextCheckpoint, newLogs) = (0, 0)
                (copied, passes, passedAt) = (0, 0, 0)
                growth = LogGrowth(path: path + "-wal", limit: 2 * options.checkpointBytes)
                reading.withLock { $0.open = true }
                return fresh
            } catch {
                if reading.withLock({ $0.active == 0 && $0.idle.isEmpty }) { ownership.withLock { $0 = nil } }
                throw error
            }
        }
    }

    /// After a failed sync nothing may be synced on this connection again: let it go, the next batch opens a new one.
    func dropConnection() {
        if copier?.close() == false { return distrust() }
        gate.withLock { _ in
            copier = nil
            growth = nil
            connection?.close()
            connection = nil
        }
    }

    /// The disk failed while the log was copied: SQLite reads from the file what may not be there. Everything is closed as it is; once the reads
    /// under way have ended and the file is opened anew, SQLite takes the log from its start. Until then commands and reads are refused. Owner only.
    func distrust() {
        gate.withLock { _ in
            _ = copier?.close()
            copier = nil
            growth = nil
            closeReaders()
            if let connection {
                shuniu_sqlite_keep_log(connection.handle)
                connection.close()
            }
            connection = nil
            isDoubtful = true
        }
    }

    private func closeReaders() {
        let idle = reading.withLock { reading in
            reading.open = false
            defer { reading.idle = [] }
            return reading.idle
        }
        for reader in idle { reader.connection.close() }
        options.readers.closed(idle.count)
    }

    /// Checkpoints whole, removes the write-ahead log and gives the file free. Owner only, no active readers.
    ///
    /// - Returns: `false` where the disk failed, or had failed: the log is kept, whole.
    @discardableResult
    func shut() -> Bool {
        gate.withLock { _ in
            closeReaders()
            growth = nil
            var isWhole = !isDoubtful
            if copier?.close() == false { isWhole = false }
            copier = nil
            if let connection {
                if isWhole {
                    connection.keepWriteAheadLog(false)
                    isWhole = sqlite3_wal_checkpoint_v2(connection.handle, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil) != Connection.syncFailed
                }
                if !isWhole { shuniu_sqlite_keep_log(connection.handle) }
                connection.close()
            }
            connection = nil
            isDoubtful = false
            ownership.withLock { $0 = nil }
            return isWhole
        }
    }

    private func openWriter() throws -> Connection {
        isNewFile = try prepareFile()
        let connection = try Connection(path: path, flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, writes: true)
        sqlite3_busy_timeout(connection.handle, 5000)
        // page_size works only before the first page is written, hence before WAL. Migrations are not synced one by one: a power
        // cut takes back the last of them, which run again; the first command's sync covers them all.
        try connection.execute("PRAGMA page_size = \(options.pageSize); PRAGMA synchronous = NORMAL")
        guard case .text("wal") = try connection.scalar("PRAGMA journal_mode = WAL") else {
            throw StoreError.cannotOpen(path: path, what: "no write-ahead log on this file system")
        }
        try connection.execute(
            """
            PRAGMA wal_autocheckpoint = 0; PRAGMA temp_store = MEMORY;
            PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;
            PRAGMA cache_size = -\(options.writerCache)
            """)
        if let pages = options.maximumPages { try connection.execute("PRAGMA max_page_count = \(pages)") }
        connection.keepWriteAheadLog(true)
        connection.watchFrames()
        if case .integer(let bytes) = try connection.scalar("PRAGMA page_size") { connection.frameBytes = Int(bytes) + 24 }
        try Migrator(connection: connection, migrations: migrations, clock: clock).bringUpToDate()
        try connection.execute("PRAGMA synchronous = FULL")
        try connection.loadHead()
        return connection
    }

    /// A new file is a copy of what files of its kind begin with, and belongs to its owner alone. Done before SQLite has it: a second
    /// descriptor later would cost its locks.
    ///
    /// - Returns: whether it was put there now.
    private func prepareFile() throws -> Bool {
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        if !folder.isEmpty, access(folder, F_OK) != 0 {
            throw StoreError.cannotOpen(path: path, what: "folder \(folder) does not exist")
        }
        var status = stat()
        if stat(path, &status) == 0, status.st_size > 0 { return false }
        if pool.templates.place(path, migrations, options, clock) { return true }
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 { Glibc.close(descriptor) }
        return false
    }

    // MARK: - Owning

    /// Takes the lane if nobody has it.
    func seize() -> Bool {
        queue.withLock { queue in
            if queue.owned { return false }
            queue.owned = true
            return true
        }
    }

    func seizeWaiting() {
        while true {
            let waiter: Waiter? = queue.withLock { queue in
                if !queue.owned {
                    queue.owned = true
                    return nil
                }
                let waiter = Waiter()
                queue.waiting.append(waiter)
                return waiter
            }
            guard let waiter else { return }
            waiter.wait()
        }
    }

    /// Gives the lane back; to the pool when work came meanwhile.
    func yield() {
        let more = queue.withLock { queue in
            if !queue.jobs.isEmpty { return true }
            queue.owned = false
            for waiter in queue.waiting { waiter.wake() }
            queue.waiting = []
            return false
        }
        if more { pool.ready(self) }
    }

    func enqueue(_ job: any LaneJob) {
        enum Place { case refused, first, behind }
        let place: Place = queue.withLock { queue in
            if queue.closed { return .refused }
            queue.jobs.append(job)
            if queue.owned { return .behind }
            queue.owned = true
            return .first
        }
        switch place {
        case .refused: job.finish(StoreError.closed(path: path))
        case .first: pool.ready(self)
        case .behind: break
        }
    }
}

/// What the lane did so far, for metrics and for tests that count instead of measuring.
public struct LaneCounts: Sendable, Hashable {
    /// Commands run, those that failed included.
    public var commands = 0
    public var commits = 0
    /// Statements that the writer ran since it opened the file, as of the last commit.
    public var statements = 0
    /// Calls that wrote to the write-ahead log since then, likewise.
    public var logWrites = 0
    /// Times the writer copied the write-ahead log, or what was left of it.
    public var checkpoints = 0
    /// Times it was copied beside the writer.
    public var passes = 0
    /// Snapshots that reads began; reads between two commits share them.
    public var snapshots = 0
    /// Batches taken back and run again one by one.
    public var reruns = 0
}
