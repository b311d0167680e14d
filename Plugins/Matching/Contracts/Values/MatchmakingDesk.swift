/// What a participant, or the staff who hold it, see of a 对接会.
public struct MatchmakingDesk: Codable, Sendable, Hashable {
    public var facts: MatchmakingFacts
    /// Whether the one who asks holds it.
    public var isStaff: Bool
    /// The asker's own invitations, one a side.
    public var own: [Attendance]
    /// Whom the asker can wish for; for staff, all.
    public var others: [Attendance]
    /// The asker's own; for staff, all.
    public var wishes: [StatedWish]
    /// The asker's own; for staff, all.
    public var talks: [Talk]
    /// The asker's own; for staff, all.
    public var unmet: [UnmetWish]
    /// Once planned.
    public var figures: PlanFigures?
    /// What the asker can do.
    public var actions: [MatchmakingAction]

    public init(
        facts: MatchmakingFacts, isStaff: Bool, own: [Attendance], others: [Attendance], wishes: [StatedWish],
        talks: [Talk], unmet: [UnmetWish], figures: PlanFigures? = nil, actions: [MatchmakingAction]
    ) {
        self.facts = facts
        self.isStaff = isStaff
        self.own = own
        self.others = others
        self.wishes = wishes
        self.talks = talks
        self.unmet = unmet
        self.figures = figures
        self.actions = actions
    }
}
