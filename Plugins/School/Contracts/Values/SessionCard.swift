public import Vocabulary

/// One meeting of a class, as everybody may see it.
public struct SessionCard: Codable, Sendable, Hashable {
    /// Counts from one within the class and never changes.
    public var number: Int
    public var title: String
    public var mode: SessionMode
    public var startsAt: Timestamp
    public var endsAt: Timestamp
    public var place: String?
    /// Length of a recorded lesson.
    public var minutes: Int?
    /// How often it was changed: SEQUENCE of RFC 5545.
    public var revision: Int
    /// When it was changed last.
    public var changedAt: Timestamp
    public var isCancelled: Bool
    /// Only in answers to staff and enrolled enterprises.
    public var link: String?
    /// Study time of this recorded lesson is counted, and counts toward the certificate.
    public var isMeasured: Bool?
    /// SHA-256 of its video; only in answers to staff and enrolled enterprises.
    public var video: String?
    public var chapters: [Chapter]?
    /// How much of the lesson out of a hundred counts as having attended it.
    public var studyPercent: Int?

    public init(
        number: Int, title: String, mode: SessionMode, startsAt: Timestamp, endsAt: Timestamp, place: String? = nil,
        minutes: Int? = nil, revision: Int, changedAt: Timestamp, isCancelled: Bool, link: String? = nil,
        isMeasured: Bool? = nil, video: String? = nil, chapters: [Chapter]? = nil, studyPercent: Int? = nil
    ) {
        self.number = number
        self.title = title
        self.mode = mode
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.place = place
        self.minutes = minutes
        self.revision = revision
        self.changedAt = changedAt
        self.isCancelled = isCancelled
        self.link = link
        self.isMeasured = isMeasured
        self.video = video
        self.chapters = chapters
        self.studyPercent = studyPercent
    }
}
