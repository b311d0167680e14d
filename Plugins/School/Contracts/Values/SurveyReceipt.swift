/// The answer was taken.
public struct SurveyReceipt: Codable, Sendable, Hashable {
    public var schoolClass: ClassID

    public init(schoolClass: ClassID) {
        self.schoolClass = schoolClass
    }
}
