import SchoolContracts
import Store

/// Courses by the words of title, theme, summary and teachers.
enum CourseSearch {
    static let index = SearchIndex("course_search", columns: [("title", 10), ("theme", 4), ("teachers", 4), ("summary", 1)])

    static func note(_ course: CourseID, _ command: SaveCourse, in writer: StoreWriter) throws {
        let teachers = command.teachers.map { "\($0.name) \($0.position ?? "")" }.joined(separator: "；")
        try index.put(course.description, [command.title, command.theme.title, teachers, command.summary], in: writer)
    }
}
