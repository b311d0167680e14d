import Bus
import Messages
import SchoolContracts
import Store
import Vocabulary

extension Academy {
    func saveQuiz(_ command: SaveQuiz, _ tx: Transaction) throws -> QuizDetail {
        let course = try tx.course(command.course)
        guard Rights.manages(tx.actor, course.region) else { throw SchoolRefusal.region(course.region.description) }
        var input = InputRules()
        input.number("passPercent", "合格线", command.passPercent, 1...100)
        input.number("attempts", "可答次数", command.attempts, 1...10)
        input.questions(command.questions)
        try input.refuseIfFaulty()
        try tx.run("DELETE FROM question WHERE course = ?", course.id)
        try tx.run("DELETE FROM quiz WHERE course = ?", course.id)
        if !command.questions.isEmpty {
            try tx.run(
                "INSERT INTO quiz (course, pass_percent, attempts) VALUES (?, ?, ?)", course.id, command.passPercent,
                command.attempts)
        }
        for (place, question) in command.questions.enumerated() {
            try tx.run(
                "INSERT INTO question (course, place, kind, text, options, answers) VALUES (?, ?, ?, ?, ?, ?)",
                course.id, place, question.kind, question.text,
                String(decoding: try JSON.encode(question.options), as: UTF8.self),
                String(decoding: try JSON.encode(question.answers), as: UTF8.self))
        }
        try tx.announce(
            QuizSaved(course: course.id, questions: command.questions.count, passPercent: command.passPercent))
        return QuizDetail(
            course: course.id, passPercent: command.passPercent, attempts: command.attempts,
            questions: command.questions)
    }

    func getQuizKey(_ query: GetQuizKey, _ snapshot: Snapshot) throws -> QuizDetail {
        let course = try snapshot.course(query.course)
        guard Rights.manages(snapshot.actor, course.region) else {
            throw SchoolRefusal.region(course.region.description)
        }
        return try snapshot.quiz(of: course.id)
            ?? QuizDetail(course: course.id, passPercent: 60, attempts: 3, questions: [])
    }

    func getQuiz(_ query: GetQuiz, _ snapshot: Snapshot) throws -> Quiz {
        let row = try snapshot.registration(query.registration, code: query.code)
        let schoolClass = try snapshot.schoolClass(row.schoolClass)
        guard let quiz = try snapshot.quiz(of: schoolClass.card.course),
            let standing = try snapshot.standing(of: row, in: schoolClass.card.course)
        else {
            throw SchoolRefusal.make(
                "no-quiz", "「\(schoolClass.card.title)」没有测验。请返回凭证页。", log: "the course has no quiz")
        }
        let closed = Self.closed(row, schoolClass, now: snapshot.now)
        return Quiz(
            title: schoolClass.card.title, passPercent: quiz.passPercent, attempts: quiz.attempts, used: standing.used,
            best: standing.best,
            isPassed: standing.isPassed,
            mayTry: closed == nil && !standing.isPassed && standing.used < standing.attempts,
            sentence: closed ?? "\(standing.sentence)。",
            // Questions are for those who take part.
            questions: closed == nil
                ? quiz.questions.map { .init(text: $0.text, kind: $0.kind, options: $0.options) } : [])
    }

    /// Why nobody may answer now.
    private static func closed(_ row: RegistrationRow, _ schoolClass: ClassRow, now: Timestamp) -> String? {
        if row.state != .enrolled { return "报名现为「\(row.state.title)」，录取后才能参加测验。" }
        if schoolClass.card.state != .published && schoolClass.card.state != .finished {
            return "班次\(schoolClass.card.state.title)，不能参加测验。"
        }
        return now < schoolClass.card.startsAt ? "测验在 \(Words.dateTime(schoolClass.card.startsAt)) 开课后开放。" : nil
    }

    func submitQuiz(_ command: SubmitQuiz, _ tx: Transaction) throws -> QuizResult {
        let row = try tx.registration(command.registration, code: command.code)
        let schoolClass = try tx.schoolClass(row.schoolClass)
        guard let quiz = try tx.quiz(of: schoolClass.card.course),
            let standing = try tx.standing(of: row, in: schoolClass.card.course)
        else {
            throw SchoolRefusal.make(
                "no-quiz", "「\(schoolClass.card.title)」没有测验。请返回凭证页。", log: "the course has no quiz")
        }
        let closed =
            Self.closed(row, schoolClass, now: tx.now)
            ?? (standing.isPassed || standing.used >= standing.attempts ? "\(standing.sentence)，不能再答。" : nil)
        if let closed { throw SchoolRefusal.make("quiz-closed", "\(closed)请返回凭证页查看。", log: "no attempt is open") }
        var input = InputRules()
        if command.answers.count != quiz.questions.count {
            input.add("answers", "测验共 \(quiz.questions.count) 题，收到 \(command.answers.count) 题的答案。题目可能已更新，请刷新后重新作答。")
        }
        for (index, answer) in command.answers.enumerated() {
            if answer.count > 8 || answer.contains(where: { $0.count > 200 }) {
                input.add("answers/\(index)", "第 \(index + 1) 题的答案过长。请缩短到 200 字以内。")
            }
        }
        try input.refuseIfFaulty()
        let wrong = Marking.wrong(command.answers, quiz.questions)
        let score = Marking.score(wrong: wrong.count, of: quiz.questions.count)
        let isPassed = score >= quiz.passPercent
        try tx.run(
            "INSERT INTO attempt (registration, issue, number, score, is_passed, at) VALUES (?, ?, ?, ?, ?, ?)", row.id,
            row.issue, standing.used + 1, score,
            isPassed, tx.now)
        try tx.announce(QuizTaken(registration: row.id, schoolClass: row.schoolClass, score: score, isPassed: isPassed))
        return QuizResult(
            score: score, isPassed: isPassed, left: isPassed ? 0 : max(0, quiz.attempts - standing.used - 1),
            wrong: wrong)
    }

    // MARK: - Survey

    func answerSurvey(_ command: AnswerSurvey, _ tx: Transaction) throws -> SurveyReceipt {
        let row = try tx.registration(command.registration, code: command.code)
        let schoolClass = try tx.schoolClass(row.schoolClass)
        guard try tx.maySurvey(row, schoolClass.card, now: tx.now) else {
            throw SchoolRefusal.make(
                "survey-closed", "现在不能评价：到课签到后至结束后 30 天内可评价一次，且每人只能评价一次。请返回凭证页查看。",
                log: "the survey is not open to \(row.id)")
        }
        var input = InputRules()
        input.number("overall", "总体评价", command.overall, 1...5)
        input.number("teaching", "教学评价", command.teaching, 1...5)
        input.text("comment", "意见建议", command.comment, 1...300)
        try input.refuseIfFaulty()
        let comment = try command.comment.map { try tx.seal(Personal($0, of: row.person)) }
        try tx.run(
            "INSERT INTO survey (registration, class, person, overall, teaching, comment, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            row.id, row.schoolClass, row.person,
            command.overall, command.teaching, comment, tx.now)
        try tx.announce(
            SurveyAnswered(schoolClass: row.schoolClass, overall: command.overall, teaching: command.teaching))
        return SurveyReceipt(schoolClass: row.schoolClass)
    }

    func getSurvey(_ query: GetSurvey, _ snapshot: Snapshot) throws -> SurveyReport {
        let row = try managed(query.schoolClass, snapshot)
        var (overall, teaching) = (Array(repeating: 0, count: 5), Array(repeating: 0, count: 5))
        try snapshot.each("SELECT overall, teaching FROM survey WHERE class = ?", binding: [row.id]) {
            overall[try $0.get(0, as: Int.self) - 1] += 1
            teaching[try $0.get(1, as: Int.self) - 1] += 1
            return true
        }
        let comments = try snapshot.rows(
            "SELECT comment FROM survey WHERE class = ? AND comment IS NOT NULL ORDER BY at DESC, registration LIMIT 100",
            row.id
        ) {
            try snapshot.unseal(String.self, try $0.get(0))
        }
        return SurveyReport(
            satisfaction: try snapshot.satisfaction(of: row.id), overall: overall, teaching: teaching,
            comments: comments.filter { !$0.isErased })
    }
}
