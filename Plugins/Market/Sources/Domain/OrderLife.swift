import MarketContracts

/// The state machine of an order as values: 待报价 → 已有报价 → 已选定 → 已约定 → 服务中 → 已交付 → 已确认 → 已评价.
///
/// Nothing here knows a database, a clock or a person: `Side` says who may, `step` whether and where to.
/// - Source: 湘经信中小服务〔2017〕711号 三, 四
enum OrderLife {
    /// Who takes a step.
    enum Side: String, Sendable, Hashable, CaseIterable {
        /// The served enterprise.
        case enterprise
        /// An agency that was asked and is not chosen yet.
        case asked
        /// The chosen agency.
        case chosen
        /// Staff of the enterprise's region.
        case staff
        /// A timer.
        case system
    }

    /// What a step asks for besides the decision.
    struct Needs: OptionSet, Sendable, Hashable {
        let rawValue: Int
        /// Words: proof, or why.
        static let note = Needs(rawValue: 1)
        /// Which agency.
        static let agency = Needs(rawValue: 2)
        static let amount = Needs(rawValue: 4)
        static let appointment = Needs(rawValue: 8)
    }

    struct Step: Sendable, Hashable {
        let from: OrderState
        let action: OrderAction
        let to: OrderState
        let sides: Set<Side>
        let needs: Needs

        init(_ from: OrderState, _ action: OrderAction, _ to: OrderState, _ sides: Side..., needs: Needs = []) {
            self.from = from
            self.action = action
            self.to = to
            self.sides = Set(sides)
            self.needs = needs
        }
    }

    /// Every arrow; what is not listed is an illegal step.
    static let steps: [Step] = [
        Step(.proposed, .endorse, .requested, .enterprise),
        Step(.proposed, .cancel, .cancelled, .enterprise, .staff, needs: .note),
        Step(.requested, .quote, .quoted, .asked, .system, needs: .amount),
        Step(.requested, .decline, .requested, .asked),
        Step(.requested, .cancel, .cancelled, .enterprise, .staff, needs: .note),
        Step(.requested, .lapse, .lapsed, .system),
        Step(.quoted, .quote, .quoted, .asked, needs: .amount),
        Step(.quoted, .decline, .quoted, .asked),
        Step(.quoted, .accept, .accepted, .enterprise, .system, needs: .agency),
        Step(.quoted, .cancel, .cancelled, .enterprise, .staff, needs: .note),
        Step(.accepted, .schedule, .scheduled, .chosen, .system, needs: .appointment),
        Step(.accepted, .begin, .delivering, .chosen),
        Step(.accepted, .cancel, .cancelled, .enterprise, .chosen, .staff, needs: .note),
        Step(.scheduled, .schedule, .scheduled, .chosen, needs: .appointment),
        Step(.scheduled, .begin, .delivering, .chosen),
        Step(.scheduled, .cancel, .cancelled, .enterprise, .chosen, .staff, needs: .note),
        Step(.delivering, .deliver, .delivered, .chosen, needs: .note),
        Step(.delivering, .cancel, .cancelled, .enterprise, .chosen, .staff, needs: .note),
        Step(.delivered, .confirm, .confirmed, .enterprise),
        Step(.delivered, .dispute, .disputed, .enterprise, needs: .note),
        Step(.disputed, .confirm, .confirmed, .enterprise),
        Step(.disputed, .uphold, .confirmed, .staff, needs: .note),
        Step(.disputed, .redo, .delivering, .staff, needs: .note),
        Step(.confirmed, .rate, .rated, .enterprise, .staff),
        Step(.rated, .rate, .rated, .enterprise, .staff),
    ]

    static func step(from state: OrderState, by action: OrderAction) -> Step? { steps.first { $0.from == state && $0.action == action } }

    /// Who has to act next.
    static func waits(in state: OrderState) -> Side? {
        switch state {
        case .proposed, .quoted, .delivered, .confirmed: .enterprise
        case .requested: .asked
        case .accepted, .scheduled, .delivering: .chosen
        case .disputed: .staff
        case .rated, .cancelled, .lapsed: nil
        }
    }
}
