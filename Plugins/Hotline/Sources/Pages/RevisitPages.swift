import HotlineContracts
import Messages
import Pages
import PluginKit
import Vocabulary

extension HotlinePages {
    /// Makes a link that works once, shown this once, or asks the enterprise's account or the carrier of messages.
    func inviteRating(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let number = try number(request)
        do {
            if request.fields["means"] == "account" {
                let until = try await context.tell(InviteRating(number: number, toAccount: true)).until
                return .redirect(to: request.path(number), notice: "已请企业账号评价，该企业的人员登录后在“我的”中看到，\(Format.dateTime(until))前有效。")
            }
            guard request.fields["means"] != "message" else {
                _ = try await context.tell(InviteRating(number: number))
                return .redirect(to: request.path(number), notice: "已请短信插件发送评价链接，评价后自动归档或重办。")
            }
            let code = LookupCode(request.fields["lookupCode"] ?? "") ?? .random()
            let digest = code.digest(for: Rulebook.lookupPurpose)
            let invitation = try await context.tell(InviteRating(number: number, lookup: digest))
            let link =
                invitation.lookup == digest ? invitation.path.map { request.origin + $0 + code.description } : nil
            return .page(InvitedPage(number: number, link: link, until: invitation.until).page(request))
        } catch let refusal as Refusal where refusal.status != 404 {
            return .page(try orderPage(request, context, refusal: refusal))
        }
    }
}

/// How to ask for the rating: what to say, and what to send instead.
struct RevisitSection: Component {
    let detail: OrderDetail
    let script: [String]
    /// Whether somebody at this site carries messages.
    let hasCarrier: Bool
    let request: PageRequest

    private var address: String { "\(request.path(detail.card.number))/rating-link" }

    var html: HTML {
        section(.class("panel")) {
            h2("回访")
            h3("电话话术")
            ol { for line in script { li(line) } }
            Disclosure("发评价链接") {
                p("链接不用登录，只能评价一次；评价后自动归档，不满意的转入重办。办理过该工单的人员不能发送。", .class("muted"))
                Form(post: address, of: own, submit: "生成评价链接", weight: .secondary, prefix: "link") { form in
                    SecretCode(form: form)
                }
                if hasCarrier, !detail.card.isConfidential, detail.callerPhone != nil {
                    Form(post: address, of: own, submit: "以短信发送", weight: .secondary, prefix: "message") { form in
                        form.hidden("means", "message")
                    }
                }
            }
            if !detail.card.isConfidential, let code = detail.creditCode {
                Disclosure("请企业账号评价") {
                    p("代表信用代码 \(code) 的人员登录后在“我的”中看到，评价一次；请先确认来电人代表该企业。", .class("muted"))
                    Form(post: address, of: own, submit: "请企业账号评价", weight: .secondary, prefix: "account") { form in
                        form.hidden("means", "account")
                    }
                }
            }
        }
    }

    /// Nothing of what was typed in another form.
    private var own: PageRequest {
        var own = request
        own.fields = FormFields(request.fields.pairs.filter { $0.name == "_page" })
        return own
    }
}

/// The link, shown this once, with the words to send it with.
struct InvitedPage {
    var number: OrderNumber
    /// `nil`: it was shown at an earlier sending of the same form.
    var link: String?
    var until: Timestamp

    func page(_ request: PageRequest) -> Page {
        Page(
            title: "评价链接", trail: [("96871热线", "\(request.base)/"), (number.description, request.path(number))],
            header: PageHeader(lead: "链接只显示这一次，\(Format.dateTime(until))前有效，只能评价一次。") {
                ButtonLink("回到工单", href: request.path(number))
            },
            layout: .narrow
        ) {
            if let link {
                Panel("发给来电人") { p("【96871】您反映的事项（\(number)）已办结，请点击链接评价：\(link)") }
            } else {
                Notice("链接已在第一次提交时显示；如未记下，请在工单页面重新生成，原链接随即失效。", tone: .warning)
            }
        }
    }
}

/// Where a link, or a to-do of the enterprise, leads: what was answered, and how satisfied the caller is.
struct RatePage: Sendable {
    var found: PublicOrder?
    /// `nil`: the account was asked.
    var code: String?
    var refusal: Refusal?

    func page(_ request: PageRequest) -> Page {
        Page(
            status: refusal?.status ?? 200, title: "评价办理结果", trail: [("96871热线", "\(request.base)/")],
            header: PageHeader(lead: "您的评价由本人作出，工作人员不能代评。"), layout: .narrow
        ) {
            if let found, found.mayRate {
                section {
                    h2(found.title)
                    FactList([
                        Fact("工单编号", found.number.description), Fact("承办单位", found.ownerName),
                        Fact("登记时间", at: found.registeredAt),
                    ])
                    if let answer = found.answer { Panel("答复") { p(answer) } }
                }
                Form(
                    post: code == nil ? "\(request.base)/asked/\(found.number)" : "\(request.base)/rate", of: request, refusal: refusal,
                    submit: "提交评价", prefix: "rate"
                ) { form in
                    if let code {
                        form.hidden("number", found.number.description)
                        form.hidden("code", code)
                    }
                    form.radio(
                        "satisfaction", "是否满意", Satisfaction.allCases.map { Choice($0.rawValue, $0.title) },
                        hint: "选“不满意”将换人重新办理", required: true)
                    form.textarea("text", "说明", rows: 3)
                }
            } else {
                EmptyState(
                    found != nil ? "这件事项已经评价" : request.parameters["number"] == nil ? "链接不对、已过期或已使用" : "没有请您的单位评价这件事项，或已经评价",
                    hint: "请核对链接是否完整；需要再评价或反映新情况的，请凭工单编号和查询码查询，或拨打96871。",
                    action: ButtonLink("工单查询与评价", href: "\(request.base)/lookup", .secondary))
            }
        }
    }
}

struct RatedPage: Sendable {
    var number: OrderNumber
    var isRedone: Bool

    func page(_ request: PageRequest) -> Page {
        Page(title: "评价已收到", trail: [("96871热线", "\(request.base)/")], layout: .narrow) {
            Notice(
                isRedone ? "您不满意，工单 \(number) 将换人重新办理，办结后再请您评价。" : "感谢您的反馈。工单 \(number) 到此归档。", tone: .success,
                title: "评价已收到")
            p { ButtonLink("查询工单进展", href: "\(request.base)/lookup", .secondary) }
        }
    }
}
