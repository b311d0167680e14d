public import Messages

/// A participant said how a class was; the event does not say who. It travels to the sites above, which count satisfaction (D12).
public struct SurveyAnswered: Event {
    public static let name: WireName = "school.survey-answered.v1"
    public static let reach = Reach.upward
    public var subject: String { schoolClass.subject }

    public var schoolClass: ClassID
    public var overall: Int
    public var teaching: Int

    public init(schoolClass: ClassID, overall: Int, teaching: Int) {
        self.schoolClass = schoolClass
        self.overall = overall
        self.teaching = teaching
    }
}
