import MatchingContracts
import Vocabulary

/// Rounds and tables of a 对接会.
struct Hall: Sendable, Hashable {
    var startsAt: Timestamp
    var slots: Int
    var slotMinutes: Int
    var pauseMinutes: Int
    var tables: Int

    /// - Parameter slot: from 1.
    func start(of slot: Int) -> Timestamp { startsAt.advanced(by: .seconds(Int64((slot - 1) * (slotMinutes + pauseMinutes)) * 60)) }

    var endsAt: Timestamp { start(of: slots).advanced(by: .seconds(Int64(slotMinutes) * 60)) }

    /// A bit for each round that begins after the moment.
    func ahead(of now: Timestamp) -> UInt64 { (1...slots).reduce(0) { start(of: $1) > now ? $0 | 1 << UInt64($1 - 1) : $0 } }

    /// Rounds as bits, the first the lowest.
    static func bits(_ slots: [Int]) -> UInt64 { slots.reduce(0) { (1...48).contains($1) ? $0 | 1 << UInt64($1 - 1) : $0 } }
}

/// What may follow on what: 筹备中 → 征集志愿 → 已排定 → 已结束; cancelled from each of the first three.
enum MatchmakingLife {
    static func next(from state: MatchmakingState, by action: MatchmakingAction) -> MatchmakingState? {
        switch (state, action) {
        case (.draft, .open): .open
        case (.open, .plan), (.planned, .plan): .planned
        case (.planned, .close): .closed
        case (.draft, .cancel), (.open, .cancel), (.planned, .cancel): .cancelled
        default: nil
        }
    }

    static func actions(in state: MatchmakingState) -> [MatchmakingAction] { MatchmakingAction.allCases.filter { next(from: state, by: $0) != nil } }

    /// Days after the 对接会 on which talks are followed up.
    static let followUpDays = [30, 90]
}
