public import Messages
public import Vocabulary

/// Sets up a class of a course, or changes one that has not ended.
///
/// A changed session gets a new revision, a session left out is cancelled. The capacity never falls below the seats held;
/// where it grows, waiting registrations are offered the new seats at once.
public struct SaveClass: Command {
    public typealias Reply = ClassReceipt

    public static let name: WireName = "school.save-class.v1"

    /// Missing for a new class.
    public var schoolClass: ClassID?
    public var course: CourseID
    /// The class's own words behind the course's title: 第二期·浏阳; at most 40 characters.
    public var suffix: String?
    public var region: RegionCode
    /// Seats, 1…10000.
    public var capacity: Int
    /// Most living registrations of one enterprise, 1…500.
    public var perEnterprise: Int
    /// Staff look at each registration before it gets a seat.
    public var needsApproval: Bool
    /// Registration begins.
    public var opensAt: Timestamp
    /// Registration ends; not after the first session begins.
    public var closesAt: Timestamp
    /// How long a seat is kept for somebody on the waiting list, 1…168 hours.
    public var offerHours: Int
    /// 1…30.
    public var sessions: [SessionDraft]
    /// Whom to ask, public: at most 60 characters.
    public var contact: String?
    /// What to bring, how to get there; public, at most 500 characters.
    public var note: String?
    /// How many sessions out of a hundred somebody must have attended for a certificate, 0…100; 80 when missing.
    public var attendancePercent: Int?
    /// Most seats that divisions may hold, at most 50, none inside another; an enterprise from elsewhere is bound by `capacity` alone. Missing: as
    /// they were, and none in a new class.
    public var quotas: [RegionQuota]?
    /// Who was there may state what their enterprise needs, for Matching; missing: as it was, and not in a new class.
    public var offersMatching: Bool?

    public init(
        schoolClass: ClassID? = nil, course: CourseID, suffix: String? = nil, region: RegionCode, capacity: Int,
        perEnterprise: Int = 5, needsApproval: Bool = false, opensAt: Timestamp, closesAt: Timestamp,
        offerHours: Int = 24, sessions: [SessionDraft], contact: String? = nil, note: String? = nil,
        attendancePercent: Int? = nil, offersMatching: Bool? = nil, quotas: [RegionQuota]? = nil
    ) {
        self.schoolClass = schoolClass
        self.course = course
        self.suffix = suffix
        self.region = region
        self.capacity = capacity
        self.perEnterprise = perEnterprise
        self.needsApproval = needsApproval
        self.opensAt = opensAt
        self.closesAt = closesAt
        self.offerHours = offerHours
        self.sessions = sessions
        self.contact = contact
        self.note = note
        self.attendancePercent = attendancePercent
        self.offersMatching = offersMatching
        self.quotas = quotas
    }
}

extension SaveClass: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("suffix", "班次名称", 1...40)
        schema.bound("capacity", "名额", 1...10000)
        schema.bound("perEnterprise", "每家企业限报", 1...500)
        schema.bound("offerHours", "递补保留（小时）", 1...168)
        schema.limit("sessions", "课次", 1...30)
        schema.limit("contact", "咨询方式", 1...60)
        schema.bound("attendancePercent", "结业须参加的课次比例（%）", 0...100)
        schema.limit("note", "报到须知", 1...500)
        schema.limit("quotas", "地区名额", 0...50)
    }
}
