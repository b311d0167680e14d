/// What an attempt came to.
public struct QuizResult: Codable, Sendable, Hashable {
    /// Right answers out of a hundred, rounded down.
    public var score: Int
    public var isPassed: Bool
    /// Attempts that are left.
    public var left: Int
    /// Numbers of the questions that were not right, from 1.
    public var wrong: [Int]

    public init(score: Int, isPassed: Bool, left: Int, wrong: [Int]) {
        self.score = score
        self.isPassed = isPassed
        self.left = left
        self.wrong = wrong
    }
}
