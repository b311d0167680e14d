import Messages
import Store
public import Vocabulary

/// A durable job as it stands, for people; what it holds stays inside.
public struct JobState: Codable, Sendable, Hashable {
    public var id: Int64
    public var type: String
    /// When it is tried next; of one that was given up, when it was last to be.
    public var runAt: Timestamp
    /// Failed attempts so far.
    public var attempts: Int
    public var isGivenUp: Bool
    public var cause: String?

    init(_ job: StoredJob, isGivenUp: Bool) {
        id = job.id
        type = job.type
        runAt = job.runAt
        attempts = job.attempts
        self.isGivenUp = isGivenUp
        cause = job.lastError
    }
}

extension Plug {
    /// Jobs that wait, soonest first, after those that were given up, newest first.
    func jobStates() throws -> [JobState] {
        try file.read { snapshot in
            try snapshot.failedJobs(limit: 500).map { JobState($0, isGivenUp: true) }
                + snapshot.waitingJobs(limit: 500).map { JobState($0, isGivenUp: false) }
        }
    }

    /// Tries a job again now, also one that was given up.
    ///
    /// - Throws: 404 where there is none of that number any more.
    func retryJob(_ id: Int64) async throws {
        let now = clock.now
        guard try await file.write({ try $0.reviveJob(id, at: now) }) else { throw Refusal.notFound }
        nudgeJobs()
    }
}

extension SiteBus {
    /// The site's durable jobs, wherever the plug-in runs; one whose process does not answer, or knows no jobs, has nothing to show.
    public func jobs() async throws -> [(plugin: String, job: JobState)] {
        var all = try plugs.flatMap { plug in try plug.jobStates().map { (plugin: plug.id, job: $0) } }
        for remote in remotes {
            guard let states = try? await remote.line.call(.call("jobs"), within: RemotePlug.patience).read([JobState].self, of: "jobs") else { continue }
            all += states.map { (plugin: remote.id, job: $0) }
        }
        return all
    }

    /// Tries a job again now.
    public func retryJob(plugin: String, _ id: Int64) async throws {
        if let plug = plugs.first(where: { $0.id == plugin }) { return try await plug.retryJob(id) }
        guard let remote = remotes.first(where: { $0.id == plugin }) else { throw Refusal.notFound }
        var head = FrameHead.call("job-retry")
        head.seq = id
        _ = try await remote.line.call(head, within: RemotePlug.patience)
    }
}
