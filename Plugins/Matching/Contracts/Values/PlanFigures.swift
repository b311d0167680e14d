public import Vocabulary

/// How good a plan is: the wishes' weights that are met, against the most that any plan could meet.
public struct PlanFigures: Codable, Sendable, Hashable {
    /// Pairs that at least one side wants.
    public var wishes: Int
    public var met: Int
    /// Sum of weights of the planned talks.
    public var weight: Int
    /// No plan without clash can have more.
    public var bound: Int
    /// Talks that stayed as they were at the last planning.
    public var kept: Int
    /// Talks that another round or table was given.
    public var moved: Int
    public var plannedAt: Timestamp

    public init(wishes: Int, met: Int, weight: Int, bound: Int, kept: Int, moved: Int, plannedAt: Timestamp) {
        self.wishes = wishes
        self.met = met
        self.weight = weight
        self.bound = bound
        self.kept = kept
        self.moved = moved
        self.plannedAt = plannedAt
    }
}
