import CSQLite
import Synchronization

/// A read-only connection of the pool. Unchecked: it is in one place at a time, the idle list or one caller's hands.
final class Reader: @unchecked Sendable {
    let connection: Connection
    /// When the read in progress has to stop.
    var deadline = ContinuousClock.now

    init(path: String, cache: Int) throws {
        connection = try Connection(path: path, flags: SQLITE_OPEN_READONLY)
        sqlite3_busy_timeout(connection.handle, 5000)
        try connection.execute("PRAGMA query_only = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -\(cache)")
        sqlite3_progress_handler(
            connection.handle, 20_000,
            { context in
                guard let context else { return 0 }
                return ContinuousClock.now > Unmanaged<Reader>.fromOpaque(context).takeUnretainedValue().deadline ? 1 : 0
            }, Unmanaged.passUnretained(self).toOpaque())
    }
}

extension Lane {
    /// One snapshot on the caller's thread.
    func read<T>(limit: Duration? = nil, _ body: (StoreSnapshot) throws -> T) throws -> T {
        touch()
        let reader = try borrow()
        reader.deadline = ContinuousClock.now + (limit ?? options.readLimit)
        do {
            try reader.connection.step(.beginRead)
            let result = try body(StoreSnapshot(connection: reader.connection))
            try reader.connection.step(.commit)
            giveBack(reader)
            return result
        } catch {
            if reader.connection.inTransaction { try? reader.connection.step(.rollback) }
            giveBack(reader)
            throw error
        }
    }

    private func borrow() throws -> Reader {
        enum Found {
            case ready(Reader)
            case room, shut
        }
        while true {
            if queue.withLock({ $0.closed }) { throw StoreError.closed(path: path) }
            let found: Found = reading.withLock { reading in
                guard reading.open else { return .shut }
                reading.active += 1
                if let reader = reading.idle.popLast() { return .ready(reader) }
                return .room
            }
            switch found {
            case .ready(let reader): return reader
            case .room:
                do {
                    let reader = try Reader(path: path, cache: options.readerCache)
                    options.readers.opened()
                    return reader
                } catch {
                    reading.withLock { $0.active -= 1 }
                    throw error
                }
            case .shut: try opened()
            }
        }
    }

    private func giveBack(_ reader: Reader) {
        let close = options.readers.isExceeded
        let kept = reading.withLock { reading in
            reading.active -= 1
            guard reading.open, !close else { return false }
            reading.idle.append(reader)
            return true
        }
        if !kept {
            reader.connection.close()
            options.readers.closed()
        }
    }

    var hasIdleReader: Bool { reading.withLock { !$0.idle.isEmpty } }

    func dropIdleReader() {
        let reader = reading.withLock { $0.idle.isEmpty ? nil : $0.idle.removeFirst() }
        guard let reader else { return }
        reader.connection.close()
        options.readers.closed()
    }
}
