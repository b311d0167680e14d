import Messages
import Store
import Synchronization
import Vocabulary

/// Why a plug-in has not taken in what came for it.
package enum Untaken: Sendable, Hashable {
    /// It failed, or waits behind one of its subject that did.
    case parked
    /// It is of a version that the plug-in cannot read before its upgrade.
    case newer
    /// A person gave it up, for that reason.
    case refused(String)

    init(_ message: ParkedMessage) { self = message.cause == Parking.unreadable ? .newer : .parked }
}

/// Deliveries of one plug-in that failed: tried again with back-off, then kept for a person to repair, replay or discard.
///
/// Later messages of the same subject wait behind the failed one, in order; other subjects go on. What is parked is on disk;
/// when it is tried next is not, so a restart tries everything again soon.
final class Parking: Sendable {
    /// The cause written on a message that only waits for the one before it.
    static let behind = "waits behind an earlier message of its subject"
    /// The cause written on an event whose version the plug-in does not know yet.
    static let unreadable = "of a version that this plug-in cannot read yet; delivered after its upgrade"
    /// After this many tries a message waits for a person.
    static let limit = 8

    let plug: Plug
    private let sources: [String: any LogSource]
    private let network: SiteNetwork?
    private let clock: TimeSource
    private let log: BusLog
    let work: Activity
    private let state = Mutex(State())

    private struct State {
        var held: Set<Key> = []
        var isLoaded = false
        /// Sources of parked messages that were not known when these were read.
        var absent: Set<String> = []
        /// When the head of each held subject is tried next; a subject that waits for a person has none.
        var due: [Key: Timestamp] = [:]
        var trying: Set<Int64> = []
        var isRetired = false
    }

    private struct Key: Hashable {
        let source: String
        let subject: String
    }

    init(plug: Plug, sources: [any LogSource], clock: TimeSource, log: BusLog, work: Activity) {
        self.plug = plug
        self.sources = Dictionary(sources.map { ($0.id, $0) }) { first, _ in first }
        network = plug.network
        self.clock = clock
        self.log = log
        self.work = work
    }

    func source(_ id: String) -> (any LogSource)? { sources[id] ?? network?.source(id, for: plug.site) }

    static func describe(_ error: any Error) -> String {
        if error is UnreadableVersion { return unreadable }
        if let refusal = error as? Refusal { return "\(refusal.code): \(refusal.log)" }
        return "\(type(of: error)): \(error)"
    }

    /// 1 s, 4 s, 16 s … at most an hour.
    static func delay(afterAttempts attempts: Int) -> Duration {
        .seconds(min(3600, 1 << min(12, 2 * max(0, attempts - 1))))
    }

    func holds(_ source: String, _ subject: String?) -> Bool {
        guard let subject else { return false }
        return state.withLock { !$0.held.isEmpty && $0.held.contains(Key(source: source, subject: subject)) }
    }

    /// From now on later messages of the subject wait. The head is tried again after the first delay.
    ///
    /// - Parameter isTried: `false`: it waits for a person, or for an upgrade.
    func hold(_ source: String, _ subject: String?, isTried: Bool = true) {
        guard let subject else { return }
        let key = Key(source: source, subject: subject)
        let next = clock.now.advanced(by: Self.delay(afterAttempts: 1))
        state.withLock {
            $0.held.insert(key)
            if isTried { $0.due[key] = next }
        }
    }

    /// Reads what an earlier run left parked; called before the first delivery.
    func load() throws {
        // What comes from a log that was not there yet is looked at again once it is.
        let absent = state.withLock { $0.isLoaded ? $0.absent : nil }
        if let absent { guard absent.contains(where: { source($0) != nil }) else { return } }
        let parked = try plug.file.read { try $0.parked(limit: .max) }
        let now = clock.now
        state.withLock { state in
            guard absent != nil || !state.isLoaded else { return }
            state.isLoaded = true
            state.absent = []
            var heads: Set<Key> = []
            for message in parked {
                guard let subject = message.subject else { continue }
                let key = Key(source: message.source, subject: subject)
                state.held.insert(key)
                guard heads.insert(key).inserted, absent?.contains(message.source) ?? true else { continue }
                // What comes from a disabled plug-in waits until it is enabled again.
                guard source(message.source) != nil else {
                    state.absent.insert(message.source)
                    continue
                }
                let isReadable = message.cause == Self.unreadable && plug.distant[message.type] != nil
                if message.attempts < Self.limit || isReadable { state.due[key] = now }
            }
        }
    }

    /// Tries nothing more; what is parked stays on disk for the parking that follows.
    func retire(_ isRetired: Bool) { state.withLock { $0.isRetired = isRetired } }

    func tick() {
        let now = clock.now
        let due = state.withLock { state -> Set<Key> in
            if state.isRetired { return [] }
            let due = state.due.filter { $0.value <= now }.keys
            for key in due { state.due[key] = nil }
            return Set(due)
        }
        guard !due.isEmpty, let parked = try? plug.file.read({ try $0.parked(limit: .max) }) else { return }
        var seen: Set<Key> = []
        for message in parked {
            guard let key = key(of: message), due.contains(key), seen.insert(key).inserted else { continue }
            attempt(message)
        }
    }

    /// - Throws: 404 where it is gone; 409 where an earlier message of its subject comes first.
    func replay(_ id: Int64) throws {
        guard let message = try plug.file.read({ try $0.parked(limit: .max).first { $0.id == id } }) else { throw Refusal.notFound }
        try mustBeFirst(message)
        attempt(message)
    }

    /// The order of a subject holds for those that a person sends on, too.
    func mustBeFirst(_ message: ParkedMessage) throws {
        guard let subject = message.subject else { return }
        let first = try plug.file.read { try $0.parked(source: message.source, limit: .max) }.first { $0.subject == subject }
        if let first, first.seq < message.seq { throw Refusal.parkedBehind(first) }
    }

    func discard(_ id: Int64, reason: String, by actor: Actor) async throws {
        let plug = self.plug
        let entry = try plug.file.read { try $0.parked(limit: .max).first { $0.id == id } }.flatMap { message -> (any LogSource, LogEntry)? in
            guard let source = source(message.source), source.site != plug.site, let entry = try source.entry(message.seq),
                entry.target != nil, entry.type != CommandReceipt.name
            else { return nil }
            return (source, entry)
        }
        let discarded = try await plug.file.write { writer in
            let message = try writer.discardParked(id, reason: reason, actor: actor)
            // Whoever sent it from another site hears that nothing will come of it.
            if message != nil, let (source, entry) = entry {
                try plug.answer(entry, from: source, with: CommandReceipt(command: entry.id, state: .refused, refusal: .givenUp(reason)), store: writer)
            }
            return message
        }
        guard let message = discarded else { throw Refusal.notFound }
        release(message)
    }

    private func key(of message: ParkedMessage) -> Key? {
        message.subject.map { Key(source: message.source, subject: $0) }
    }

    func attempt(_ message: ParkedMessage) {
        guard state.withLock({ !$0.isRetired && $0.trying.insert(message.id).inserted }) else { return }
        work.begin()
        // The source may be another process, for which no lane waits.
        work.run(waitingFor: message.source) { self.run(message, Result { try self.source(message.source)?.entry(message.seq) }) }
    }

    private func run(_ message: ParkedMessage, _ found: Result<LogEntry?, any Error>) {
        let plug = self.plug
        let source = source(message.source)
        plug.file.enqueue { writer -> Bool in
            guard try writer.releaseParked(message.id) != nil else { return false }
            guard let source, let entry = try found.get() else {
                throw Refusal.unknownMessage("\(message.source)#\(message.seq)")
            }
            let effects = Transaction.Effects()
            try plug.receive(self.repaired(entry, of: source, in: writer), from: source, tx: writer, effects: effects)
            return effects.enqueuedJob
        } then: { [self] result in
            switch result {
            case .success(let jobs):
                if jobs { plug.nudgeJobs() }
                plug.settleErasures()
                release(message)
                finish(message)
            case .failure(let error):
                postpone(message, error)
            }
        }
    }

    private func postpone(_ message: ParkedMessage, _ error: any Error) {
        let cause = Self.describe(error)
        let attempts = message.attempts + 1
        plug.file.enqueue { writer in
            try writer.postponeParked(message.id, cause: cause, attempts: attempts)
        } then: { [self] _ in
            if attempts < Self.limit {
                let next = clock.now.advanced(by: Self.delay(afterAttempts: attempts))
                if let key = key(of: message) { state.withLock { $0.due[key] = next } }
            } else {
                log(
                    .error, "message-parked", cause, ("site", plug.site), ("plugin", plug.id), ("from", message.source),
                    ("message", message.type.description), ("parked", String(message.id)))
            }
            finish(message)
        }
    }

    private func finish(_ message: ParkedMessage) {
        state.withLock { _ = $0.trying.remove(message.id) }
        work.end()
    }

    /// The message is out of the way: the next of its subject is tried, or the subject is free again.
    ///
    /// Looked up in the lane, where deliveries decide whether to wait: nothing can slip in between.
    private func release(_ message: ParkedMessage) {
        guard let key = key(of: message) else { return }
        work.begin()
        plug.file.enqueue { [self] writer -> ParkedMessage? in
            let following = try writer.parked(source: message.source, limit: .max).first { $0.subject == message.subject }
            if following == nil {
                state.withLock {
                    $0.held.remove(key)
                    $0.due[key] = nil
                }
            }
            return following
        } then: { [self] result in
            if case .success(let next?) = result { attempt(next) }
            work.end()
        }
    }
}
