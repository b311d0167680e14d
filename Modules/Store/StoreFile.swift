import CSQLite
import Dispatch
import Synchronization
public import Vocabulary

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// One plug-in's SQLite file at one site: one writer lane, any number of snapshot readers.
///
/// Writing: `write`, `enqueue`, `observeCommits`. Reading: `read`. Life: `open`, `closeIfIdle`, `close`.
/// Care: `backup`, `verifyLog`, `counts`.
public final class StoreFile: Sendable {
    let lane: Lane

    /// Touches nothing yet; the file is opened on first use.
    /// - Parameter path: its folder must exist. Beside it come `-wal`, `-shm` and `.lock`.
    public init(
        path: String, migrations: [Migration], lanes: LanePool, options: StoreOptions = .init(), clock: TimeSource
    ) {
        lane = Lane(path: path, migrations: migrations, options: options, clock: clock, pool: lanes)
    }

    public var path: String { lane.path }

    /// What the lane did so far.
    /// How often something was committed since the process began, counted before anybody is told of it: what was read after this number
    /// was asked for is at least as new.
    public var commits: Int { lane.commits.load(ordering: .acquiring) }

    public var counts: LaneCounts { lane.counts.withLock { $0 } }

    /// Opens, creates and migrates now instead of on first use, to hear of trouble early. Blocks on the disk.
    public func open() throws {
        if lane.queue.withLock({ $0.closed }) { throw StoreError.closed(path: path) }
        try lane.opened()
    }

    // MARK: - Writing

    /// Runs the work in the write transaction; returns after its commit is on disk.
    ///
    /// When the work throws, nothing of it is kept and others in the batch go on. It may be run a second time when the
    /// batch was taken back, as it is when another command fails after changes, so it must have no effect outside the writer.
    public func write<T: Sendable>(_ work: @escaping @Sendable (StoreWriter) throws -> T) async throws -> T {
        try await withUnsafeThrowingContinuation { continuation in
            enqueue(work) { continuation.resume(with: $0) }
        }
    }

    /// The same for event loops: `then` is called on the lane's thread after the commit and must return quickly.
    public func enqueue<T: Sendable>(
        _ work: @escaping @Sendable (StoreWriter) throws -> T,
        then: @escaping @Sendable (Result<T, any Error>) -> Void
    ) {
        lane.enqueue(CommandJob(work: work, then: then))
    }

    /// Calls the observer on the lane's thread after every commit that appended to the log, with the last number.
    ///
    /// - Returns: what `stopObserving` takes to end it.
    @discardableResult
    public func observeCommits(_ observer: @escaping @Sendable (_ lastLogSeq: Int64) -> Void) -> Int {
        lane.observers.withLock { observers in
            let id = (observers.last?.id ?? 0) + 1
            observers.append((id, observer))
            return id
        }
    }

    /// Ends an observation; a commit under way may still report to it once.
    public func stopObserving(_ id: Int) { lane.observers.withLock { $0.removeAll { $0.id == id } } }

    // MARK: - Reading

    /// One consistent view, on the caller's thread; never waits for the writer. Must be short: it pins the log.
    public func read<T>(_ body: (StoreSnapshot) throws -> T) throws -> T { try lane.read(body) }

    /// The same for a caller that has asked the clock already, and may ask nothing of the file: then it is not opened, nor held open.
    package func read<T>(at now: Timestamp, _ body: (StoreSnapshot) throws -> T) throws -> T {
        try lane.read(now: now, mayAskNothing: true, body)
    }

    // MARK: - Life

    /// Whether it is open at this moment.
    public var isOpen: Bool { lane.reading.withLock { $0.open } }

    /// When it was last written or read.
    public var lastUse: Timestamp { Timestamp(milliseconds: lane.lastUse) }

    /// Closes the file when nobody used it for `StoreOptions.idleAfter`, with a whole checkpoint; it opens again by
    /// itself. Returns whether it is closed now.
    @discardableResult
    public func closeIfIdle(now: Timestamp) -> Bool { close(unusedFor: lane.options.idleAfter, now: now) }

    /// The same after another time without use.
    @discardableResult
    public func close(unusedFor time: Duration, now: Timestamp) -> Bool {
        let limit = Timestamp(milliseconds: lane.lastUse).advanced(by: time)
        guard limit <= now, lane.seize() else { return false }
        defer { lane.yield() }
        // Its readers would wait for that pass, and for those of other files before it.
        guard lane.copier?.isWorking != true else { return false }
        guard lane.stopReading() else { return false }
        lane.shut()
        return true
    }

    /// Refuses new work, waits for the queue, checkpoints whole and closes for good. Not from inside `then`.
    public func close() {
        lane.queue.withLock { $0.closed = true }
        lane.seizeWaiting()
        lane.copier?.wait()
        _ = lane.stopReading()
        lane.shut()
        lane.yield()
    }

    // MARK: - Care

    /// Leaves nothing of what was deleted or overwritten in the file, its write-ahead log or the space between rows: closes the
    /// file with a whole checkpoint and without its log. It opens again by itself. Waits for work and reads under way.
    ///
    /// - Throws: `StoreError.tooLong` when reads have not ended within the limit, `.diskFailed`; calling again is safe.
    public func scrub(within limit: Duration = .seconds(20)) async throws {
        try await withUnsafeThrowingContinuation { (continuation: UnsafeContinuation<Void, any Error>) in
            DispatchQueue.global().async { [lane] in
                let end = ContinuousClock.now + limit
                lane.seizeWaiting()
                lane.copier?.wait()
                while !lane.stopReading() {
                    guard ContinuousClock.now < end else {
                        lane.yield()
                        return continuation.resume(throwing: StoreError.tooLong(path: lane.path))
                    }
                    usleep(2_000)
                }
                let isDone = lane.shut()
                lane.yield()
                isDone ? continuation.resume() : continuation.resume(throwing: StoreError.diskFailed(path: lane.path))
            }
        }
    }

    /// Recomputes the hash chain of the whole log on one snapshot.
    public func verifyLog() throws -> LogVerdict { try lane.read(limit: .seconds(3600)) { try $0.verifyLog() } }
}

extension Lane {
    /// No new reads from here on; `false`, and reading goes on, when one is still under way.
    fileprivate func stopReading() -> Bool {
        reading.withLock { reading in
            if reading.active > 0 { return false }
            reading.open = false
            return true
        }
    }
}
