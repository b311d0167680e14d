import MarketContracts

/// The life of a complaint as values: 待机构答复 → 待办结 → 已办结, or 已撤回. The staff may close without an answer, lest silence stops it.
enum ComplaintLife {
    enum Side: String, Sendable, Hashable, CaseIterable { case enterprise, agency, staff }

    struct Step: Sendable, Hashable {
        let from: ComplaintState
        let action: ComplaintAction
        let to: ComplaintState
        let side: Side
    }

    static let steps: [Step] = [
        Step(from: .filed, action: .answer, to: .answered, side: .agency),
        Step(from: .filed, action: .close, to: .closed, side: .staff),
        Step(from: .filed, action: .withdraw, to: .withdrawn, side: .enterprise),
        Step(from: .answered, action: .close, to: .closed, side: .staff),
        Step(from: .answered, action: .withdraw, to: .withdrawn, side: .enterprise),
    ]

    static func step(from state: ComplaintState, by action: ComplaintAction) -> Step? { steps.first { $0.from == state && $0.action == action } }
}
