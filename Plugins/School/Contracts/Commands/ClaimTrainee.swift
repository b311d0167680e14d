public import Messages
public import Vocabulary

/// Says that an entry of the list is the actor's own, shown by its number and mobile number together.
public struct ClaimTrainee: Command {
    public typealias Reply = TraineeReceipt

    public static let name: WireName = "school.claim-trainee.v1"

    public var trainee: TraineeID
    public var mobile: Personal<Mobile>

    public init(trainee: TraineeID, mobile: Personal<Mobile>) {
        self.trainee = trainee
        self.mobile = mobile
    }
}
