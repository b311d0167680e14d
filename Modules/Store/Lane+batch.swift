import CSQLite
import Dispatch
import Synchronization

/// One command in the queue of a lane.
protocol LaneJob: AnyObject, Sendable {
    /// Runs the command and keeps its result; may be called again when the batch was taken back.
    func attempt(_ writer: StoreWriter) throws
    /// Tells the caller: the kept result, or the error that befell the batch.
    func finish(_ failure: (any Error)?)
}

/// Unchecked: `result` is touched only by the lane's owner.
final class CommandJob<T: Sendable>: LaneJob, @unchecked Sendable {
    private let work: @Sendable (StoreWriter) throws -> T
    private let then: @Sendable (Result<T, any Error>) -> Void
    private var result: Result<T, any Error>?

    init(
        work: @escaping @Sendable (StoreWriter) throws -> T,
        then: @escaping @Sendable (Result<T, any Error>) -> Void
    ) {
        self.work = work
        self.then = then
    }

    func attempt(_ writer: StoreWriter) throws {
        do {
            result = .success(try work(writer))
        } catch {
            result = .failure(error)
            throw error
        }
    }

    func finish(_ failure: (any Error)?) {
        if let failure { return then(.failure(failure)) }
        guard let result else { return then(.failure(StoreError.closed(path: ""))) }
        then(result)
    }
}

final class Waiter: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    func wait() { semaphore.wait() }
    func wake() { semaphore.signal() }
}

extension Lane {
    /// One batch: every waiting command, one COMMIT, then all replies. Returns whether more waits.
    func turn() -> Bool {
        if next == pending.count {
            pending.removeAll(keepingCapacity: true)
            next = 0
            let idle = queue.withLock { queue in
                if queue.jobs.isEmpty {
                    queue.owned = false
                    for waiter in queue.waiting { waiter.wake() }
                    queue.waiting = []
                    return true
                }
                swap(&queue.jobs, &pending)
                return false
            }
            if idle { return false }
        }
        touch()
        heedCopier()
        do {
            try batch(on: opened())
        } catch {
            // No file, no batch: everybody taken so far hears why.
            let failed = pending[next...]
            next = pending.count
            for job in failed { job.finish(error) }
        }
        return true
    }

    private func batch(on connection: Connection) throws {
        let first = next
        let headBefore = connection.head
        let writer = StoreWriter(connection: connection, clock: clock)
        let isCareful = careful > 0
        try connection.step(.begin)
        let end = ContinuousClock.now + options.batchLimit
        var outcome = Outcome.whole
        repeat {
            let job = pending[next]
            next += 1
            outcome = isCareful ? runApart(job, writer) : run(job, writer)
        } while outcome == .whole && next < pending.count && ContinuousClock.now < end

        if outcome == .mixed {
            takeBack(connection, to: headBefore)
            if next - first == 1 {
                counts.withLock { $0.commands += 1 }
                return pending[first].finish(nil)
            }
            counts.withLock { $0.reruns += 1 }
            careful = Self.carefulFor
            next = first
            return try batch(on: connection)
        }
        careful = max(0, careful - (next - first))
        counts.withLock { $0.commands += next - first }
        if outcome == .whole {
            do {
                if connection.head.seq != headBefore.seq { try connection.writeHead() }
                try connection.commit()
                return committed(connection, jobs: first..<next, headBefore: headBefore)
            } catch {
                takeBack(connection, to: headBefore)
                // A deferred foreign key is one command's fault, not everybody's. Anything else may be the disk's.
                guard case StoreError.constraint = error else {
                    return failed(jobs: first..<next, error)
                }
            }
        }
        takeBack(connection, to: headBefore)
        counts.withLock { $0.reruns += 1 }
        for index in first..<next { alone(pending[index], writer) }
    }

    /// What the transaction holds after a command.
    private enum Outcome {
        /// Everything of those that succeeded, nothing of those that failed.
        case whole
        /// Part of a command that failed.
        case mixed
        /// Nothing: it is gone.
        case lost
    }

    /// After a command failed with changes made, this many run apart.
    private static let carefulFor = 256

    /// Runs one command. One that fails before it changed anything, as most refusals do, needs no SAVEPOINT to be taken back; a
    /// SAVEPOINT for each costs a fifth of everything.
    private func run(_ job: any LaneJob, _ writer: StoreWriter) -> Outcome {
        let connection = writer.connection
        let (head, changes) = (connection.head, connection.changes)
        do {
            try job.attempt(writer)
            return connection.inTransaction ? .whole : .lost
        } catch {
            connection.head = head
            guard connection.inTransaction else { return .lost }
            return connection.changes == changes ? .whole : .mixed
        }
    }

    /// Runs one command in its SAVEPOINT.
    private func runApart(_ job: any LaneJob, _ writer: StoreWriter) -> Outcome {
        let connection = writer.connection
        let head = connection.head
        do {
            try connection.step(.savepoint)
            do {
                try job.attempt(writer)
            } catch {
                connection.head = head
                guard connection.inTransaction else { return .lost }
                try connection.step(.rollbackTo)
            }
            guard connection.inTransaction else { return .lost }
            try connection.step(.release)
            return .whole
        } catch {
            return .lost
        }
    }

    /// One command in a transaction of its own, after its batch was taken back. Nobody has been answered yet.
    private func alone(_ job: any LaneJob, _ writer: StoreWriter) {
        let connection = writer.connection
        let head = connection.head
        do {
            try connection.step(.begin)
        } catch {
            return job.finish(error)
        }
        do {
            try job.attempt(writer)
        } catch {
            takeBack(connection, to: head)
            return job.finish(nil)
        }
        do {
            if connection.head.seq != head.seq { try connection.writeHead() }
            try connection.commit()
        } catch {
            takeBack(connection, to: head)
            return job.finish(error)
        }
        counts.withLock { $0.commits += 1 }
        renewSnapshots()
        if connection.head.seq != head.seq { announce(connection.head.seq) }
        job.finish(nil)
    }

    private func takeBack(_ connection: Connection, to head: LogHead) {
        if connection.inTransaction { try? connection.step(.rollback) }
        connection.head = head
    }

    private func committed(_ connection: Connection, jobs: Range<Int>, headBefore: LogHead) {
        counts.withLock { counts in
            counts.commits += 1
            counts.statements = connection.statements
            counts.logWrites = connection.logWrites
        }
        renewSnapshots()
        // Before the replies: who was answered finds the deliveries that follow already under way.
        if connection.head.seq != headBefore.seq { announce(connection.head.seq) }
        for index in jobs { pending[index].finish(nil) }
        checkpointIfDue(connection)
        growth?.makeRoom(used: 32 + connection.walFrames * connection.frameBytes)
    }

    /// The commit failed: nobody is told success, and the connection is not trusted with another sync.
    private func failed(jobs: Range<Int>, _ error: any Error) {
        dropConnection()
        for index in jobs { pending[index].finish(error) }
    }

    private func announce(_ seq: Int64) {
        for observer in observers.withLock({ $0 }) { observer.body(seq) }
    }
}

extension Connection {
    /// Notes the new end of the log, once per batch.
    func writeHead() throws {
        let statement = try fixed(.setHead)
        statement.bind(head.seq, at: 1)
        statement.bind(head.hash, at: 2)
        try step(.setHead)
    }

    func loadHead() throws {
        try each("SELECT seq, hash FROM _head WHERE n = 1", binding: [], guarded: false) { row in
            head = LogHead(seq: try row.get(0), hash: try row.get(1))
            return false
        }
    }

    /// A kept log is overwritten, which syncs two to four times faster than a growing one.
    func keepWriteAheadLog(_ keep: Bool) {
        var value: Int32 = keep ? 1 : 0
        sqlite3_file_control(handle, nil, SQLITE_FCNTL_PERSIST_WAL, &value)
    }

    func watchFrames() {
        sqlite3_wal_hook(
            handle,
            { context, _, _, frames in
                guard let context else { return SQLITE_OK }
                let connection = Unmanaged<Connection>.fromOpaque(context).takeUnretainedValue()
                if Int(frames) < connection.walFrames { connection.newLogs += 1 }
                connection.walFrames = Int(frames)
                return SQLITE_OK
            }, Unmanaged.passUnretained(self).toOpaque())
    }
}
