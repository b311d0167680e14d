public import Messages

/// The entries that the asker has claimed, with every credit.
public struct FindOwnTraining: Query {
    public typealias Reply = OwnTraining

    public static let name: WireName = "school.find-own-training.v1"

    public init() {}
}
