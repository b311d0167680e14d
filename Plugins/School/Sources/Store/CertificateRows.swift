import Bus
import Crypto
import Messages
import SchoolContracts
import Store
import Vocabulary

/// A certificate as its table holds it; its text still sealed.
struct CertificateRow {
    var number: CertificateNumber
    var registration: RegistrationID
    var person: PersonID
    var sealedStatement: String
    var signature: [UInt8]
    var title: String
    var hours: Int
    var startsOn: Day
    var endsOn: Day
    var attended: Int
    var sessions: Int
    var issuer: String
    var issuedOn: Day
    var revokedAt: Timestamp?
    var reason: String?

    fileprivate static let columns = """
        number, registration, person, statement, signature, title, hours, starts_on, ends_on, attended, sessions, issuer, issued_on, revoked_at, reason
        """

    fileprivate init(row: Row) throws {
        number = try row.get(0)
        registration = try row.get(1)
        person = try row.get(2)
        sealedStatement = try row.get(3)
        signature = try row.get(4)
        title = try row.get(5)
        hours = try row.get(6)
        startsOn = try row.get(7)
        endsOn = try row.get(8)
        attended = try row.get(9)
        sessions = try row.get(10)
        issuer = try row.get(11)
        issuedOn = try row.get(12)
        revokedAt = try row.get(13)
        reason = try row.get(14)
    }
}

extension SQLReading {
    func certificate(_ number: CertificateNumber) throws -> CertificateRow? {
        try first(
            "SELECT \(CertificateRow.columns) FROM certificate WHERE number = ?", number, as: CertificateRow.init(row:))
    }

    /// The latest certificate of a registration.
    func certificate(of registration: RegistrationID) throws -> CertificateRow? {
        try first(
            "SELECT \(CertificateRow.columns) FROM certificate WHERE registration = ? ORDER BY issued_at DESC, number DESC LIMIT 1",
            registration,
            as: CertificateRow.init(row:))
    }

    func certificates(of person: PersonID) throws -> [CertificateRow] {
        try rows(
            "SELECT \(CertificateRow.columns) FROM certificate WHERE registration IN (SELECT id FROM registration WHERE person = ?1) AND person = ?1",
            person,
            as: CertificateRow.init(row:))
    }

    func certificateCode(of number: CertificateNumber) throws -> String? {
        try openingCode(of: "certificate/\(number)")
    }

    func certificateLink(of registration: RegistrationID) throws -> CertificateLink? {
        guard let row = try certificate(of: registration), let code = try certificateCode(of: row.number) else {
            return nil
        }
        return CertificateLink(number: row.number, code: code, isRevoked: row.revokedAt != nil)
    }

    func completion(of registration: RegistrationRow, in row: ClassRow, now: Timestamp) throws -> Completion {
        Completion(
            try sessions(of: row.id, withLinks: false),
            marks: Set(try marks(of: registration.id).map(\.session)).union(try studied(by: registration)),
            percent: row.attendancePercent,
            quiz: try standing(of: registration, in: row.card.course), now: now)
    }

    /// The latest issue of a class, or the issue of that number.
    func issue(of schoolClass: ClassID? = nil, run: Int? = nil) throws -> IssueProgress {
        try first(
            """
            SELECT r.total, r.issued, r.started_at, (SELECT count(*) FROM issue_task t WHERE t.run = r.id) FROM issue_run r
            WHERE (?1 IS NULL OR r.class = ?1) AND (?2 IS NULL OR r.id = ?2) ORDER BY r.id DESC LIMIT 1
            """, schoolClass, run
        ) {
            let total: Int = try $0.get(0)
            let left: Int = try $0.get(3)
            return IssueProgress(
                total: total, done: total - left, issued: try $0.get(1), isRunning: left > 0, startedAt: try $0.get(2))
        } ?? IssueProgress(total: 0, done: 0, issued: 0, isRunning: false)
    }
}
