/// Somebody of a node's staff with every credit.
public struct TraineeDetail: Codable, Sendable, Hashable {
    public var card: TraineeCard
    /// The latest first.
    public var credits: [TrainingCredit]

    public init(card: TraineeCard, credits: [TrainingCredit]) {
        self.card = card
        self.credits = credits
    }
}
