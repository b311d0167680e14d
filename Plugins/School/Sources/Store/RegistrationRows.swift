import Bus
import Messages
import SchoolContracts
import Store
import Vocabulary

/// A registration as its table holds it; name and number still sealed.
struct RegistrationRow {
    var id: RegistrationID
    var schoolClass: ClassID
    var serial: Int
    var state: RegistrationState
    var enterprise: EnterpriseName
    var person: PersonID
    var sealedName: String
    var sealedMobile: String
    var position: String?
    var isOnBehalf: Bool
    var enteredBy: String
    var enteredAt: Timestamp
    var since: Timestamp
    var offerUntil: Timestamp?
    var reason: String?
    /// Counts the people who held the place one after another, from one.
    var issue: Int
    /// The enterprise's county, where it is known.
    var region: RegionCode?

    fileprivate static let columns = """
        r.id, r.class, r.serial, r.state, r.enterprise_code, r.enterprise_name, r.person, r.name, r.mobile, r.position, r.is_on_behalf,
        r.entered_by, r.entered_at, r.since, r.offer_until, r.reason, r.issue, r.region
        """

    fileprivate init(row: Row) throws {
        id = try row.get(0)
        schoolClass = try row.get(1)
        serial = try row.get(2)
        state = try row.get(3)
        enterprise = EnterpriseName(creditCode: try row.get(4), name: try row.get(5))
        person = try row.get(6)
        sealedName = try row.get(7)
        sealedMobile = try row.get(8)
        position = try row.get(9)
        isOnBehalf = try row.get(10)
        enteredBy = try row.get(11)
        enteredAt = try row.get(12)
        since = try row.get(13)
        offerUntil = try row.get(14)
        reason = try row.get(15)
        issue = try row.get(16)
        region = try row.get(17)
    }
}

extension SQLReading {
    func registration(_ id: RegistrationID) throws -> RegistrationRow {
        guard let row = try knownRegistration(id) else { throw SchoolRefusal.unknown(id) }
        return row
    }

    /// The registration of that number, if there is one.
    func knownRegistration(_ id: RegistrationID) throws -> RegistrationRow? {
        try first(
            "SELECT \(RegistrationRow.columns) FROM registration r WHERE r.id = ?", id, as: RegistrationRow.init(row:))
    }

    /// Registrations of a class in the order of arrival.
    func registrations(
        of schoolClass: ClassID, in states: [RegistrationState] = RegistrationState.allCases, limit: Int = -1
    ) throws -> [RegistrationRow] {
        let list = "[" + states.map { "\"\($0.rawValue)\"" }.joined(separator: ",") + "]"
        return try rows(
            """
            SELECT \(RegistrationRow.columns) FROM registration r
            WHERE r.class = ? AND r.state IN (SELECT value FROM json_each(?)) ORDER BY r.serial LIMIT ?
            """, schoolClass, list, limit, as: RegistrationRow.init(row:))
    }

    /// Registrations of one enterprise in one class, by its own index: asked for each registration of a burst.
    func registrations(of enterprise: CreditCode, in schoolClass: ClassID) throws -> [RegistrationRow] {
        // The plus: or SQLite walks the whole class in the order wanted instead of looking the enterprise up.
        try rows(
            "SELECT \(RegistrationRow.columns) FROM registration r WHERE r.enterprise_code = ? AND r.class = ? ORDER BY +r.serial",
            enterprise, schoolClass, as: RegistrationRow.init(row:))
    }

    /// Registrations of one person.
    func registrations(of person: PersonID) throws -> [RegistrationRow] {
        try rows(
            "SELECT \(RegistrationRow.columns) FROM registration r WHERE r.person = ? ORDER BY r.id", person,
            as: RegistrationRow.init(row:))
    }

    /// Registrations of an enterprise, or entered by an account; of one class or of all.
    func registrations(
        enterprise: CreditCode?, enteredBy: String?, schoolClass: ClassID?, state: RegistrationState?,
        after: RegistrationID?, limit: Int
    ) throws -> [RegistrationRow] {
        try rows(
            """
            SELECT \(RegistrationRow.columns) FROM registration r
            WHERE (?1 IS NULL OR r.class = ?1) AND (?2 IS NULL OR r.state = ?2)
              AND ((?3 IS NULL AND ?4 IS NULL) OR r.enterprise_code = ?3 OR r.entered_by = ?4)
              AND (?5 IS NULL OR r.id > ?5) ORDER BY r.id LIMIT ?6
            """, schoolClass, state, enterprise, enteredBy, after, limit, as: RegistrationRow.init(row:))
    }

    /// Place in the waiting list, from 1; `nil` for one that does not wait.
    func queued(_ row: RegistrationRow) throws -> Int? {
        guard row.state == .waiting else { return nil }
        let before: Int =
            try value(
                "SELECT count(*) FROM registration WHERE class = ? AND state = 'waiting' AND serial < ?",
                row.schoolClass, row.serial) ?? 0
        return before + 1
    }

    /// Whether somebody of the enterprise has a seat in a class of the course.
    func isEnrolled(_ code: CreditCode, in course: CourseID) throws -> Bool {
        let found: Int? = try value(
            """
            SELECT 1 FROM registration r JOIN class k ON k.id = r.class
            WHERE r.enterprise_code = ? AND r.state = 'enrolled' AND k.course = ? LIMIT 1
            """, code, course)
        return found != nil
    }
}

extension Snapshot {
    func card(_ row: RegistrationRow, of schoolClass: ClassRow) throws -> RegistrationCard {
        RegistrationCard(
            id: row.id, schoolClass: row.schoolClass, title: schoolClass.card.title,
            startsAt: schoolClass.card.startsAt, state: row.state,
            enterprise: row.enterprise, person: row.person, name: try unseal(String.self, row.sealedName),
            mobile: try unseal(Mobile.self, row.sealedMobile), position: row.position, isOnBehalf: row.isOnBehalf,
            queued: try queued(row), offerUntil: row.state == .offered ? row.offerUntil : nil, since: row.since)
    }
}
