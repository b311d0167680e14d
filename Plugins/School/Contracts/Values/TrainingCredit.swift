public import Vocabulary

/// Hours that somebody has earned, and by what.
public struct TrainingCredit: Codable, Sendable, Hashable {
    public var registration: RegistrationID
    /// The class's title.
    public var title: String
    public var basis: TrainingBasis
    /// 学时; of 45 minutes each where they come from attendance and study.
    public var hours: Int
    /// Day on which they were earned.
    public var earnedOn: Day
    /// First day on which they count no more; missing where no rule says how long.
    public var expiresOn: Day?

    public init(
        registration: RegistrationID, title: String, basis: TrainingBasis, hours: Int, earnedOn: Day,
        expiresOn: Day? = nil
    ) {
        self.registration = registration
        self.title = title
        self.basis = basis
        self.hours = hours
        self.earnedOn = earnedOn
        self.expiresOn = expiresOn
    }
}
