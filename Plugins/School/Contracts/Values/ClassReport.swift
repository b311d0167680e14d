/// What a class brought: the training and the matching together.
public struct ClassReport: Codable, Sendable, Hashable {
    public var schoolClass: ClassID
    public var figures: ClassFigures
    public var offersMatching: Bool
    /// In the order in which they were stated, at most 200.
    public var demands: [MatchingCard]

    public init(schoolClass: ClassID, figures: ClassFigures, offersMatching: Bool, demands: [MatchingCard]) {
        self.schoolClass = schoolClass
        self.figures = figures
        self.offersMatching = offersMatching
        self.demands = demands
    }
}
