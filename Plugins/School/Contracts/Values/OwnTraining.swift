/// What somebody sees of their own training.
public struct OwnTraining: Codable, Sendable, Hashable {
    public var entries: [TraineeDetail]

    public init(entries: [TraineeDetail]) { self.entries = entries }
}
