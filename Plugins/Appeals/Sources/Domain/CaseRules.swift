import AppealsContracts

/// The state machine of a case and of its parts: what may be done where. What is not here is refused.
enum CaseMachine {
    /// The state after the desk's action; `nil` where it is not possible. 移出 gives back the state from before the merge, so it is not here.
    static func next(_ state: CaseState, _ action: CaseAction) -> CaseState? {
        switch (state, action) {
        case (.submitted, .accept): .processing
        // Further departments may be added while others work on it.
        case (.processing, .accept): .processing
        case (.submitted, .refuse): .refused
        case (.answered, .close): .closed
        default: nil
        }
    }

    /// The state of a part after its department's action. 转交 ends this part and begins one at the department named: it never closes.
    static func next(_ state: PartState, _ action: PartAction) -> PartState? {
        switch (state, action) {
        case (.sent, .receive): .handling
        case (.sent, .handOn), (.handling, .handOn): .handedOn
        case (.handling, .interim): .handling
        case (.handling, .answer): .answered
        default: nil
        }
    }

    /// What the desk may do where a case stands; 移出 where it is merged.
    static func possible(_ state: CaseState) -> [CaseAction] {
        CaseAction.allCases.filter { next(state, $0) != nil || (state == .merged && $0 == .unmerge) }
    }

    /// What its department may do with a part.
    static func possible(_ state: PartState) -> [PartAction] { PartAction.allCases.filter { next(state, $0) != nil } }

    /// A case of several departments is answered when every one of them has answered.
    static func isAnswered(_ parts: [PartState]) -> Bool { parts.contains(.answered) && !parts.contains(where: \.isOpen) }

    /// What may be merged: what nobody has closed, and no common problem itself.
    static func mayMerge(_ state: CaseState, isCommon: Bool) -> Bool {
        !isCommon && [.submitted, .processing, .answered].contains(state)
    }
}
