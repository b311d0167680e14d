import ExpoContracts

/// What leads from which state to which: the whole of it, as values.
enum Life {
    static func step(_ state: ExhibitionState, _ action: ExhibitionAction) -> ExhibitionState? {
        switch (state, action) {
        case (.draft, .publish): .published
        case (.published, .close): .closed
        default: nil
        }
    }

    static func step(_ state: BoothState, _ action: BoothAction) -> BoothState? {
        switch (state, action) {
        case (.applied, .approve): .approved
        case (.applied, .sendBack): .returned
        case (.applied, .reject), (.returned, .reject): .rejected
        default: nil
        }
    }

    /// After the exhibitor has changed what it shows.
    static func saved(_ state: BoothState) -> BoothState? {
        switch state {
        case .applied, .returned: .applied
        case .approved: .approved
        case .rejected, .withdrawn: nil
        }
    }

    static func step(_ state: LeadState, _ action: LeadAction) -> LeadState? {
        switch (state, action) {
        case (.new, .contact), (.contacted, .contact): .contacted
        case (.agreed, .contact): .agreed
        case (.new, .agree), (.contacted, .agree), (.agreed, .agree): .agreed
        case (.new, .close), (.contacted, .close), (.agreed, .close): .closed
        case (.closed, _): nil
        }
    }

    static func actions(in state: LeadState) -> [LeadAction] { LeadAction.allCases.filter { step(state, $0) != nil } }
}
