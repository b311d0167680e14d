/// What comes back from saving a course.
public struct CourseReceipt: Codable, Sendable, Hashable {
    public var course: CourseID

    public init(course: CourseID) {
        self.course = course
    }
}
