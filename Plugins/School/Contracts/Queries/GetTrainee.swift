public import Messages

/// One of the staff to be trained with every credit: for staff of the region, and for whoever claimed the entry.
public struct GetTrainee: Query {
    public typealias Reply = TraineeDetail

    public static let name: WireName = "school.get-trainee.v1"

    public var id: TraineeID

    public init(id: TraineeID) { self.id = id }
}
