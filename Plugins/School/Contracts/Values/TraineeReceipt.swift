/// The number of a trainee who was written down or claimed.
public struct TraineeReceipt: Codable, Sendable, Hashable {
    public var trainee: TraineeID

    public init(trainee: TraineeID) { self.trainee = trainee }
}
