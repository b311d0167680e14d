public import Messages

/// How far the participants of a class are with its recorded lessons, in the order of arrival of their registrations; for its staff.
public struct FindStudy: ListQuery {
    public typealias Item = StudyCard
    public typealias Reply = Listing<StudyCard>

    public static let name: WireName = "school.find-study.v1"

    public var schoolClass: ClassID
    public var after: Cursor?
    /// 1…500, 20 when missing.
    public var limit: Int?

    public init(schoolClass: ClassID, after: Cursor? = nil, limit: Int? = nil) {
        self.schoolClass = schoolClass
        self.after = after
        self.limit = limit
    }
}

extension FindStudy: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        refineLimit(&schema)
    }
}
