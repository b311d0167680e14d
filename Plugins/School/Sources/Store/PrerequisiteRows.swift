import Bus
import Messages
import PluginKit
import SchoolContracts
import Store
import Vocabulary

extension SQLReading {
    /// What a course asks for, in the order in which it was written down.
    func prerequisites(of course: CourseID) throws -> [Prerequisite] {
        try rows(
            "SELECT p.needs, p.proof, c.title FROM prerequisite p JOIN course c ON c.id = p.needs WHERE p.course = ? ORDER BY p.place",
            course
        ) { Prerequisite(course: try $0.get(0), proof: try $0.get(1), title: try $0.get(2)) }
    }

    /// Whether the course is among what the others ask for, or what those ask for in turn.
    func leads(from courses: [CourseID], to course: CourseID) throws -> Bool {
        let list = "[" + courses.map { "\"\($0)\"" }.joined(separator: ",") + "]"
        let found: Int? = try value(
            """
            WITH RECURSIVE chain (course) AS (
              SELECT value FROM json_each(?) UNION SELECT p.needs FROM prerequisite p JOIN chain ON p.course = chain.course)
            SELECT 1 FROM chain WHERE course = ? LIMIT 1
            """, list, course)
        return found != nil
    }

    /// The registrations of whoever has this mark in classes of a course.
    func registrations(marked mark: [UInt8], in course: CourseID) throws -> [RegistrationRow] {
        let ids = try rows(
            """
            SELECT r.id FROM registration r JOIN class k ON k.id = r.class
            WHERE r.mark = ? AND k.course = ? AND r.state = 'enrolled' ORDER BY r.id
            """, mark, course
        ) { try $0.get(0, as: RegistrationID.self) }
        return try ids.map { try registration($0) }
    }

    /// Whether whoever has this mark has done the course.
    func fulfils(_ need: Prerequisite, mark: [UInt8], now: Timestamp) throws -> Bool {
        for row in try registrations(marked: mark, in: need.course) {
            switch need.proof {
            case .certificate:
                // A certificate stays with the person it was issued to, also where another one took the place later.
                if let held = try certificate(of: row.id), held.revokedAt == nil, held.person == row.person {
                    return true
                }
            case .attendance:
                if try completion(of: row, in: schoolClass(row.schoolClass), now: now).hasAttended { return true }
            }
        }
        return false
    }
}

extension Transaction {
    /// Under which somebody is known again in another class.
    func mark(of mobile: Mobile) throws -> [UInt8] { try Migrations.people.digest(of: mobile.digits, in: store) }

    /// Marks for registrations of before there were any, some at a time.
    func markPeople() throws {
        let bare = try rows("SELECT id, person, mobile FROM registration WHERE mark IS NULL LIMIT 500") {
            (try $0.get(0, as: RegistrationID.self), try $0.get(1, as: PersonID.self), try $0.get(2, as: String.self))
        }
        for (id, person, sealed) in bare {
            let right = UnmaskingRight(purpose: "标记同一学员的报名", holder: "school")
            let mobile = try unseal(Mobile.self, sealed).of(person).reveal(by: right)
            try run("UPDATE registration SET mark = ? WHERE id = ?", mobile.map { try mark(of: $0) } ?? [], id)
        }
    }
}
