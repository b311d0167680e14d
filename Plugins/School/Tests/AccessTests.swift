import FoundationEssentials
import PluginKit
import SchoolContracts
import TestKit
import Testing

@testable import SchoolPlugin

/// After an intended change: `UPDATE_FIXTURES=1 swift test --filter SchoolAccessTests`, then read the difference.
@Suite("谁能进入商学院课堂的哪些地址")
struct SchoolAccessTests {
    @Test("every page and message lets in the persons of the stored matrix")
    func matrix() async throws {
        let host = try await TestHost([InstalledPlugin(School.self)])
        let course = try await host.tell(Lessons.course(), as: Lessons.staff).course
        let id = try await host.tell(Lessons.draft(of: course, capacity: 2, now: host.clock.now), as: Lessons.staff)
            .schoolClass
        _ = try await host.tell(AdvanceClass(schoolClass: id, action: .publish), as: Lessons.staff)
        let matrix = try await AccessMatrix.asked(
            host,
            samples: [
                "schoolClass": "\(id)", "registration": "\(id)-0001", "code": String(repeating: "a", count: 26),
                "session": "1", "number": "Z2026-000001", "/school/classes/{id}:id": "\(id)",
                "/school/courses/{id}:id": "\(course)",
            ])
        let own = AccessMatrix(rows: matrix.rows.filter { $0.address.contains("/school/") })
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/access.txt")
        if ProcessInfo.processInfo.environment["UPDATE_FIXTURES"] == "1" { try Data(own.text.utf8).write(to: file) }
        #expect(try own.text == String(contentsOf: file, encoding: .utf8))
    }
}
