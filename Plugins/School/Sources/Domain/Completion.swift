import SchoolContracts
import Vocabulary

/// Whether somebody has done enough of a class for its certificate.
struct Completion {
    /// Sessions that people come to and lessons whose study time is counted, and how many of those already begun were attended.
    var sessions: Int
    var attended: Int
    var percent: Int
    var hasEnded: Bool
    /// How the quiz stands; `nil` where the course has none.
    var quiz: QuizStanding?

    /// - Parameter marks: numbers of the sessions that were attended, or studied as far as they take.
    init(_ sessions: [SessionCard], marks: Set<Int>, percent: Int, quiz: QuizStanding? = nil, now: Timestamp) {
        self.quiz = quiz
        let counted = sessions.filter { !$0.isCancelled && ($0.mode != .recorded || $0.isMeasured == true) }
        self.sessions = counted.count
        attended = counted.count { $0.startsAt <= now && marks.contains($0.number) }
        self.percent = percent
        hasEnded = sessions.allSatisfy { $0.isCancelled || $0.endsAt <= now }
    }

    /// At least one, however little is asked for.
    var needed: Int { sessions == 0 ? 0 : max(1, (sessions * percent + 99) / 100) }

    var isReached: Bool { hasAttended && quiz?.isPassed ?? true }

    var hasAttended: Bool { sessions == 0 ? hasEnded : attended >= needed }

    var sentence: String {
        let test = quiz.map { "；\($0.sentence)" } ?? ""
        if sessions == 0 { return (hasEnded ? "课程已结束" : "课程尚未结束") + test }
        return "已参加 \(attended)/\(sessions) 场，" + (hasAttended ? "达到要求（\(needed) 场）" : "须参加 \(needed) 场") + test
    }
}
