/// A recorded lesson as its participant sees it.
public struct Lesson: Codable, Sendable, Hashable {
    public var registration: RegistrationID
    public var schoolClass: ClassID
    /// The class's title.
    public var title: String
    public var session: SessionCard
    public var video: Material
    public var chapters: [Chapter]
    public var progress: StudyProgress
    /// What is covered so far, in order.
    public var pieces: [PlayedPiece]
    /// In Chinese: why nothing is counted now; missing when it is.
    public var closed: String?

    public init(
        registration: RegistrationID, schoolClass: ClassID, title: String, session: SessionCard, video: Material,
        chapters: [Chapter], progress: StudyProgress, pieces: [PlayedPiece], closed: String? = nil
    ) {
        self.registration = registration
        self.schoolClass = schoolClass
        self.title = title
        self.session = session
        self.video = video
        self.chapters = chapters
        self.progress = progress
        self.pieces = pieces
        self.closed = closed
    }
}
