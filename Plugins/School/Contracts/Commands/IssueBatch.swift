public import Messages

/// Goes on with an issue of certificates; the school tells itself.
public struct IssueBatch: Command {
    public typealias Reply = IssueProgress

    public static let name: WireName = "school.issue-batch.v1"

    public var run: Int

    public init(run: Int) {
        self.run = run
    }
}
