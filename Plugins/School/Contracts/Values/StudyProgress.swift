public import Vocabulary

/// How far one participant is with one recorded lesson.
public struct StudyProgress: Codable, Sendable, Hashable {
    public var session: Int
    public var title: String
    /// Length of the lesson in seconds.
    public var seconds: Int
    /// Seconds of it that were played, each counted once.
    public var studied: Int
    /// How much of the lesson out of a hundred counts as having attended it.
    public var requiredPercent: Int
    /// When that was reached.
    public var completedAt: Timestamp?

    public init(
        session: Int, title: String, seconds: Int, studied: Int, requiredPercent: Int, completedAt: Timestamp? = nil
    ) {
        self.session = session
        self.title = title
        self.seconds = seconds
        self.studied = studied
        self.requiredPercent = requiredPercent
        self.completedAt = completedAt
    }
}
