public import Messages
public import Vocabulary

/// Somebody who was at a class stated what their enterprise needs, and it went to Matching.
public struct MatchingRequested: Event {
    public static let name: WireName = "school.matching-requested.v1"
    public var subject: String { registration.subject }

    public var registration: RegistrationID
    public var schoolClass: ClassID
    public var enterprise: CreditCode
    public var title: String
    public var category: String

    public init(
        registration: RegistrationID, schoolClass: ClassID, enterprise: CreditCode, title: String, category: String
    ) {
        self.registration = registration
        self.schoolClass = schoolClass
        self.enterprise = enterprise
        self.title = title
        self.category = category
    }
}
