public import Vocabulary

/// How far the issue of a class's certificates has come; all zero when there was none.
public struct IssueProgress: Codable, Sendable, Hashable {
    public var total: Int
    public var done: Int
    /// Of those done; the others had one already or are not eligible any more.
    public var issued: Int
    public var isRunning: Bool
    public var startedAt: Timestamp?

    public init(total: Int, done: Int, issued: Int, isRunning: Bool, startedAt: Timestamp? = nil) {
        self.total = total
        self.done = done
        self.issued = issued
        self.isRunning = isRunning
        self.startedAt = startedAt
    }
}
