public import Vocabulary

/// What participants said of a class, without their names.
public struct SurveyReport: Codable, Sendable, Hashable {
    public var satisfaction: ClassSatisfaction
    /// How many gave 1, 2, 3, 4, 5.
    public var overall: [Int]
    /// The same for the teaching.
    public var teaching: [Int]
    /// The latest first, at most 100; those of erased persons are gone.
    public var comments: [Personal<String>]

    public init(satisfaction: ClassSatisfaction, overall: [Int], teaching: [Int], comments: [Personal<String>]) {
        self.satisfaction = satisfaction
        self.overall = overall
        self.teaching = teaching
        self.comments = comments
    }
}
