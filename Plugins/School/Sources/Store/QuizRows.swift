import Bus
import Messages
import SchoolContracts
import Store
import Vocabulary

/// How far somebody is with the quiz of a course.
struct QuizStanding {
    var passPercent: Int
    var attempts: Int
    var used: Int
    var best: Int?
    var isPassed: Bool

    var sentence: String {
        if isPassed { return "测验已通过（\(best ?? 0) 分，合格线 \(passPercent) 分）" }
        if used == 0 { return "测验未参加（合格线 \(passPercent) 分，可答 \(attempts) 次）" }
        return "测验未通过（最高 \(best ?? 0) 分，合格线 \(passPercent) 分，还可答 \(max(0, attempts - used)) 次）"
    }
}

extension SQLReading {
    func quiz(of course: CourseID) throws -> QuizDetail? {
        let head = try first("SELECT pass_percent, attempts FROM quiz WHERE course = ?", course) {
            (try $0.get(0, as: Int.self), try $0.get(1, as: Int.self))
        }
        guard let (passPercent, attempts) = head else { return nil }
        let questions = try rows(
            "SELECT text, kind, options, answers FROM question WHERE course = ? ORDER BY place", course
        ) {
            QuestionDraft(
                text: try $0.get(0), kind: try $0.get(1),
                options: try JSON.decode([String].self, from: Array(try $0.get(2, as: String.self).utf8)),
                answers: try JSON.decode([String].self, from: Array(try $0.get(3, as: String.self).utf8)))
        }
        return QuizDetail(course: course, passPercent: passPercent, attempts: attempts, questions: questions)
    }

    /// `nil` where the course has no quiz.
    func standing(of row: RegistrationRow, in course: CourseID) throws -> QuizStanding? {
        let head = try first("SELECT pass_percent, attempts FROM quiz WHERE course = ?", course) {
            (try $0.get(0, as: Int.self), try $0.get(1, as: Int.self))
        }
        guard let (passPercent, attempts) = head else { return nil }
        return try first(
            "SELECT count(*), max(score), coalesce(max(is_passed), 0) FROM attempt WHERE registration = ? AND issue = ?",
            row.id, row.issue
        ) {
            QuizStanding(
                passPercent: passPercent, attempts: attempts, used: try $0.get(0), best: try $0.get(1),
                isPassed: try $0.get(2))
        }
    }

    /// Whether anybody has answered the survey: before that nothing is said of satisfaction.
    func isAnswered(_ schoolClass: ClassID) throws -> Bool {
        try value("SELECT 1 FROM survey WHERE class = ? LIMIT 1", schoolClass) as Int? != nil
    }

    func satisfaction(of schoolClass: ClassID) throws -> ClassSatisfaction {
        let (satisfied, answered) =
            try first("SELECT coalesce(sum(overall >= 4), 0), count(*) FROM survey WHERE class = ?", schoolClass) {
                (try $0.get(0, as: Int.self), try $0.get(1, as: Int.self))
            } ?? (0, 0)
        let unanswered: Int? = try value(
            """
            SELECT count(*) FROM registration r WHERE r.class = ? AND r.state = 'enrolled'
              AND (EXISTS (SELECT 1 FROM attendance a WHERE a.registration = r.id)
                OR EXISTS (SELECT 1 FROM study t WHERE t.registration = r.id AND t.issue = r.issue AND t.completed_at IS NOT NULL)) AND NOT EXISTS (SELECT 1 FROM survey s WHERE s.registration = r.id)
            """, schoolClass)
        return ClassSatisfaction(satisfied: satisfied, answered: answered, unanswered: unanswered ?? 0)
    }

    /// Who was there, or was enrolled in a class that is over, may answer once, until a month after the end.
    func maySurvey(_ row: RegistrationRow, _ card: ClassCard, now: Timestamp) throws -> Bool {
        guard row.state == .enrolled, card.state == .published || card.state == .finished, now >= card.startsAt,
            now < card.endsAt.advanced(by: .seconds(30 * 86_400))
        else { return false }
        let answered: Int? = try value("SELECT 1 FROM survey WHERE registration = ?", row.id)
        return try answered == nil && (!marks(of: row.id).isEmpty || !studied(by: row).isEmpty)
    }
}
