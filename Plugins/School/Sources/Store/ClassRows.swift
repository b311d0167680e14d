import Messages
import SchoolContracts
import Store
import Vocabulary

/// A class as its table holds it, with what it takes from its course.
struct ClassRow {
    var card: ClassCard
    var audience: Audience
    var courseTitle: String
    var suffix: String?
    var perEnterprise: Int
    var needsApproval: Bool
    var offerHours: Int
    var contact: String?
    var note: String?
    var reason: String?
    /// How many sessions out of a hundred a certificate takes.
    var attendancePercent: Int
    var offersMatching: Bool

    var id: ClassID { card.id }

    fileprivate static let columns = """
        k.id, k.course, c.title, k.suffix, c.theme, k.region, k.state, k.starts_at, k.ends_at, k.capacity, k.taken, k.waiting, k.opens_at,
        k.closes_at, c.audience, k.per_enterprise, k.needs_approval, k.offer_hours, k.contact, k.note, k.reason,
        k.attendance_percent, k.offers_matching
        """

    fileprivate init(row: Row) throws {
        let (title, suffix) = (try row.get(2, as: String.self), try row.get(3, as: String?.self))
        courseTitle = title
        self.suffix = suffix
        card = ClassCard(
            id: try row.get(0), course: try row.get(1), title: suffix.map { "\(title)（\($0)）" } ?? title,
            theme: try row.get(4), region: try row.get(5), state: try row.get(6), startsAt: try row.get(7),
            endsAt: try row.get(8),
            capacity: try row.get(9), taken: try row.get(10), waiting: try row.get(11), opensAt: try row.get(12),
            closesAt: try row.get(13))
        audience = try row.get(14)
        perEnterprise = try row.get(15)
        needsApproval = try row.get(16)
        offerHours = try row.get(17)
        contact = try row.get(18)
        note = try row.get(19)
        reason = try row.get(20)
        attendancePercent = try row.get(21)
        offersMatching = try row.get(22)
    }
}

/// What classes are looked for; every part that is `nil` does not narrow.
struct ClassFilter {
    var course: CourseID?
    var theme: CourseTheme?
    var region: RegionCode?
    var states: [ClassState]
    /// Only those whose last session ends after this moment, or before it.
    var endsAfter: Timestamp?
    var endsBefore: Timestamp?
    /// The latest first.
    var isBackwards = false
}

/// Where a class stands in the order of lists.
struct ClassPlace: Codable, Sendable {
    var startsAt: Timestamp
    var id: ClassID
}

extension SQLReading {
    func schoolClass(_ id: ClassID) throws -> ClassRow {
        guard
            let row = try first(
                "SELECT \(ClassRow.columns) FROM class k JOIN course c ON c.id = k.course WHERE k.id = ?", id,
                as: ClassRow.init(row:))
        else { throw SchoolRefusal.unknown(id) }
        return row
    }

    func classes(_ filter: ClassFilter, after place: ClassPlace? = nil, limit: Int = -1) throws -> [ClassRow] {
        let states = "[" + filter.states.map { "\"\($0.rawValue)\"" }.joined(separator: ",") + "]"
        let range = filter.region?.codeRange
        let beyond = filter.isBackwards ? "(k.starts_at, k.id) < (?7, ?8)" : "(k.starts_at, k.id) > (?7, ?8)"
        let order = filter.isBackwards ? "k.starts_at DESC, k.id DESC" : "k.starts_at, k.id"
        return try rows(
            """
            SELECT \(ClassRow.columns) FROM class k JOIN course c ON c.id = k.course
            WHERE k.state IN (SELECT value FROM json_each(?1)) AND (?2 IS NULL OR k.course = ?2) AND (?3 IS NULL OR c.theme = ?3)
              AND (?4 IS NULL OR k.region BETWEEN ?4 AND ?5) AND (?6 IS NULL OR k.ends_at > ?6) AND (?9 IS NULL OR k.ends_at <= ?9)
              AND (?7 IS NULL OR \(beyond)) ORDER BY \(order) LIMIT ?10
            """, states, filter.course, filter.theme, range?.lowerBound, range?.upperBound, filter.endsAfter,
            place?.startsAt, place?.id,
            filter.endsBefore, limit, as: ClassRow.init(row:))
    }

    /// - Parameter withLinks: only for staff and enrolled enterprises.
    func sessions(of id: ClassID, withLinks: Bool) throws -> [SessionCard] {
        try rows(
            """
            SELECT number, title, mode, starts_at, ends_at, place, minutes, revision, changed_at, is_cancelled, link, video, chapters, study_percent
            FROM session WHERE class = ? ORDER BY starts_at, number
            """, id
        ) {
            SessionCard(
                number: try $0.get(0), title: try $0.get(1), mode: try $0.get(2), startsAt: try $0.get(3),
                endsAt: try $0.get(4),
                place: try $0.get(5), minutes: try $0.get(6), revision: try $0.get(7), changedAt: try $0.get(8),
                isCancelled: try $0.get(9), link: withLinks ? try $0.get(10) : nil,
                isMeasured: try $0.get(11, as: String?.self) == nil ? nil : true,
                video: withLinks ? try $0.get(11) : nil,
                chapters: try $0.get(12, as: String?.self).map {
                    try JSON.decode([Chapter].self, from: Array($0.utf8))
                },
                studyPercent: try $0.get(13))
        }
    }

    /// Seats of a class, for explanations; who was ever offered one is counted once it has begun.
    func seats(of row: ClassRow, now: Timestamp) throws -> Explanation.Seats {
        // The class counts its seats itself: a popular one has thousands of registrations, and everybody looks at its page.
        let offered: Int = try value("SELECT count(*) FROM registration WHERE class = ? AND state = 'offered'", row.id) ?? 0
        let ever: Int? = try now < row.card.startsAt ? 0 : value("SELECT coalesce(sum(was_offered), 0) FROM registration WHERE class = ?", row.id)
        return Explanation.Seats(
            capacity: row.card.capacity, enrolled: row.card.taken - offered, offered: offered, waiting: row.card.waiting, everOffered: ever ?? 0,
            startsAt: row.card.startsAt, now: now)
    }
}

extension RegionCode {
    /// The first and last code of this division and everything below it.
    var codeRange: ClosedRange<String> {
        let digits = description
        if digits.hasSuffix("0000") { return "\(digits.prefix(2))0000"..."\(digits.prefix(2))9999" }
        if digits.hasSuffix("00") { return "\(digits.prefix(4))00"..."\(digits.prefix(4))99" }
        return digits...digits
    }
}
