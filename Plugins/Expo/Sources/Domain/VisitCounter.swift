import ExpoContracts
import Synchronization
import Vocabulary

/// How often booths were opened since the last count. No cookie, no address, nobody's name: opening a page adds one.
///
/// Kept in memory and written down once a minute; a crash, or a disk that is full at that moment, loses what was counted since.
final class VisitCounter: Sendable {
    private struct State {
        var counts: [BoothID: Int] = [:]
        /// What the last count took, and when.
        var taken: [BoothID: Int] = [:]
        var takenAt: Timestamp?
    }

    private let state = Mutex(State())

    func add(_ booth: BoothID) { state.withLock { $0.counts[booth, default: 0] += 1 } }

    /// What is to be written down. A transaction may run twice before it counts; within half the interval it gets the same again.
    func take(at now: Timestamp) -> [(booth: BoothID, count: Int)] {
        state.withLock { state in
            let isAgain = state.takenAt.map { now.milliseconds - $0.milliseconds < 30_000 } ?? false
            if !isAgain {
                state.taken = state.counts
                state.counts = [:]
                state.takenAt = now
            }
            return state.taken.sorted { $0.key.description < $1.key.description }.map { ($0.key, $0.value) }
        }
    }
}
