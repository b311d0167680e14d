import Bus
import Messages
import SchoolContracts
import Store
import Vocabulary

/// Somebody of a node's staff as the table holds it; name and number still sealed.
struct TraineeRow {
    var id: TraineeID
    var person: PersonID
    var sealedName: String
    var sealedMobile: String
    var mark: [UInt8]
    var role: String
    var region: RegionCode
    var account: String?
    var leftOn: Day?
    var enteredAt: Timestamp
    var remindedFor: Day?
    var standing: TrainingState
    var fallsShortOn: Day?

    fileprivate static let columns = """
        id, person, name, mobile, mark, role, region, account, left_on, entered_at, reminded_for, standing, falls_short_on
        """

    fileprivate init(row: Row) throws {
        id = try row.get(0)
        person = try row.get(1)
        sealedName = try row.get(2)
        sealedMobile = try row.get(3)
        mark = try row.get(4)
        role = try row.get(5)
        region = try row.get(6)
        account = try row.get(7)
        leftOn = try row.get(8)
        enteredAt = try row.get(9)
        remindedFor = try row.get(10)
        standing = try row.get(11)
        fallsShortOn = try row.get(12)
    }

    func isActive(on day: Day) -> Bool { leftOn.map { $0 > day } ?? true }
}

extension SQLReading {
    func trainee(_ id: TraineeID) throws -> TraineeRow {
        guard
            let row = try first("SELECT \(TraineeRow.columns) FROM trainee WHERE id = ?", id, as: TraineeRow.init(row:))
        else {
            throw SchoolRefusal.unknown(id)
        }
        return row
    }

    func trainees(account: String) throws -> [TraineeRow] {
        try rows(
            "SELECT \(TraineeRow.columns) FROM trainee WHERE account = ? ORDER BY id", account,
            as: TraineeRow.init(row:))
    }

    func trainees(of person: PersonID) throws -> [TraineeRow] {
        try rows(
            "SELECT \(TraineeRow.columns) FROM trainee WHERE person = ? ORDER BY id", person, as: TraineeRow.init(row:))
    }

    func trainees(in region: RegionCode?, standing: TrainingState?, after: TraineeID?, limit: Int) throws
        -> [TraineeRow]
    {
        let range = region?.codeRange
        return try rows(
            """
            SELECT \(TraineeRow.columns) FROM trainee WHERE (?1 IS NULL OR region BETWEEN ?1 AND ?2) AND (?3 IS NULL OR standing = ?3)
              AND (?4 IS NULL OR id > ?4) ORDER BY id LIMIT ?5
            """, range?.lowerBound, range?.upperBound, standing, after, limit, as: TraineeRow.init(row:))
    }

    func trainingRules(year: Int?) throws -> [TrainingRule] {
        try rows(
            "SELECT role, year, hours, valid_months FROM training_rule WHERE (?1 IS NULL OR year = ?1) ORDER BY year DESC, role",
            year
        ) { TrainingRule(role: try $0.get(0), year: try $0.get(1), hours: try $0.get(2), validMonths: try $0.get(3)) }
    }

    func trainingRule(_ role: String, year: Int) throws -> TrainingRule? {
        try trainingRules(year: year).first { $0.role == role }
    }

    /// What somebody has earned in all classes, the latest first: a certificate brings the course's hours, without one what was attended and
    /// studied counts by its length, never more than the course has.
    func credits(marked mark: [UInt8], rule: TrainingRule?, now: Timestamp) throws -> [TrainingCredit] {
        guard !mark.isEmpty else { return [] }
        let ids = try rows("SELECT id FROM registration WHERE mark = ? AND state = 'enrolled' ORDER BY id", mark) {
            try $0.get(0, as: RegistrationID.self)
        }
        let all = try ids.compactMap { id -> TrainingCredit? in
            let row = try registration(id)
            let schoolClass = try schoolClass(row.schoolClass)
            if let held = try certificate(of: id), held.person == row.person {
                // Revoked: nothing of it counts.
                guard held.revokedAt == nil else { return nil }
                return TrainingCredit(
                    registration: id, title: held.title, basis: .certificate, hours: held.hours, earnedOn: held.issuedOn
                )
            }
            guard schoolClass.card.state == .published || schoolClass.card.state == .finished else { return nil }
            return try attended(row, schoolClass, now: now)
        }
        return all.map { credit in
            var credit = credit
            credit.expiresOn = rule.map { TrainingStanding.expiry(of: credit, $0) }
            return credit
        }.sorted { ($0.earnedOn, $0.registration.description) > ($1.earnedOn, $1.registration.description) }
    }

    private func attended(_ row: RegistrationRow, _ schoolClass: ClassRow, now: Timestamp) throws -> TrainingCredit? {
        let marks = try marks(of: row.id)
        var minutes = 0
        var last: Timestamp?
        for session in try sessions(of: row.schoolClass, withLinks: false) where !session.isCancelled {
            var at = marks.first { $0.session == session.number }?.at
            var length = Int((session.endsAt.milliseconds - session.startsAt.milliseconds) / 60_000)
            if session.isMeasured == true {
                at = try study(of: row, in: session.number).completedAt
                length = session.minutes ?? 0
            }
            guard let at, at <= now else { continue }
            minutes += length
            last = max(last ?? at, at)
        }
        let hours = min(minutes / TrainingStanding.minutes, try course(schoolClass.card.course).hours)
        guard hours > 0, let last else { return nil }
        return TrainingCredit(
            registration: row.id, title: schoolClass.card.title, basis: .attendance, hours: hours, earnedOn: last.day)
    }
}
