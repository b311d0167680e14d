public import Messages

/// How far the latest issue of a class's certificates is, for its staff.
public struct GetIssue: Query {
    public typealias Reply = IssueProgress

    public static let name: WireName = "school.get-issue.v1"

    public var schoolClass: ClassID

    public init(schoolClass: ClassID) {
        self.schoolClass = schoolClass
    }
}
