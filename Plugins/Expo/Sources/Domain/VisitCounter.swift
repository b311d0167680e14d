import ExpoContracts
import Synchronization
import Vocabulary

/// How often booths, exhibitions and halls were opened since the last count. No cookie, no address, nobody's name: opening a page adds one.
///
/// Kept in memory and written down once a minute; a crash, a stop, a change of the plug-in's settings or a full disk loses what was counted in the
/// last minute.
final class VisitCounter: Sendable {
    /// Tags of one count; what comes beyond is counted without its tag, since anybody can write one.
    private static let mostTags = 500

    /// What was opened.
    enum Shown: Hashable {
        case booth(BoothID)
        case exhibition(ExhibitionID)
        case hall(ExhibitionID, Int)

        /// In this order counts are written down.
        fileprivate var key: String {
            switch self {
            case .booth(let id): id.description
            case .exhibition(let id): id.description
            case .hall(let id, let number): "\(id)/\(number)"
            }
        }
    }

    struct Place: Hashable {
        var shown: Shown
        /// The tag of a campaign link; empty: none.
        var source: String
    }

    private struct State {
        var counts: [Place: Int] = [:]
        /// What the last count took, and when.
        var taken: [Place: Int] = [:]
        var takenAt: Timestamp?
    }

    private let state = Mutex(State())

    func add(_ shown: Shown, source: String? = nil) {
        state.withLock { state in
            var place = Place(shown: shown, source: source ?? "")
            if state.counts[place] == nil, state.counts.count >= Self.mostTags { place.source = "" }
            state.counts[place, default: 0] += 1
        }
    }

    /// What is to be written down. A transaction may run twice before it counts; within half the interval it gets the same again.
    func take(at now: Timestamp) -> [(place: Place, count: Int)] {
        state.withLock { state in
            let isAgain = state.takenAt.map { now.milliseconds - $0.milliseconds < 30_000 } ?? false
            if !isAgain {
                state.taken = state.counts
                state.counts = [:]
                state.takenAt = now
            }
            return state.taken.sorted { ($0.key.shown.key, $0.key.source) < ($1.key.shown.key, $1.key.source) }.map { ($0.key, $0.value) }
        }
    }
}
