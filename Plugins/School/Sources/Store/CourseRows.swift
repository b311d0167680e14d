import Messages
import SchoolContracts
import Store
import Vocabulary

/// A course as its table holds it.
struct CourseRow {
    var id: CourseID
    var title: String
    var theme: CourseTheme
    var audience: Audience
    var region: RegionCode
    var hours: Int
    var summary: String
    var requirements: String?

    fileprivate static let columns = "c.id, c.title, c.theme, c.audience, c.region, c.hours, c.summary, c.requirements"

    fileprivate init(row: Row) throws {
        id = try row.get(0)
        title = try row.get(1)
        theme = try row.get(2)
        audience = try row.get(3)
        region = try row.get(4)
        hours = try row.get(5)
        summary = try row.get(6)
        requirements = try row.get(7)
    }
}

extension SQLReading {
    func course(_ id: CourseID) throws -> CourseRow {
        guard let row = try first("SELECT \(CourseRow.columns) FROM course c WHERE c.id = ?", id, as: CourseRow.init(row:)) else {
            throw SchoolRefusal.unknown(id)
        }
        return row
    }

    func teachers(of course: CourseID) throws -> [Teacher] {
        try rows("SELECT name, position FROM teacher WHERE course = ? ORDER BY place", course) {
            Teacher(name: try $0.get(0), position: try $0.get(1))
        }
    }

    func materials(of course: CourseID) throws -> [Material] {
        try rows("SELECT digest, name, type, length, is_open FROM material WHERE course = ? ORDER BY place", course) {
            Material(digest: try $0.get(0), name: try $0.get(1), type: try $0.get(2), length: try $0.get(3), isOpen: try $0.get(4))
        }
    }

    /// Cards of courses by number, `after` excluded; `among`: a JSON array of numbers.
    func courseCards(theme: CourseTheme?, audience: Audience?, among: String?, after: CourseID?, limit: Int, now: Timestamp) throws -> [CourseCard] {
        try rows(
            """
            SELECT \(CourseRow.columns), (SELECT count(*) FROM class k WHERE k.course = c.id AND k.state = 'published' AND k.ends_at > ?6)
            FROM course c WHERE (?1 IS NULL OR c.theme = ?1) AND (?2 IS NULL OR c.audience = ?2)
              AND (?3 IS NULL OR c.id IN (SELECT value FROM json_each(?3))) AND (?4 IS NULL OR c.id > ?4) ORDER BY c.id LIMIT ?5
            """, theme, audience, among, after, limit, now
        ) { CourseCard(row: try CourseRow(row: $0), upcoming: try $0.get(8)) }
    }

    func courseCard(_ id: CourseID, now: Timestamp) throws -> CourseCard {
        let row = try course(id)
        let upcoming: Int = try value("SELECT count(*) FROM class WHERE course = ? AND state = 'published' AND ends_at > ?", id, now) ?? 0
        return CourseCard(row: row, upcoming: upcoming)
    }
}

extension CourseCard {
    init(row: CourseRow, upcoming: Int) {
        self.init(id: row.id, title: row.title, theme: row.theme, audience: row.audience, hours: row.hours, upcoming: upcoming)
    }
}
