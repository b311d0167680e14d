import SchoolContracts

/// The state machine of a registration, as values. Nothing here knows a database, a clock or a person.
///
/// 报名 → (待审核) → 已录取, or 候补 → 递补待确认 → 已录取; the others are ends.
enum Enrolment {
    /// Who decides on an action.
    enum Authority: Sendable, Hashable {
        /// Staff of the class's region.
        case staff
        /// The enterprise, whoever has the pass code, or staff for them.
        case enterprise
        /// The school itself: its timer, or what follows from another step.
        case school
    }

    /// Where a new registration stands.
    static func entry(needsApproval: Bool, seatFree: Bool) -> RegistrationState {
        needsApproval ? .pending : seatFree ? .enrolled : .waiting
    }

    /// Where the action leads; `nil`: it cannot be done in this state.
    ///
    /// - Parameter seatFree: a seat is free and nobody waits for it.
    static func step(from state: RegistrationState, by action: RegistrationAction, seatFree: Bool) -> RegistrationState? {
        switch (state, action) {
        case (.pending, .approve): seatFree ? .enrolled : .waiting
        case (.pending, .reject): .rejected
        case (.waiting, .offer): .offered
        case (.offered, .accept): .enrolled
        case (.offered, .decline): .declined
        case (.offered, .lapse): .lapsed
        case (.pending, .cancel), (.waiting, .cancel), (.enrolled, .cancel): .cancelled
        case (.pending, .miss), (.waiting, .miss): .missed
        case (.pending, .callOff), (.waiting, .callOff), (.offered, .callOff), (.enrolled, .callOff): .cancelled
        default: nil
        }
    }

    static func authority(of action: RegistrationAction) -> Authority {
        switch action {
        case .approve, .reject: .staff
        case .accept, .decline, .cancel: .enterprise
        case .offer, .lapse, .miss, .callOff: .school
        }
    }

    /// What people may do in this state.
    static func actions(in state: RegistrationState, by authorities: Set<Authority>) -> [RegistrationAction] {
        RegistrationAction.allCases.filter {
            $0 != .offer && authorities.contains(authority(of: $0)) && step(from: state, by: $0, seatFree: true) != nil
        }
    }

    /// Whether another person may take the place.
    static func maySubstitute(in state: RegistrationState) -> Bool { state.isLiving }
}
