public import Messages
public import Vocabulary

/// Hours that somebody's role needs expire soon: whoever carries messages may remind them. Announced once for each day on which they fall short.
public struct TrainingDue: Event {
    public static let name: WireName = "school.training-due.v1"
    public var subject: String { trainee.subject }

    public var trainee: TraineeID
    public var role: String
    public var region: RegionCode
    /// Hours that count today, and hours that are needed.
    public var hours: Int
    public var needed: Int
    public var fallsShortOn: Day

    public init(trainee: TraineeID, role: String, region: RegionCode, hours: Int, needed: Int, fallsShortOn: Day) {
        self.trainee = trainee
        self.role = role
        self.region = region
        self.hours = hours
        self.needed = needed
        self.fallsShortOn = fallsShortOn
    }
}
