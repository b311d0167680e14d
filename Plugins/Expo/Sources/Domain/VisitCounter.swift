import ExpoContracts
import Synchronization

/// How often booths were opened since the last count. No cookie, no address, nobody's name: opening a page adds one.
///
/// Kept in memory and written down once a minute; a crash loses what was counted since.
final class VisitCounter: Sendable {
    private let counts = Mutex<[BoothID: Int]>([:])

    func add(_ booth: BoothID) { counts.withLock { $0[booth, default: 0] += 1 } }

    func drain() -> [(booth: BoothID, count: Int)] {
        counts.withLock { counts in
            defer { counts = [:] }
            return counts.sorted { $0.key.description < $1.key.description }.map { ($0.key, $0.value) }
        }
    }
}
