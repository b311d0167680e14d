public import Messages

/// A course with its classes and the materials that the asker may open.
public struct GetCourse: Query {
    public typealias Reply = CourseDetail

    public static let name: WireName = "school.get-course.v1"

    public var id: CourseID

    public init(id: CourseID) {
        self.id = id
    }
}
