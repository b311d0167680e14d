import Messages
import Pages
import PluginKit
import SchoolContracts
import TestKit
import Testing
import Vocabulary

@testable import SchoolPlugin

@Suite("测验与评价")
struct SchoolQuizTests {
    static let questions = [
        QuestionDraft(text: "先向谁提出？", kind: .single, options: ["窗口", "银行"], answers: ["A"]),
        QuestionDraft(text: "需要哪些材料？", kind: .multiple, options: ["执照", "合同", "照片"], answers: ["A", "B"]),
        QuestionDraft(text: "可以重复申请。", kind: .judgement, answers: ["错"]),
        QuestionDraft(text: "热线号码？", kind: .short, answers: ["96871", "0731-96871"]),
    ]

    @Test(
        "Every kind is marked as it is meant",
        arguments: [
            ([["A"], ["A", "B"], ["错"], ["96871"]], [Int]()), ([["B"], ["B", "A"], ["错"], ["０７３１ － 96871"]], [1]),
            ([["A"], ["A"], ["对"], ["96872"]], [2, 3, 4]),
            ([["A", "B"], ["A", "B", "C"], [], [" "]], [1, 2, 3, 4]),
            ([["a"], ["A", "A"], ["错"], ["96871", "96871"]], [2, 4]), ([], [1, 2, 3, 4]),
        ])
    func marking(answers: [[String]], wrong: [Int]) {
        #expect(Marking.wrong(answers, Self.questions) == wrong)
    }

    @Test("A score is rounded down") func rounding() {
        #expect(Marking.score(wrong: 1, of: 3) == 66)
        #expect(Marking.score(wrong: 0, of: 3) == 100)
    }

    @Test("Typed questions are read and written back, and what cannot be read is named by its line")
    func text() {
        let written = QuizText.write(Self.questions)
        #expect(QuizText.read(written).questions == Self.questions)
        #expect(
            QuizText.read(written.replacing("\n", with: "\r\n").replacing("[单选]", with: "【单选】")).questions
                == Self.questions)
        let (questions, faults) = QuizText.read("没有题型\n[判断] 好吗\n? 对")
        #expect(questions.count == 1)
        #expect(faults.map { $0.prefix(6) } == ["第 1 行应", "第 3 行无"])
        #expect(QuizText.read("").questions.isEmpty)
    }

    @Test("Every fault of a quiz is named together")
    func faults() async throws {
        let lessons = try await Lessons()
        let bad = [
            QuestionDraft(text: "", kind: .single, options: ["一"], answers: ["B"]),
            QuestionDraft(text: "好吗", kind: .judgement, options: ["对"], answers: ["是"]),
            QuestionDraft(text: "好吗", kind: .short, answers: [" "]),
            QuestionDraft(text: "好吗", kind: .single, options: ["一", "二"], answers: ["A", "B"]),
        ]
        let refused = await refusal {
            _ = try await lessons.site.tell(
                SaveQuiz(course: lessons.course, passPercent: 0, attempts: 11, questions: bad), as: Lessons.staff)
        }
        #expect(
            refused?.faults.map(\.field) == [
                "passPercent", "attempts", "questions/0/text", "questions/0/options", "questions/0/answers",
                "questions/1/options", "questions/1/answers",
                "questions/2/answers", "questions/3/answers",
            ])
        #expect(
            await refusal {
                _ = try await lessons.site.tell(
                    SaveQuiz(course: lessons.course, passPercent: 60, attempts: 1, questions: []), as: Lessons.other)
            }?.code
                == "school.region-not-yours")
    }

    @Test("Answers by the pass: closed before the start, so many attempts, passed once, and no certificate without")
    func attempts() async throws {
        let lessons = try await Lessons()
        let id = try await lessons.register(1).registration
        _ = try await lessons.site.tell(
            SaveQuiz(course: lessons.course, passPercent: 75, attempts: 2, questions: Self.questions), as: Lessons.staff
        )
        let code = try lessons.detail(id).code
        func submit(_ answers: [[String]]) async throws -> QuizResult {
            try await lessons.site.tell(SubmitQuiz(registration: id, code: code, answers: answers), as: .visitor)
        }
        let right = [["A"], ["A", "B"], ["错"], ["96871"]]
        #expect(await refusal { _ = try await submit(right) }?.code == "school.quiz-closed")
        #expect(try lessons.site.ask(GetQuiz(registration: id, code: code)).questions.isEmpty)
        try await lessons.go(to: 2 * 1440)
        for session in 1...2 {
            _ = try await lessons.site.tell(
                CheckIn(
                    schoolClass: lessons.schoolClass, session: session, registrations: [id], way: .manual,
                    at: lessons.at(session == 1 ? 1 : 1441)),
                as: Lessons.staff)
        }
        let open = await lessons.site.call("GET", "/api/test/school/passes/\(id)/quiz?code=\(code)")
        #expect(open.status == 200)
        #expect(!open.text.contains("96871"))
        #expect(await refusal { try await SchoolCertificateTests.issue(lessons) }?.code == "school.no-certificates")
        #expect(await refusal { _ = try await submit([["A"]]) }?.faults.map(\.field) == ["answers"])
        let first = try await submit([["B"], ["A"], ["错"], ["96871"]])
        #expect(first == QuizResult(score: 50, isPassed: false, left: 1, wrong: [1, 2]))
        #expect(try lessons.site.ask(GetPass(id: id, code: code)).quiz?.contains("还可答 1 次") == true)
        #expect(
            try await submit([["B"], ["A", "B"], ["错"], ["96871"]])
                == QuizResult(score: 75, isPassed: true, left: 0, wrong: [1]))
        #expect(await refusal { _ = try await submit(right) }?.code == "school.quiz-closed")
        try await SchoolCertificateTests.issue(lessons)
        #expect(try lessons.detail(id).certificate != nil)
        #expect(
            await refusal {
                _ = try lessons.site.ask(GetQuiz(registration: id, code: String(repeating: "a", count: 26)))
            }?.status == 404)
    }

    @Test(
        "Satisfaction has its numerator, its denominator and those who did not answer; each answers once, and only who was there"
    )
    func survey() async throws {
        let (lessons, ids) = try await SchoolCertificateTests.ended(people: 4)
        let codes = try ids.map { try lessons.detail($0).code }
        func answer(_ index: Int, _ overall: Int, _ comment: String? = nil) async throws {
            _ = try await lessons.site.tell(
                AnswerSurvey(
                    registration: ids[index], code: codes[index], overall: overall, teaching: 4, comment: comment),
                as: .visitor)
        }
        #expect(try lessons.site.ask(GetClass(id: lessons.schoolClass)).satisfaction == nil)
        try await answer(0, 5, "案例很实用")
        try await answer(1, 3)
        try await answer(2, 4)
        #expect(await refusal { try await answer(0, 1) }?.code == "school.survey-closed")
        #expect(await refusal { try await answer(3, 6) }?.faults.map(\.field) == ["overall"])
        let report = try lessons.site.ask(GetSurvey(schoolClass: lessons.schoolClass), as: Lessons.staff)
        #expect(report.satisfaction == ClassSatisfaction(satisfied: 2, answered: 3, unanswered: 1))
        #expect(report.satisfaction.isBelowTarget)
        #expect(report.overall == [0, 0, 1, 1, 1])
        #expect(report.comments.count == 1)
        #expect(try lessons.site.ask(GetClass(id: lessons.schoolClass)).satisfaction?.answered == 3)
        #expect(try lessons.site.events(SurveyAnswered.self).map(\.overall) == [5, 3, 4])
        await lessons.site.advance(by: .seconds(31 * 86_400))
        #expect(await refusal { try await answer(3, 5) }?.code == "school.survey-closed")
        // Who was never there has nothing to say, and is not counted among those who did not answer.
        let other = try await Lessons()
        let absent = try await other.register(1).registration
        try await other.go(to: 60)
        let code = try other.detail(absent).code
        #expect(
            await refusal {
                _ = try await other.site.tell(
                    AnswerSurvey(registration: absent, code: code, overall: 5, teaching: 5), as: .visitor)
            }?.code
                == "school.survey-closed")
        _ = try await lessons.site.bus.erase(person: lessons.detail(ids[0]).card.person, by: .system("test"))
        #expect(try lessons.site.ask(GetSurvey(schoolClass: lessons.schoolClass), as: Lessons.staff).comments.isEmpty)
    }

    @Test("In the browser: write a quiz, answer it, say how it was")
    func pages() async throws {
        let (lessons, ids) = try await SchoolCertificateTests.ended()
        let site = lessons.site
        func content(_ reply: PageReply) -> String {
            guard case .page(let page) = reply else { return "\(reply)" }
            return page.content.description + (page.header?.lead ?? "")
        }
        let form = "/school/courses/\(lessons.course)/quiz"
        let typed = content(
            try await site.post(
                form, [("passPercent", "60"), ("attempts", "3"), ("questions", "[单选] 好吗\n- 好\n- 不好")], as: Lessons.staff
            ))
        #expect(typed.contains("id=\"f-questions-error\"") && typed.contains("[单选] 好吗"))
        _ = try await site.post(
            form, [("passPercent", "60"), ("attempts", "3"), ("questions", QuizText.write(Self.questions))],
            as: Lessons.staff)
        #expect(content(try await site.get(form, as: Lessons.staff)).contains("* 窗口"))
        let pass = "/school/pass/\(ids[0])/\(try lessons.detail(ids[0]).code)"
        #expect(content(try await site.get(pass)).contains("课程测验"))
        #expect(content(try await site.get("\(pass)/quiz")).contains("先向谁提出"))
        #expect(content(try await site.post("\(pass)/quiz", [("a1", "A")], as: .visitor)).contains("第 2 题还没有作答"))
        let done = content(
            try await site.post(
                "\(pass)/quiz", [("a1", "A"), ("a2", "A"), ("a2", "B"), ("a3", "对"), ("a4", "96871")], as: .visitor))
        #expect(done.contains("得分 75，已通过"))
        #expect(content(try await site.post("\(pass)/survey", [("overall", "5")], as: .visitor)).contains("请选择教学评价"))
        _ = try await site.post(
            "\(pass)/survey", [("overall", "5"), ("teaching", "4"), ("comment", "很好")], as: .visitor)
        #expect(content(try await site.get("\(pass)/survey")).contains("现在不能评价"))
        let report = content(try await site.get("/school/classes/\(lessons.schoolClass)/survey", as: Lessons.staff))
        #expect(report.contains("（1/1）") && report.contains("很好"))
        #expect(content(try await site.get("/school/classes/\(lessons.schoolClass)")).contains("到课未评价 1 人"))
    }
}
