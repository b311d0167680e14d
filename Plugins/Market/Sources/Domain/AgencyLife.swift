import MarketContracts

/// The life of an agency as values: 草稿 → 待审核 → 退回 or 已入驻 ⇄ 暂停 → 退出.
enum AgencyLife {
    /// Who takes a step.
    enum Authority: Sendable, Hashable { case agency, staff, province }

    struct Step: Sendable, Hashable {
        let from: AgencyState
        let action: AgencyAction
        let to: AgencyState
        let authority: Authority
        let needsOpinion: Bool
    }

    static let steps: [Step] = [
        Step(from: .draft, action: .submit, to: .submitted, authority: .agency, needsOpinion: false),
        Step(from: .returned, action: .submit, to: .submitted, authority: .agency, needsOpinion: false),
        Step(from: .submitted, action: .approve, to: .approved, authority: .staff, needsOpinion: false),
        Step(from: .submitted, action: .sendBack, to: .returned, authority: .staff, needsOpinion: true),
        Step(from: .approved, action: .suspend, to: .suspended, authority: .staff, needsOpinion: true),
        Step(from: .suspended, action: .resume, to: .approved, authority: .staff, needsOpinion: false),
        // Nobody is put out who was not suspended before and had time to mend.
        Step(from: .suspended, action: .exit, to: .exited, authority: .province, needsOpinion: true),
    ]

    static func step(from state: AgencyState, by action: AgencyAction) -> Step? { steps.first { $0.from == state && $0.action == action } }
}
