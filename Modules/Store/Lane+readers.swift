import CSQLite
import Synchronization
import Vocabulary

/// A read-only connection of the pool. Unchecked: it is in one place at a time, the idle list or one caller's hands.
final class Reader: @unchecked Sendable {
    let connection: Connection
    /// When the read in progress has to stop.
    var deadline = Int64.max
    /// Its snapshot was begun when so many commits had been made; `nil` where it holds none.
    var begunAt: Int?

    init(path: String, cache: Int) throws {
        connection = try Connection(path: path, flags: SQLITE_OPEN_READONLY)
        sqlite3_busy_timeout(connection.handle, 5000)
        try connection.execute("PRAGMA query_only = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -\(cache)")
        sqlite3_progress_handler(
            connection.handle, 20_000,
            { context in
                guard let context else { return 0 }
                return Monotonic.nanoseconds > Unmanaged<Reader>.fromOpaque(context).takeUnretainedValue().deadline ? 1 : 0
            }, Unmanaged.passUnretained(self).toOpaque())
    }
}

/// One read of a file. A connection and its snapshot are taken with the first SELECT, as SQLite itself would: a query
/// that asks nothing of the file costs it nothing, nor is the file opened for it.
///
/// The connection keeps its snapshot afterwards, for the next read, as long as nothing was committed: beginning and ending one costs
/// more than reading a row. The writer ends those that lie idle with every commit, so they hold up no checkpoint.
final class ReadLease {
    private let lane: Lane?
    /// Nanoseconds.
    private let limit: Int64
    private var reader: Reader?
    /// The read counts at its lane.
    private(set) var hasEntered = false
    private var isOver = false
    private let given: Connection?

    init(_ lane: Lane, limit: Int64) {
        self.lane = lane
        self.limit = limit
        given = nil
    }

    /// A connection whose owner has begun the transaction and ends it.
    init(_ connection: Connection) {
        lane = nil
        limit = 0
        given = connection
    }

    func connection() throws -> Connection {
        if let reader { return reader.connection }
        if let given { return given }
        guard let lane, !isOver else { throw StoreError.sql(code: SQLITE_MISUSE, message: "a snapshot was used after its read", statement: "") }
        try enter()
        let reader = try lane.borrow()
        self.reader = reader
        reader.deadline = Monotonic.nanoseconds + limit
        // Before the snapshot: it may then be newer than the number says, never older.
        let now = lane.commits.load(ordering: .acquiring)
        if reader.begunAt == now { return reader.connection }
        try reader.endSnapshot()
        try reader.connection.step(.beginRead)
        reader.begunAt = now
        lane.counts.withLock { $0.snapshots += 1 }
        return reader.connection
    }

    /// Ends the read.
    /// - Returns: the connection, to be given back with its snapshot.
    func end() -> Reader? {
        isOver = true
        return reader.take()
    }

    /// Counts the read at its lane, once.
    func enter() throws {
        guard let lane, !hasEntered else { return }
        try lane.enter()
        hasEntered = true
    }

    /// Ends a read that asked nothing.
    func close() { isOver = true }

    /// Ends a read that failed, and its snapshot.
    func breakOff() -> Reader? {
        guard let reader = end() else { return nil }
        if reader.connection.inTransaction { try? reader.connection.step(.rollback) }
        reader.begunAt = nil
        return reader
    }
}

extension Reader {
    func endSnapshot() throws {
        guard begunAt != nil else { return }
        begunAt = nil
        try connection.step(.commit)
    }
}

extension Lane {
    /// One snapshot on the caller's thread.
    ///
    /// - Parameter mayAskNothing: the file is opened and held open from the first SELECT on only, instead of at once.
    func read<T>(limit: Duration? = nil, now: Timestamp? = nil, mayAskNothing: Bool = false, _ body: (StoreSnapshot) throws -> T) throws -> T {
        touch(now ?? clock.now)
        let lease = ReadLease(self, limit: limit.map(Lane.nanoseconds) ?? readLimit)
        if !mayAskNothing { try lease.enter() }
        do {
            let result = try body(StoreSnapshot(lease: lease))
            if lease.hasEntered { leave(lease.end()) } else { lease.close() }
            return result
        } catch {
            if lease.hasEntered { leave(lease.breakOff()) } else { lease.close() }
            throw error
        }
    }

    /// Counts a read, so that the file stays open while it lasts; opens the file where it is not.
    fileprivate func enter() throws {
        while true {
            let isOpen = reading.withLock { reading in
                if reading.open { reading.active += 1 }
                return reading.open
            }
            if isOpen { return }
            if queue.withLock({ $0.closed }) { throw StoreError.closed(path: path) }
            try opened()
        }
    }

    /// Counts the end of a read and takes its connection back.
    private func leave(_ reader: Reader?) {
        guard let reader else { return reading.withLock { $0.active -= 1 } }
        let isTooMany = options.readers.isExceeded
        let (isKept, isFirst) = reading.withLock { reading in
            // A commit that comes from here on finds it among the idle ones and ends its snapshot.
            guard reading.open, !isTooMany, endIfOld(reader) else { return (false, false) }
            reading.active -= 1
            reading.idle.append(reader)
            defer { reading.isResting = true }
            return (true, !reading.isResting)
        }
        if isFirst { options.readers.rested(self) }
        guard !isKept else { return }
        // Whoever waits for reads to end waits for their snapshots, too.
        reader.connection.close()
        options.readers.closed()
        reading.withLock { $0.active -= 1 }
    }

    /// Ends the snapshot unless nothing was committed since; `false` where that fails.
    private func endIfOld(_ reader: Reader) -> Bool {
        guard let begun = reader.begunAt, begun != commits.load(ordering: .acquiring) else { return true }
        return (try? reader.endSnapshot()) != nil
    }

    /// Every read that begins from here on sees what was committed; snapshots that nobody reads from hold up no checkpoint.
    /// By the owner, before anybody is told of the commit.
    func renewSnapshots() {
        commits.add(1, ordering: .releasing)
        reading.withLock { reading in
            reading.idle.removeAll { reader in
                if endIfOld(reader) { return false }
                reader.connection.close()
                options.readers.closed()
                return true
            }
        }
    }

    fileprivate func borrow() throws -> Reader {
        if let reader = reading.withLock({ $0.idle.popLast() }) { return reader }
        let reader = try Reader(path: path, cache: options.readerCache)
        options.readers.opened()
        return reader
    }

    /// It is no longer in the queue of those that may lose a connection; whether it has one to lose.
    func leaveRest() -> Bool {
        reading.withLock { reading in
            reading.isResting = false
            return !reading.idle.isEmpty
        }
    }

    /// Puts it back where it still has one.
    func rest() {
        let mustRest = reading.withLock { reading in
            guard !reading.idle.isEmpty, !reading.isResting else { return false }
            reading.isResting = true
            return true
        }
        if mustRest { options.readers.rested(self) }
    }

    func dropIdleReader() {
        let reader = reading.withLock { $0.idle.isEmpty ? nil : $0.idle.removeFirst() }
        guard let reader else { return }
        reader.connection.close()
        options.readers.closed()
    }
}
