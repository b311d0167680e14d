import Messages
import Pages
import PluginKit
import SchoolContracts
import Vocabulary

/// A registration for its enterprise and the class's staff: where it stands, why, what can be done, and its story.
struct RegistrationPage {
    var detail: RegistrationDetail
    var happenings: [Happening]
    var refusal: Refusal?

    func page(_ request: PageRequest) -> Page {
        let card = detail.card
        let address = "\(request.base)/registrations/\(card.id)"
        let right = UnmaskingRight(purpose: "报名单位和班次工作人员办理报名", holder: request.actor.id)
        let isSubstituting =
            request.fields["name1"] != nil || request.fields["mobile1"] != nil || request.fields["consent"] != nil
        return Page(
            status: refusal?.status ?? 200, title: card.title, trail: [("我的课堂", "\(request.base)/mine")],
            header: PageHeader(
                caption: "报名 \(card.id)", state: card.state.badge, lead: detail.explanation,
                nextStep: card.offerUntil.map { "请在 \(Format.dateTime($0)) 前确认或放弃" })
        ) {
            if let refusal, !isSubstituting, refusal.faults.isEmpty { Notice(refusal.message, tone: .danger) }
            FactList([
                Fact("参加人员", card.name.reveal(by: right) ?? PersonalData.erasedText),
                Fact("手机", card.mobile.reveal(by: right)?.digits ?? PersonalData.erasedText), Fact("岗位", card.position),
                Fact("企业", "\(card.enterprise.name)（\(card.enterprise.creditCode)）"),
                Fact("报名方式", card.isOnBehalf ? "工作人员代报" : "企业自报"), Fact("候补位次", card.queued.map { "第 \($0) 位" }),
                Fact("班次") { a(card.schoolClass.description, href: "\(request.base)/classes/\(card.schoolClass)") },
                Fact("本人凭证") { a("打开凭证页（可转给本人，无需登录）", href: "\(request.base)/pass/\(card.id)/\(detail.code)") },
                Fact("证书") {
                    if let link = detail.certificate {
                        a(
                            link.number.description + (link.isRevoked ? "（已撤销）" : ""),
                            href: "\(request.base)/certificates/\(link.number)/\(link.code)")
                    }
                },
                Fact("个人信息编号", card.person.description),
            ])
            if !detail.actions.isEmpty || detail.maySubstitute {
                section {
                    h2("可以办理")
                    for action in detail.actions {
                        RegistrationActions.form(action, post: "\(address)/advance", request, refusal)
                    }
                    if detail.maySubstitute { substitution(request, address, isSubstituting ? refusal : nil) }
                }
            }
            SessionTable(
                sessions: detail.sessions, marks: detail.attended ?? [], lessons: detail.lessons ?? [],
                lessonBase: detail.lessons == nil ? nil : "\(request.base)/pass/\(card.id)/\(detail.code)/lessons")
            Timeline(entries, now: request.now)
        }
    }

    private func substitution(_ request: PageRequest, _ address: String, _ refusal: Refusal?) -> HTML {
        Disclosure("更换参加人员", isOpen: refusal != nil) {
            Form(
                post: "\(address)/substitute", of: refusal == nil ? request.withoutFields : request, refusal: refusal,
                submit: "更换", prefix: "other"
            ) { form in
                form.text("name1", "姓名", required: true, width: .medium)
                form.phone("mobile1", "手机号", required: true)
                form.text("position1", "岗位", width: .medium)
                form.checkbox("consent", "已告知新的参加人员：平台收集其姓名和手机号，仅用于本次课程")
            }
        }.html
    }

    private var entries: [Timeline.Entry] {
        happenings.map { happening in
            if let step = happening.event(RegistrationAdvanced.self) {
                return Timeline.Entry(
                    at: happening.time, actor: happening.actor, title: step.action.title, note: step.reason,
                    tone: step.to.tone,
                    details: HTML { p("\(step.from.title) → \(step.to.title)", .class("muted")) })
            }
            if let entry = happening.event(Registered.self) {
                return Timeline.Entry(
                    at: happening.time, actor: happening.actor, title: entry.isOnBehalf ? "代企业报名" : "报名",
                    tone: entry.state.tone,
                    details: HTML { p("进入「\(entry.state.title)」", .class("muted")) })
            }
            if let step = happening.event(CheckInWithdrawn.self) {
                return Timeline.Entry(
                    at: happening.time, actor: happening.actor, title: "撤销第 \(step.session) 场签到", note: step.reason,
                    tone: .warning)
            }
            if let entry = happening.event(QuizTaken.self) {
                return Timeline.Entry(
                    at: happening.time, actor: happening.actor, title: "参加测验，\(entry.score) 分",
                    tone: entry.isPassed ? .success : .warning)
            }
            if let entry = happening.event(CertificateIssued.self) {
                return Timeline.Entry(
                    at: happening.time, actor: happening.actor, title: "签发证书 \(entry.number)", tone: .success)
            }
            if let step = happening.event(CertificateRevoked.self) {
                return Timeline.Entry(
                    at: happening.time, actor: happening.actor, title: "撤销证书 \(step.number)", note: step.reason,
                    tone: .danger)
            }
            if let entry = happening.event(LessonStudied.self) {
                return Timeline.Entry(
                    at: happening.time, actor: happening.actor, title: "学完第 \(entry.session) 场录播课",
                    note: "学习 \(Words.clock(entry.studied))", tone: .success)
            }
            if let entry = happening.event(CheckedIn.self) {
                return Timeline.Entry(
                    at: happening.time, actor: happening.actor, title: "第 \(entry.session) 场签到（\(entry.way.title)）",
                    tone: .success)
            }
            return Timeline.Entry(at: happening.time, actor: happening.actor, title: happening.title)
        }
    }
}
