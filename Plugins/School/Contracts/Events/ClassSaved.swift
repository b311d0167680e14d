public import Messages

/// A class was set up or changed.
public struct ClassSaved: Event {
    public static let name: WireName = "school.class-saved.v1"
    public var subject: String { schoolClass.subject }

    public var schoolClass: ClassID
    public var course: CourseID
    public var capacity: Int
    /// Numbers of new, changed and cancelled sessions.
    public var changedSessions: [Int]
    public var isNew: Bool

    public init(schoolClass: ClassID, course: CourseID, capacity: Int, changedSessions: [Int], isNew: Bool) {
        self.schoolClass = schoolClass
        self.course = course
        self.capacity = capacity
        self.changedSessions = changedSessions
        self.isNew = isNew
    }
}
