import MatchingContracts

/// The state machine of a demand as values. Every open state has a deadline; unanswered, a demand climbs instead of lying idle.
/// - Source: 湘经信中小服务〔2017〕711号 五; D18, D42
enum DemandLife {
    enum Side: String, Sendable, Hashable, CaseIterable { case enterprise, invited, chosen, staff, system }

    struct Step: Sendable, Hashable {
        let from: DemandState
        let action: DemandAction
        let to: DemandState
        let sides: Set<Side>
        /// Whether it must say why or what.
        let needsNote: Bool

        init(_ from: DemandState, _ action: DemandAction, _ to: DemandState, _ sides: Side..., note: Bool = false) {
            self.from = from
            self.action = action
            self.to = to
            self.sides = Set(sides)
            needsNote = note
        }
    }

    static let steps: [Step] = [
        Step(.received, .take, .matching, .staff),
        Step(.received, .invite, .matching, .staff, .enterprise),
        Step(.received, .escalate, .received, .system, .staff, note: true),
        Step(.received, .withdraw, .withdrawn, .enterprise, .staff, note: true),
        Step(.matching, .invite, .matching, .staff, .enterprise),
        Step(.matching, .respond, .answered, .invited),
        Step(.matching, .escalate, .matching, .system, .staff, note: true),
        Step(.matching, .withdraw, .withdrawn, .enterprise, .staff, note: true),
        Step(.matching, .close, .unmet, .staff, note: true),
        Step(.answered, .invite, .answered, .staff, .enterprise),
        Step(.answered, .respond, .answered, .invited),
        Step(.answered, .agree, .agreed, .enterprise),
        Step(.answered, .reopen, .matching, .enterprise, .staff, note: true),
        Step(.answered, .withdraw, .withdrawn, .enterprise, .staff, note: true),
        Step(.agreed, .deliver, .delivered, .chosen, note: true),
        Step(.agreed, .reopen, .matching, .enterprise, .staff, note: true),
        Step(.delivered, .rate, .rated, .enterprise),
        Step(.delivered, .reopen, .matching, .enterprise, note: true),
    ]

    static func step(from state: DemandState, by action: DemandAction) -> Step? { steps.first { $0.from == state && $0.action == action } }

    /// Who has to act next.
    static func waits(in state: DemandState) -> Side? {
        switch state {
        case .received, .matching: .staff
        case .answered, .delivered: .enterprise
        case .agreed: .chosen
        case .rated, .withdrawn, .unmet: nil
        }
    }
}
