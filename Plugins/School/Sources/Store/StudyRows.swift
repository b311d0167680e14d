import Bus
import Messages
import SchoolContracts
import Store
import Vocabulary

/// How far somebody is with one lesson, as the table holds it.
struct StudyRow {
    var coverage: Coverage
    var completedAt: Timestamp?
}

extension SQLReading {
    func study(of row: RegistrationRow, in session: Int) throws -> StudyRow {
        try first(
            "SELECT pieces, completed_at FROM study WHERE registration = ? AND issue = ? AND session = ?", row.id,
            row.issue, session
        ) {
            StudyRow(
                coverage: Coverage(
                    try JSON.decode([PlayedPiece].self, from: Array(try $0.get(0, as: String.self).utf8))),
                completedAt: try $0.get(1))
        } ?? StudyRow(coverage: Coverage())
    }

    /// Numbers of the lessons that the participant has studied as far as they take.
    func studied(by row: RegistrationRow) throws -> [Int] {
        try rows(
            "SELECT session FROM study WHERE registration = ? AND issue = ? AND completed_at IS NOT NULL ORDER BY session",
            row.id, row.issue
        ) { try $0.get(0) }
    }

    func studyClock(of row: RegistrationRow) throws -> StudyClock? {
        try first(
            "SELECT reported_at, allowance, unconfirmed FROM study_clock WHERE registration = ? AND issue = ?", row.id,
            row.issue
        ) { StudyClock(reportedAt: try $0.get(0), allowance: try $0.get(1), unconfirmed: try $0.get(2)) }
    }

    /// How far the participant is with each lesson whose study time is counted; `nil` where there is none.
    func lessons(of row: RegistrationRow) throws -> [StudyProgress]? {
        let counted = try sessions(of: row.schoolClass, withLinks: false).filter {
            $0.isMeasured == true && !$0.isCancelled
        }
        let all = try counted.map { try progress(of: row, in: $0) }
        return all.isEmpty ? nil : all
    }

    func progress(of row: RegistrationRow, in session: SessionCard) throws -> StudyProgress {
        let study = try study(of: row, in: session.number)
        return StudyProgress(
            session: session.number, title: session.title, seconds: (session.minutes ?? 0) * 60,
            studied: study.coverage.length / 1000, requiredPercent: session.studyPercent ?? StudyRules.usualPercent,
            completedAt: study.completedAt)
    }
}

extension Transaction {
    func keep(_ clock: StudyClock, of row: RegistrationRow) throws {
        try run(
            """
            INSERT INTO study_clock (registration, issue, reported_at, allowance, unconfirmed) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET reported_at = excluded.reported_at, allowance = excluded.allowance, unconfirmed = excluded.unconfirmed
            """, row.id, row.issue, clock.reportedAt, clock.allowance, clock.unconfirmed)
    }

    func keep(_ study: StudyRow, of row: RegistrationRow, in session: Int) throws {
        try run(
            """
            INSERT INTO study (registration, issue, session, pieces, studied, changed_at, completed_at) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET pieces = excluded.pieces, studied = excluded.studied, changed_at = excluded.changed_at,
              completed_at = excluded.completed_at
            """, row.id, row.issue, session, String(decoding: try JSON.encode(study.coverage.pieces), as: UTF8.self),
            study.coverage.length / 1000, now, study.completedAt)
    }
}
