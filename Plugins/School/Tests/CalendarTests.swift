import PluginKit
import SchoolContracts
import TestKit
import Testing
import Vocabulary

@testable import SchoolPlugin

@Suite("日历订阅（RFC 5545）")
struct SchoolCalendarTests {
    @Test("Text is escaped, line ends become \\n, control characters vanish")
    func escaping() {
        #expect(CalendarFeed.escaped("a,b;c\\d\r\ne\nf\u{7}") == "a\\,b\\;c\\\\d\\ne\\nf")
    }

    @Test("No line has more than 75 bytes, no character is cut, and unfolding gives it back", arguments: [
        "SUMMARY:短", "SUMMARY:" + String(repeating: "课", count: 60), "SUMMARY:" + String(repeating: "a", count: 67), String(repeating: "é𠀀x", count: 50),
    ])
    func folding(line: String) throws {
        let text = String(decoding: CalendarFeed.folded(line), as: UTF8.self)
        #expect(text.utf8.suffix(2).elementsEqual([13, 10]))
        let lines = text.dropLast().components(separatedBy: "\r\n")
        #expect(lines.allSatisfy { $0.utf8.count <= 75 })
        #expect(text.replacing("\r\n ", with: "").replacing("\r\n", with: "") == line)
    }

    @Test("A moved session keeps its UID and counts its SEQUENCE up; a removed one is CANCELLED")
    func changes() async throws {
        let lessons = try await Lessons()
        func feed() async throws -> String {
            guard case .download(_, let type, let bytes) = try await lessons.site.get("/school/classes/\(lessons.schoolClass)/calendar.ics") else {
                Issue.record("no file")
                return ""
            }
            #expect(type == "text/calendar; charset=utf-8")
            return String(decoding: bytes, as: UTF8.self)
        }
        let before = try await feed()
        #expect(before.contains("UID:\(lessons.schoolClass)-1@test.school\r\n"))
        #expect(before.contains("SEQUENCE:0\r\nSTATUS:CONFIRMED"))
        #expect(!before.contains("live.example.com"))
        var draft = try Lessons.draft(of: lessons.course, id: lessons.schoolClass, capacity: 2, now: lessons.site.clock.now)
        draft.sessions.removeLast()
        draft.sessions[0].place = "四楼教室"
        _ = try await lessons.site.tell(draft, as: Lessons.staff)
        let after = try await feed()
        #expect(after.components(separatedBy: "SEQUENCE:1").count == 3)
        #expect(after.contains("STATUS:CANCELLED"))
        #expect(after.contains("LOCATION:四楼教室"))
        #expect(after.components(separatedBy: "BEGIN:VEVENT").count == before.components(separatedBy: "BEGIN:VEVENT").count)
    }
}

extension StringProtocol {
    /// Pieces between the separators.
    fileprivate func components(separatedBy separator: String) -> [String] { split(separator: separator, omittingEmptySubsequences: false).map { String($0) } }
}
