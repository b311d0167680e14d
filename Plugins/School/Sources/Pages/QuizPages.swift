import Messages
import Pages
import SchoolContracts
import Vocabulary

/// The quiz as a participant answers it, by number and code.
struct QuizPage {
    var quiz: Quiz
    var result: QuizResult?
    var refusal: Refusal?

    func page(_ request: PageRequest) -> Page {
        let pass = "\(request.base)/pass/\(request.parameters["id"] ?? "")/\(request.parameters["code"] ?? "")"
        return Page(
            status: refusal?.status ?? 200, title: "课程测验", trail: [(quiz.title, pass)],
            header: PageHeader(
                caption: quiz.title, state: quiz.isPassed ? StateBadge("已通过", .success) : nil,
                lead: "\(quiz.sentence)共 \(quiz.questions.count) 题，合格线 \(quiz.passPercent) 分，可答 \(quiz.attempts) 次。"),
            layout: .narrow
        ) {
            if let result { outcome(result) }
            if quiz.mayTry {
                Form(
                    post: "\(pass)/quiz", of: result == nil ? request : request.withoutFields, refusal: refusal,
                    submit: "交卷"
                ) { form in
                    for (index, question) in quiz.questions.enumerated() { field(form, index + 1, question) }
                }
            }
            p { a("返回凭证页", href: pass) }
        }
    }

    private func outcome(_ result: QuizResult) -> HTML {
        Notice(
            result.isPassed
                ? "得分 \(result.score)，已通过。"
                : "得分 \(result.score)，未达到合格线 \(quiz.passPercent) 分。答错：第 \(result.wrong.map(String.init).joined(separator: "、")) 题。还可答 \(result.left) 次。",
            tone: result.isPassed ? .success : .warning, title: "测验结果"
        ).html
    }

    private func field(_ form: FormScope, _ number: Int, _ question: Quiz.Question) -> HTML {
        let (name, title) = ("a\(number)", "\(number). \(question.text)（\(question.kind.title)）")
        let choices = zip(Marking.letters, question.options).map { Choice($0, "\($0). \($1)") }
        return switch question.kind {
        case .single: form.radio(name, title, choices)
        case .multiple: form.checkboxes(name, title, choices)
        case .judgement: form.radio(name, title, [Choice("对", "对"), Choice("错", "错")])
        case .short: form.text(name, title)
        }
    }
}

/// The quiz of a course as staff write it.
struct QuizFormPage {
    var course: CourseCard
    var quiz: QuizDetail
    var refusal: Refusal?

    func page(_ request: PageRequest) -> Page {
        let back = "\(request.base)/courses/\(course.id)"
        return Page(
            status: refusal?.status ?? 200, title: "课程测验", trail: [(course.title, back)],
            header: PageHeader(lead: "学员开课后凭凭证页作答；设置测验的课程，通过测验才能发证。已有的成绩不受修改影响。"), layout: .narrow
        ) {
            Form(
                post: "\(back)/quiz", of: request, refusal: refusal, submit: "保存测验", cancel: back,
                draft: "课程测验 \(course.id)"
            ) { form in
                form.number(
                    "passPercent", "合格线", value: String(quiz.passPercent), unit: "分", hint: "百分制", required: true)
                form.number("attempts", "可答次数", value: String(quiz.attempts), unit: "次", required: true)
                form.textarea(
                    "questions", "题目", value: QuizText.write(quiz.questions), rows: 16,
                    hint:
                        "每题以 [单选]、[多选]、[判断] 或 [简答] 加题干开头；选项每行一个，正确的以 * 开头，其他以 - 开头；判断写 = 对 或 = 错；简答写 = 答案，多个可接受的答案用 | 隔开。清空则取消测验。"
                )
            }
        }
    }
}

/// What a participant says of a class, by number and code.
struct SurveyPage {
    var pass: Pass
    var refusal: Refusal?

    static let marks = [
        Choice("5", "非常满意"), Choice("4", "满意"), Choice("3", "基本满意"), Choice("2", "不满意"), Choice("1", "非常不满意"),
    ]

    func page(_ request: PageRequest) -> Page {
        let address = "\(request.base)/pass/\(pass.id)/\(request.parameters["code"] ?? "")"
        return Page(
            status: refusal?.status ?? 200, title: "课程评价", trail: [(pass.title, address)],
            header: PageHeader(caption: pass.title, lead: "请评价本次课程，每人一次，提交后不能修改。举办方只看到汇总和意见，看不到是谁的评价。"), layout: .narrow
        ) {
            if pass.maySurvey == true {
                Form(post: "\(address)/survey", of: request, refusal: refusal, submit: "提交评价") { form in
                    form.radio("overall", "总体评价", Self.marks, required: true)
                    form.radio("teaching", "教学评价", Self.marks, required: true)
                    form.textarea("comment", "意见建议", rows: 4, hint: "不要填写姓名、电话等个人信息")
                }
            } else {
                Notice(refusal?.message ?? "现在不能评价：到课签到后至结束后 30 天内可评价一次。", tone: .info)
            }
            p { a("返回凭证页", href: address) }
        }
    }
}

/// What participants said of a class, for its staff.
struct SurveyReportPage {
    var detail: ClassDetail
    var report: SurveyReport

    func page(_ request: PageRequest) -> Page {
        let address = "\(request.base)/classes/\(detail.card.id)"
        let figures = report.satisfaction
        let right = UnmaskingRight(purpose: "改进课程", holder: request.actor.id)
        return Page(
            title: "课程评价", trail: [("课堂管理", "\(request.base)/manage"), (detail.card.title, address)],
            header: PageHeader(
                caption: "班次 \(detail.card.id)",
                state: figures.isBelowTarget ? StateBadge("低于 \(ClassSatisfaction.target)%", .danger) : nil,
                lead: ClassSatisfaction.rule)
        ) {
            StatTiles([
                .init(
                    "满意度", figures.answered > 0 ? Format.share(figures.satisfied, of: figures.answered) : "暂无",
                    note: "目标 \(ClassSatisfaction.target)%"),
                .init("已评价", String(figures.answered), unit: "人"),
                .init("到课未评价", String(figures.unanswered), unit: "人"),
            ])
            DataTable(
                "评价分布", columns: [.text("项目")] + SurveyPage.marks.map { .number($0.title) },
                rows: [("总体评价", report.overall), ("教学评价", report.teaching)].map { title, counts in
                    [.text(title)] + counts.reversed().map { .number($0) }
                })
            section {
                h2("意见建议")
                if report.comments.isEmpty { EmptyState("还没有意见建议") }
                for comment in report.comments {
                    blockquote { p(comment.reveal(by: right) ?? PersonalData.erasedText) }
                }
            }
        }
    }
}
