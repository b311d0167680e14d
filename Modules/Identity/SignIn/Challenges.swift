import Messages
import Vocabulary

/// Sign-ins whose password was right and whose second step is still to come. In memory: after a restart people begin again.
/// A value behind a `Mutex`.
struct Challenges {
    struct Challenge: Sendable {
        var account: MessageID
        var hash: PasswordHash
        var rehashed: PasswordHash?
        /// The keys of the first step, which start afresh when the second succeeds.
        var keys: [Throttle.Key]
        var until: Timestamp
        var tries = 0
    }

    static let lifetime: Duration = .seconds(300)
    static let mostTries = 5
    private let capacity: Int
    private var waiting: [[UInt8]: Challenge] = [:]

    init(capacity: Int = 10_000) { self.capacity = capacity }

    mutating func add(_ id: [UInt8], _ challenge: Challenge, now: Timestamp) {
        if waiting.count >= capacity { waiting = waiting.filter { now < $0.value.until } }
        if waiting.count >= capacity, let oldest = waiting.min(by: { $0.value.until < $1.value.until }) {
            waiting[oldest.key] = nil
        }
        waiting[id] = challenge
    }

    /// The challenge, for one more try; `nil` when it is over or has been tried too often.
    mutating func attempt(_ id: [UInt8], now: Timestamp) -> Challenge? {
        guard var challenge = waiting[id], now < challenge.until, challenge.tries < Self.mostTries else {
            waiting[id] = nil
            return nil
        }
        challenge.tries += 1
        waiting[id] = challenge
        return challenge
    }

    func isOpen(_ id: [UInt8], now: Timestamp) -> Bool { waiting[id].map { now < $0.until && $0.tries < Self.mostTries } ?? false }

    mutating func remove(_ id: [UInt8]) { waiting[id] = nil }
}
