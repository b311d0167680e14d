public import Messages

/// Begins to issue certificates to everybody of a class who is eligible and has none. The issue goes on by itself; `GetIssue` says how far it is.
public struct IssueCertificates: Command {
    public typealias Reply = IssueProgress

    public static let name: WireName = "school.issue-certificates.v1"

    public var schoolClass: ClassID

    public init(schoolClass: ClassID) {
        self.schoolClass = schoolClass
    }
}
