import MarketContracts

/// The life of a service before people as values: 草稿 → 待审核 → 退回 or 已上架 ⇄ 下架, 暂停.
enum ListingLife {
    enum Authority: Sendable, Hashable { case agency, staff }

    struct Step: Sendable, Hashable {
        let from: ListingState
        let action: ListingAction
        let to: ListingState
        let authority: Authority
        let needsOpinion: Bool
    }

    static let steps: [Step] = [
        Step(from: .draft, action: .submit, to: .submitted, authority: .agency, needsOpinion: false),
        Step(from: .returned, action: .submit, to: .submitted, authority: .agency, needsOpinion: false),
        Step(from: .withdrawn, action: .submit, to: .submitted, authority: .agency, needsOpinion: false),
        Step(from: .submitted, action: .withdraw, to: .withdrawn, authority: .agency, needsOpinion: false),
        Step(from: .listed, action: .withdraw, to: .withdrawn, authority: .agency, needsOpinion: false),
        Step(from: .submitted, action: .approve, to: .listed, authority: .staff, needsOpinion: false),
        Step(from: .submitted, action: .sendBack, to: .returned, authority: .staff, needsOpinion: true),
        Step(from: .listed, action: .suspend, to: .suspended, authority: .staff, needsOpinion: true),
        Step(from: .suspended, action: .resume, to: .listed, authority: .staff, needsOpinion: false),
        Step(from: .suspended, action: .sendBack, to: .returned, authority: .staff, needsOpinion: true),
    ]

    static func step(from state: ListingState, by action: ListingAction) -> Step? { steps.first { $0.from == state && $0.action == action } }
}
