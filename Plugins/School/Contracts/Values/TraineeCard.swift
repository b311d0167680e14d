public import Vocabulary

/// Somebody of a node's staff, and whether they have the hours that their role needs.
public struct TraineeCard: Codable, Sendable, Hashable {
    public var id: TraineeID
    public var name: Personal<String>
    public var mobile: Personal<Mobile>
    public var role: String
    public var region: RegionCode
    /// The rule of this year; missing where nobody has made one for the role.
    public var rule: TrainingRule?
    /// Hours that count today.
    public var hours: Int
    /// Hours earned this year.
    public var hoursThisYear: Int
    public var standing: TrainingState
    /// First day on which too few hours will be left, if none are earned until then.
    public var fallsShortOn: Day?
    /// An account has shown that this is its own.
    public var isClaimed: Bool
    public var leftOn: Day?

    public init(
        id: TraineeID, name: Personal<String>, mobile: Personal<Mobile>, role: String, region: RegionCode,
        rule: TrainingRule? = nil, hours: Int, hoursThisYear: Int, standing: TrainingState, fallsShortOn: Day? = nil,
        isClaimed: Bool, leftOn: Day? = nil
    ) {
        self.id = id
        self.name = name
        self.mobile = mobile
        self.role = role
        self.region = region
        self.rule = rule
        self.hours = hours
        self.hoursThisYear = hoursThisYear
        self.standing = standing
        self.fallsShortOn = fallsShortOn
        self.isClaimed = isClaimed
        self.leftOn = leftOn
    }
}
