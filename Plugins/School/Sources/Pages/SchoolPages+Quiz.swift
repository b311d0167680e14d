import Messages
import Pages
import PluginKit
import SchoolContracts
import Vocabulary

/// Quizzes and surveys.
extension SchoolPages {
    func quiz(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(try quizPage(request, context, result: nil, refusal: nil))
    }

    private func quizPage(_ request: PageRequest, _ context: PageContext, result: QuizResult?, refusal: Refusal?) throws
        -> Page
    {
        let quiz = try context.ask(
            GetQuiz(registration: request.registrationID(), code: request.parameters["code"] ?? ""))
        return QuizPage(quiz: quiz, result: result, refusal: refusal).page(request)
    }

    func submitQuiz(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            let id = try request.registrationID()
            let code = request.parameters["code"] ?? ""
            let quiz = try context.ask(GetQuiz(registration: id, code: code))
            var form = FormReader(request)
            let answers = quiz.questions.indices.map { index in
                request.fields.all("a\(index + 1)").map(\.trimmed).filter { !$0.isEmpty }
            }
            for (index, answer) in answers.enumerated() where answer.isEmpty {
                form.add("a\(index + 1)", "第 \(index + 1) 题还没有作答。")
            }
            try form.refuseIfFaulty()
            let result = try await context.tell(SubmitQuiz(registration: id, code: code, answers: answers))
            return .page(try quizPage(request, context, result: result, refusal: nil))
        } catch let refusal as Refusal where refusal.status != 404 {
            return .page(try quizPage(request, context, result: nil, refusal: refusal))
        }
    }

    func survey(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(try surveyPage(request, context, refusal: nil))
    }

    private func surveyPage(_ request: PageRequest, _ context: PageContext, refusal: Refusal?) throws -> Page {
        SurveyPage(
            pass: try context.ask(GetPass(id: request.registrationID(), code: request.parameters["code"] ?? "")),
            refusal: refusal
        ).page(request)
    }

    func answerSurvey(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            let id = try request.registrationID()
            let code = request.parameters["code"] ?? ""
            var form = FormReader(request)
            if request.fields["overall"] == nil { form.add("overall", "请选择总体评价。") }
            if request.fields["teaching"] == nil { form.add("teaching", "请选择教学评价。") }
            let overall = form.number("overall", "总体评价", or: 0)
            let teaching = form.number("teaching", "教学评价", or: 0)
            try form.refuseIfFaulty()
            _ = try await context.tell(
                AnswerSurvey(
                    registration: id, code: code, overall: overall, teaching: teaching,
                    comment: request.fields["comment"]))
            return .redirect(to: "\(request.base)/pass/\(id)/\(code)", notice: "评价已提交，谢谢。")
        } catch let refusal as Refusal where refusal.status != 404 {
            return .page(try surveyPage(request, context, refusal: refusal))
        }
    }

    func surveyReport(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let id = try request.classID()
        return .page(
            SurveyReportPage(
                detail: try context.ask(GetClass(id: id)), report: try context.ask(GetSurvey(schoolClass: id))
            ).page(request))
    }

    // MARK: - Writing a quiz

    func editQuiz(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(try quizForm(request, context, refusal: nil))
    }

    private func quizForm(_ request: PageRequest, _ context: PageContext, refusal: Refusal?) throws -> Page {
        let id = try request.courseID()
        return QuizFormPage(
            course: try context.ask(GetCourse(id: id)).card, quiz: try context.ask(GetQuizKey(course: id)),
            refusal: refusal
        ).page(request)
    }

    func saveQuiz(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            let id = try request.courseID()
            var form = FormReader(request)
            let passPercent = form.number("passPercent", "合格线")
            let attempts = form.number("attempts", "可答次数")
            let (questions, faults) = QuizText.read(request.fields["questions"] ?? "")
            for fault in faults { form.add("questions", fault) }
            try form.refuseIfFaulty()
            _ = try await context.tell(
                SaveQuiz(course: id, passPercent: passPercent, attempts: attempts, questions: questions))
            return .redirect(
                to: "\(request.base)/courses/\(id)",
                notice: questions.isEmpty ? "测验已取消。" : "测验已保存，共 \(questions.count) 题。")
        } catch var refusal as Refusal where refusal.status == 422 {
            for index in refusal.faults.indices where refusal.faults[index].field.hasPrefix("questions/") {
                refusal.faults[index].field = "questions"
            }
            return .page(try quizForm(request, context, refusal: refusal))
        }
    }
}
