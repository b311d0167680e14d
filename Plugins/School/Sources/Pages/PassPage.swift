import Messages
import Pages
import SchoolContracts
import Vocabulary

/// What a participant sees without an account, by number and code: state, sessions, ticket, and the answer to an offer.
struct PassPage {
    var pass: Pass
    var code: String
    var refusal: Refusal?

    func page(_ request: PageRequest) -> Page {
        Page(
            status: refusal?.status ?? 200, title: pass.title, trail: [("商学院课堂", "\(request.base)/classes")],
            header: PageHeader(
                caption: "报名 \(pass.id) · \(pass.name.masked)", state: pass.state.badge, lead: pass.explanation,
                nextStep: pass.offerUntil.map { "请在 \(Format.dateTime($0)) 前确认或放弃" })
        ) {
            if let refusal { Notice(refusal.message, tone: .danger) }
            if let ticket = pass.ticket, let picture = QRCode(ticket, saying: "听课凭证二维码，现场签到时扫描") {
                Panel("听课凭证") {
                    div(.class("qr-block")) { picture }
                    p("现场出示此二维码签到；无法出示时可报编号 \(pass.id)。凭证只属于本人，请勿转发。")
                }
            }
            if let sentence = pass.quiz {
                p {
                    "\(sentence)。"
                    ButtonLink("课程测验", href: "\(request.base)/pass/\(pass.id)/\(code)/quiz", .secondary)
                }
            }
            if pass.maySurvey == true {
                p { ButtonLink("评价本次课程", href: "\(request.base)/pass/\(pass.id)/\(code)/survey", .secondary) }
            }
            if let known = pass.matching {
                p {
                    "已登记服务需求「\(known.title)」\(known.demand.map { "（\($0)）" } ?? "") "
                    known.progress.badge
                }
            } else if pass.mayRequestMatching == true {
                p { ButtonLink("登记服务需求", href: "\(request.base)/pass/\(pass.id)/\(code)/matching", .secondary) }
            }
            if let link = pass.certificate {
                p {
                    ButtonLink(
                        "查看培训证书 \(link.number)", href: "\(request.base)/certificates/\(link.number)/\(link.code)",
                        .secondary)
                    if link.isRevoked { StateBadge("已撤销", .danger) }
                }
            }
            SessionTable(
                sessions: pass.sessions, lessons: pass.lessons ?? [],
                lessonBase: pass.lessons == nil ? nil : "\(request.base)/pass/\(pass.id)/\(code)/lessons")
            for action in pass.actions {
                RegistrationActions.form(action, post: "\(request.base)/pass/\(pass.id)/\(code)", request, nil)
            }
            p("本页链接等同于凭证，请勿公开。个人信息仅用于本次课程的通知和签到。", .class("muted"))
        }
    }
}

/// One button or form an action.
enum RegistrationActions {
    static func form(_ action: RegistrationAction, post address: String, _ request: PageRequest, _ refusal: Refusal?)
        -> HTML
    {
        let isTried = refusal != nil && request.fields["action"] == action.rawValue
        let isGrave = action == .cancel || action == .decline || action == .reject
        return Form(
            post: address, of: isTried ? request : request.withoutFields, refusal: isTried ? refusal : nil,
            submit: action.title,
            confirm: isGrave ? "确认「\(action.title)」？此操作不能撤销。" : nil, weight: isGrave ? .danger : .primary,
            prefix: action.rawValue
        ) { form in
            form.hidden("action", action.rawValue)
            if action == .reject { form.text("reason", "原因", hint: "企业会看到", required: true) }
        }.html
    }
}
