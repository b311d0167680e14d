import CSQLite
import Synchronization

extension StoreFile {
    /// Runs the work now, on the caller's thread, and opens the file where it is not. Waits for what the lane has under way.
    ///
    /// What it changes is not synced by itself: until the next `write` was answered a power cut may take it back. So it is for what
    /// can be made again, such as a secret that nothing relies on yet, and must not append to the log.
    public func prepare<T>(_ work: (StoreWriter) throws -> T) throws -> T {
        if lane.queue.withLock({ $0.closed }) { throw StoreError.closed(path: path) }
        lane.seizeWaiting()
        defer { lane.yield() }
        return try lane.prepare(work)
    }
}

extension Lane {
    /// Owner only.
    fileprivate func prepare<T>(_ work: (StoreWriter) throws -> T) throws -> T {
        touch()
        let connection = try opened()
        // The header of a log that begins anew must be on disk before what follows it; of a log that never was, there is nothing
        // that could be taken for what follows.
        try connection.execute("PRAGMA synchronous = \(isNewFile ? "OFF" : "NORMAL")")
        let result = Result { try transaction(on: connection, work) }
        do { try connection.execute("PRAGMA synchronous = FULL") } catch {
            dropConnection()
            throw error
        }
        return try result.get()
    }

    private func transaction<T>(on connection: Connection, _ work: (StoreWriter) throws -> T) throws -> T {
        let head = connection.head
        try connection.step(.begin)
        do {
            let result = try work(StoreWriter(connection: connection, clock: clock))
            guard connection.head.seq == head.seq else {
                throw StoreError.sql(code: SQLITE_MISUSE, message: "what is prepared may not append to the log", statement: "")
            }
            try connection.step(.commit)
            renewSnapshots()
            return result
        } catch {
            if connection.inTransaction { try? connection.step(.rollback) }
            connection.head = head
            throw error
        }
    }
}
