public import Messages
public import Vocabulary

/// Somebody was put on a node's list of staff to be trained, changed, or claimed by an account.
public struct TraineeSaved: Event {
    public static let name: WireName = "school.trainee-saved.v1"
    public var subject: String { trainee.subject }

    public var trainee: TraineeID
    public var role: String
    public var region: RegionCode
    public var isClaimed: Bool
    public var leftOn: Day?

    public init(trainee: TraineeID, role: String, region: RegionCode, isClaimed: Bool, leftOn: Day? = nil) {
        self.trainee = trainee
        self.role = role
        self.region = region
        self.isClaimed = isClaimed
        self.leftOn = leftOn
    }
}
