import CSQLite
import Synchronization
import Vocabulary

/// A read-only connection of the pool. Unchecked: it is in one place at a time, the idle list or one caller's hands.
final class Reader: @unchecked Sendable {
    let connection: Connection
    /// When the read in progress has to stop.
    var deadline = Int64.max

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
/// that asks nothing of the file costs it nothing.
final class ReadLease {
    private let lane: Lane?
    private let limit: Duration
    private var reader: Reader?
    private var isOver = false
    private let given: Connection?

    init(_ lane: Lane, limit: Duration) {
        self.lane = lane
        self.limit = limit
        given = nil
    }

    /// A connection whose owner has begun the transaction and ends it.
    init(_ connection: Connection) {
        lane = nil
        limit = .zero
        given = connection
    }

    func connection() throws -> Connection {
        if let reader { return reader.connection }
        if let given { return given }
        guard let lane, !isOver else { throw StoreError.sql(code: SQLITE_MISUSE, message: "a snapshot was used after its read", statement: "") }
        let reader = try lane.borrow()
        self.reader = reader
        let (seconds, attoseconds) = limit.components
        reader.deadline = Monotonic.nanoseconds + seconds * 1_000_000_000 + attoseconds / 1_000_000_000
        try reader.connection.step(.beginRead)
        return reader.connection
    }

    func end() throws {
        isOver = true
        guard let reader else { return }
        try reader.connection.step(.commit)
        self.reader = nil
        lane?.giveBack(reader)
    }

    func breakOff() {
        isOver = true
        guard let reader else { return }
        if reader.connection.inTransaction { try? reader.connection.step(.rollback) }
        self.reader = nil
        lane?.giveBack(reader)
    }
}

extension Lane {
    /// One snapshot on the caller's thread.
    func read<T>(limit: Duration? = nil, _ body: (StoreSnapshot) throws -> T) throws -> T {
        touch()
        try enter()
        let lease = ReadLease(self, limit: limit ?? options.readLimit)
        do {
            let result = try body(StoreSnapshot(lease: lease))
            try lease.end()
            leave()
            return result
        } catch {
            lease.breakOff()
            leave()
            throw error
        }
    }

    /// Counts a read, so that the file stays open while it lasts; opens the file where it is not.
    private func enter() throws {
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

    private func leave() { reading.withLock { $0.active -= 1 } }

    fileprivate func borrow() throws -> Reader {
        if let reader = reading.withLock({ $0.idle.popLast() }) { return reader }
        let reader = try Reader(path: path, cache: options.readerCache)
        options.readers.opened()
        return reader
    }

    fileprivate func giveBack(_ reader: Reader) {
        let close = options.readers.isExceeded
        let (kept, isFirst) = reading.withLock { reading in
            guard reading.open, !close else { return (false, false) }
            reading.idle.append(reader)
            defer { reading.isResting = true }
            return (true, !reading.isResting)
        }
        if isFirst { options.readers.rested(self) }
        if !kept {
            reader.connection.close()
            options.readers.closed()
        }
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
