public import Messages
public import Vocabulary

/// One meeting of a class as it is written down; kept by its number when the class is changed.
public struct SessionDraft: Codable, Sendable, Hashable {
    /// The number of a session that exists already; missing for a new one.
    public var number: Int?
    /// 1…60 characters.
    public var title: String
    public var mode: SessionMode
    public var startsAt: Timestamp
    /// After `startsAt`, at most 24 hours later; for a recorded lesson the last moment it can be watched.
    public var endsAt: Timestamp
    /// Where, for `.onsite`; at most 100 characters.
    public var place: String?
    /// `https:` address of the online room or recording; shown to enrolled enterprises and staff only.
    public var link: String?
    /// Length of a recorded lesson in minutes, 1…600.
    public var minutes: Int?
    /// SHA-256 of an MP4 among the course's materials, for a recorded lesson whose study time is counted; `minutes` is then its length, rounded down.
    public var video: String?
    /// By their beginning, at most 50.
    public var chapters: [Chapter]?
    /// How much of the lesson out of a hundred counts as having attended it, 1…100; 90 when missing.
    public var studyPercent: Int?

    public init(
        number: Int? = nil, title: String, mode: SessionMode, startsAt: Timestamp, endsAt: Timestamp,
        place: String? = nil, link: String? = nil, minutes: Int? = nil, video: String? = nil,
        chapters: [Chapter]? = nil,
        studyPercent: Int? = nil
    ) {
        self.number = number
        self.title = title
        self.mode = mode
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.place = place
        self.link = link
        self.minutes = minutes
        self.video = video
        self.chapters = chapters
        self.studyPercent = studyPercent
    }
}

extension SessionDraft: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("title", "名称", 1...60)
        schema.limit("place", "地点", 1...100)
        schema.limit("link", "链接", 1...300)
        schema.bound("minutes", "时长（分钟）", 1...600)
        schema.bound("number", "场次号", 1...99)
        schema.property("video") { $0 = .contentDigest }
        schema.limit("chapters", "章节", 0...50)
        schema.bound("studyPercent", "须学习的比例（%）", 1...100)
    }
}
