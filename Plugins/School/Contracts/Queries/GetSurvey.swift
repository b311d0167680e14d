public import Messages

/// What participants said of a class, for its staff.
public struct GetSurvey: Query {
    public typealias Reply = SurveyReport

    public static let name: WireName = "school.get-survey.v1"

    public var schoolClass: ClassID

    public init(schoolClass: ClassID) {
        self.schoolClass = schoolClass
    }
}
