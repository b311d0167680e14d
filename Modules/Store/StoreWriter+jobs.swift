public import Vocabulary

/// Work outside the transaction that must not be forgotten: kept in the file until it is finished or given up.
public struct StoredJob: Sendable, Hashable {
    public let id: Int64
    public let type: String
    public let payload: [UInt8]
    public let runAt: Timestamp
    /// Failed attempts so far.
    public let attempts: Int
    public let key: String?
    public let lastError: String?
}

extension StoreWriter {
    /// Adds a job. With a key under which a job of this type already waits, nothing is added and that job's id returned.
    @discardableResult
    public func enqueueJob(_ type: String, payload: [UInt8], runAt: Timestamp, key: String? = nil) throws -> Int64 {
        if let key,
            let waiting: Int64 = try value("SELECT id FROM _job WHERE type = ? AND key = ? AND failed = 0", type, key)
        {
            return waiting
        }
        // A number is never used again: what a job did is remembered under it, also after the job has gone.
        try connection.run(
            """
            INSERT INTO _job (id, type, payload, run_at, key) VALUES (1 + max(coalesce((SELECT max(id) FROM _job), 0),
              coalesce((SELECT CAST(value AS INTEGER) FROM _meta WHERE key = 'last-job'), 0)), ?, ?, ?, ?)
            """, binding: [type, payload, runAt, key], guarded: false)
        let id = lastRowID
        try connection.run(
            "INSERT INTO _meta (key, value) VALUES ('last-job', ?1) ON CONFLICT (key) DO UPDATE SET value = ?1", binding: [String(id)], guarded: false)
        return id
    }

    /// Removes a job that is done.
    public func finishJob(_ id: Int64) throws {
        try connection.run("DELETE FROM _job WHERE id = ?", binding: [id], guarded: false)
    }

    /// Counts a failed attempt and sets the next one.
    public func retryJob(_ id: Int64, at time: Timestamp, error: String) throws {
        try connection.run(
            "UPDATE _job SET attempts = attempts + 1, run_at = ?, error = ? WHERE id = ? AND failed = 0",
            binding: [time, error, id], guarded: false)
    }

    /// Has the job tried at that moment, its attempts counted anew; also one that was given up.
    /// - Returns: whether it is still there.
    public func reviveJob(_ id: Int64, at time: Timestamp) throws -> Bool {
        guard let one: Int64 = try value("SELECT count(*) FROM _job WHERE id = ?", id), one == 1 else { return false }
        try connection.run("UPDATE OR IGNORE _job SET attempts = 0, failed = 0, run_at = ? WHERE id = ?", binding: [time, id], guarded: false)
        return true
    }

    /// Gives the job up; it stays in the list of failed jobs.
    public func failJob(_ id: Int64, error: String) throws {
        try connection.run(
            "UPDATE _job SET attempts = attempts + 1, failed = 1, error = ? WHERE id = ?", binding: [error, id],
            guarded: false)
    }
}

extension SQLReading {
    /// Waiting jobs whose time has come, oldest first.
    public func dueJobs(now: Timestamp, limit: Int) throws -> [StoredJob] {
        try rows(
            "SELECT \(StoredJob.columns) FROM _job WHERE failed = 0 AND run_at <= ? ORDER BY run_at, id LIMIT ?", now,
            limit, as: StoredJob.init)
    }

    /// Jobs that wait, soonest first.
    public func waitingJobs(limit: Int) throws -> [StoredJob] {
        try rows("SELECT \(StoredJob.columns) FROM _job WHERE failed = 0 ORDER BY run_at, id LIMIT ?", limit, as: StoredJob.init)
    }

    /// When the next waiting job is due; `nil` when none waits.
    public func nextJobTime() throws -> Timestamp? { try value("SELECT min(run_at) FROM _job WHERE failed = 0") }

    /// Jobs given up, newest first.
    public func failedJobs(limit: Int) throws -> [StoredJob] {
        try rows(
            "SELECT \(StoredJob.columns) FROM _job WHERE failed = 1 ORDER BY id DESC LIMIT ?", limit, as: StoredJob.init)
    }
}

extension StoredJob {
    static let columns = "id, type, payload, run_at, attempts, key, error"

    init(_ row: Row) throws {
        self.init(
            id: try row.get(0), type: try row.get(1), payload: try row.get(2), runAt: try row.get(3),
            attempts: try row.get(4), key: try row.get(5), lastError: try row.get(6))
    }
}
