public import Messages
public import Vocabulary

/// A session begins within a day: whoever carries messages may remind the enrolled.
public struct ReminderDue: Event {
    public static let name: WireName = "school.reminder-due.v1"
    public var subject: String { schoolClass.subject }

    public var schoolClass: ClassID
    public var title: String
    public var session: Int
    public var startsAt: Timestamp
    public var enrolled: Int

    public init(schoolClass: ClassID, title: String, session: Int, startsAt: Timestamp, enrolled: Int) {
        self.schoolClass = schoolClass
        self.title = title
        self.session = session
        self.startsAt = startsAt
        self.enrolled = enrolled
    }
}
