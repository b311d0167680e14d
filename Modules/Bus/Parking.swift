import Messages
import Store
import Synchronization
import Vocabulary

/// Deliveries of one plug-in that failed: tried again with back-off, then kept for a person to repair, replay or discard.
///
/// Later messages of the same subject wait behind the failed one, in order; other subjects go on.
final class Parking: Sendable {
    /// The cause written on a message that only waits for the one before it.
    static let behind = "同一事项的前一条消息尚未处理"
    /// After this many tries a message waits for a person.
    static let limit = 8

    let plug: Plug
    private let clock: TimeSource
    private let log: BusLog
    private let work: DeliveryWork
    private let state = Mutex(State())

    private struct State {
        var held: Set<Key> = []
        var isLoaded = false
        /// The next moment at which a retry is due; `nil` when none is.
        var due: Timestamp?
        var trying: Set<Int64> = []
    }

    private struct Key: Hashable {
        let source: String
        let subject: String
    }

    init(plug: Plug, clock: TimeSource, log: BusLog, work: DeliveryWork) {
        self.plug = plug
        self.clock = clock
        self.log = log
        self.work = work
    }

    static func describe(_ error: any Error) -> String {
        if let refusal = error as? Refusal { return "\(refusal.code): \(refusal.log)" }
        if let store = error as? StoreError { return store.description }
        return "\(type(of: error)): \(error)"
    }

    /// 1 s, 4 s, 16 s … at most an hour.
    func nextTry(afterAttempts attempts: Int) -> Timestamp {
        let seconds = min(3600, 1 << min(12, 2 * (attempts - 1)))
        return clock.now.advanced(by: .seconds(seconds))
    }

    func holds(_ source: String, _ subject: String) -> Bool {
        load()
        return state.withLock { $0.held.contains(Key(source: source, subject: subject)) }
    }

    func hold(_ source: String, _ subject: String) {
        state.withLock {
            $0.held.insert(Key(source: source, subject: subject))
            $0.due = $0.due.map { min($0, clock.now) } ?? clock.now
        }
    }

    /// Reads what an earlier run left parked.
    func load() {
        guard !state.withLock({ $0.isLoaded }) else { return }
        guard let parked = try? plug.file.read({ try $0.parkedMessages() }) else { return }
        state.withLock {
            guard !$0.isLoaded else { return }
            $0.isLoaded = true
            for message in parked { $0.held.insert(Key(source: message.source, subject: message.entry.subject)) }
            $0.due = parked.compactMap(\.next).min() ?? $0.due
        }
    }

    func tick() {
        let now = clock.now
        guard state.withLock({ $0.due.map { $0 <= now } ?? false }) else { return }
        guard let parked = try? plug.file.read({ try $0.parkedMessages() }) else { return }
        state.withLock { $0.due = parked.compactMap(\.next).filter { $0 > now }.min() }
        for message in parked where message.next.map({ $0 <= now }) ?? false { attempt(message.id) }
    }

    func replay(_ id: Int64) { attempt(id) }

    func discard(_ id: Int64, reason: String, by actor: Actor) async throws {
        guard let message = try plug.file.read({ try $0.parkedMessages().first { $0.id == id } }) else { throw Refusal.notFound }
        let now = clock.now
        try await plug.file.write { try $0.discardParked(id, reason: reason, actor: "\(actor.id) \(actor.name)", at: now) }
        release(message)
    }

    private func attempt(_ id: Int64) {
        guard state.withLock({ $0.trying.insert(id).inserted }) else { return }
        work.begin()
        let plug = self.plug
        plug.file.enqueue { writer -> ParkedMessage? in
            guard let message = try writer.parkedMessage(id) else { return nil }
            try plug.receive(message.entry, source: message.source, tx: writer, effects: Transaction.Effects())
            try writer.releaseParked(id)
            return message
        } then: { [self] result in
            switch result {
            case .success(let message):
                if let message { work.run { self.release(message) } }
                finish(id)
            case .failure(let error): postpone(id, error)
            }
        }
    }

    private func postpone(_ id: Int64, _ error: any Error) {
        let cause = Self.describe(error)
        let plug = self.plug
        let log = self.log
        plug.file.enqueue { [self] writer -> Timestamp? in
            guard let message = try writer.parkedMessage(id) else { return nil }
            let attempts = message.attempts + 1
            let next = attempts >= Self.limit ? nil : nextTry(afterAttempts: attempts)
            try writer.postponeParked(id, cause: cause, attempts: attempts, next: next)
            if next == nil {
                log(
                    .error, "message-parked", cause, ("site", plug.site), ("plugin", plug.id), ("from", message.source),
                    ("message", message.entry.type.description), ("parked", String(id)))
            }
            return next
        } then: { [self] result in
            let next = (try? result.get()) ?? clock.now.advanced(by: .seconds(60))
            if (try? result.get()) != .some(nil) { state.withLock { $0.due = $0.due.map { min($0, next) } ?? next } }
            finish(id)
        }
    }

    private func finish(_ id: Int64) {
        state.withLock { _ = $0.trying.remove(id) }
        work.end()
    }

    /// The message is out of the way: the next of its subject is tried, or the subject is free again.
    private func release(_ message: ParkedMessage) {
        let subject = message.entry.subject
        let following = try? plug.file.read { snapshot in
            try snapshot.parkedMessages().first { $0.source == message.source && $0.entry.subject == subject }
        }
        if let next = following ?? nil {
            attempt(next.id)
        } else {
            state.withLock { _ = $0.held.remove(Key(source: message.source, subject: subject)) }
        }
    }
}
