import Identity
import Messages
import Pages
import PluginKit

/// 两步验证: enrolling, replacing, recovery codes, switching off.
extension Gateway {
    func secondFactorPage(_ visit: Visit, refusal: Refusal? = nil) throws -> PageReply {
        let identity = visit.site.identity
        guard let session = visit.caller.session, let token = visit.caller.token, let account = try identity.account(session.account) else {
            throw Refusal.signInRequired
        }
        let state = try identity.secondFactor(of: account)
        let enrolment = state.isPending ? try identity.enrolment(token: token) : nil
        let lead = "登录时除密码外，再输入手机验证器显示的 6 位数字。别人即使知道密码也登录不了。"
        return .page(
            Page(
                status: refusal?.status ?? 200, title: "两步验证", trail: [("我的", visit.site.root + "me")],
                header: PageHeader(
                    state: state.since == nil ? StateBadge("未启用", state.isRequired ? .warning : .neutral) : StateBadge("已启用", .success),
                    lead: lead),
                layout: .narrow
            ) {
                if let refusal, enrolment == nil, state.since == nil { Notice(refusal.message, tone: .danger) }
                if let enrolment {
                    Self.enrolmentForm(visit, enrolment, refusal: refusal)
                } else if let since = state.since {
                    FactList([Fact("启用时间", at: since), Fact("剩余恢复码", "\(state.recoveryCodesLeft) 个")])
                    Self.managingForm(visit, state, refusal: refusal)
                } else {
                    if state.isRequired { Notice("本站规定您的角色必须使用两步验证，启用后才能使用其他功能。", tone: .warning) }
                    p("请先在手机上安装一个验证器，例如微信小程序“腾讯身份验证器”、Microsoft Authenticator 或 FreeOTP。")
                    Form(post: visit.site.root + "second-factor", of: visit.request, submit: "开始启用") { form in form.hidden("do", "begin") }
                }
            })
    }

    private static func enrolmentForm(_ visit: Visit, _ enrolment: Enrolment, refusal: Refusal?) -> HTML {
        HTML {
            Steps(["安装验证器", "扫描二维码", "输入验证码"], current: 1)
            div(.class("panel")) {
                h2("用验证器扫描")
                if let code = QRCode(enrolment.link) { code }
                p {
                    "扫不了码时，"
                    a("在本机打开验证器", href: enrolment.link)
                    "，或手动输入密钥："
                }
                pre(.class("secret")) { code(Self.grouped(enrolment.secret)) }
            }
            Form(
                post: visit.site.root + "second-factor", of: visit.request, refusal: refusal, submit: "确认启用", cancel: visit.site.root + "me"
            ) { form in
                form.hidden("do", "confirm")
                form.text(
                    "code", "验证码", hint: "输入验证器显示的 6 位数字，确认手机已设置好。", required: true, autocomplete: "one-time-code", width: .medium)
            }
        }
    }

    private static func managingForm(_ visit: Visit, _ state: SecondFactorState, refusal: Refusal?) -> HTML {
        HTML {
            h2("更改")
            Form(post: visit.site.root + "second-factor", of: visit.request, refusal: refusal, submit: "继续") { form in
                form.radio(
                    "do", "要办理的事项",
                    [
                        Choice("codes", "重新生成恢复码", hint: "旧的恢复码随即失效。"), Choice("begin", "更换验证器", hint: "换手机时使用；确认前旧验证器仍可用。"),
                    ] + (state.isRequired ? [] : [Choice("remove", "停用两步验证")]), required: true)
                form.code()
            }
        }
    }

    func changeSecondFactor(_ visit: inout Visit) async throws -> PageReply {
        guard let token = visit.caller.token else { throw Refusal.signInRequired }
        let identity = visit.site.identity
        let code = visit.request.fields["code"] ?? ""
        let path = visit.site.root + "second-factor"
        do {
            switch visit.request.fields["do"] {
            case "begin":
                try await identity.beginEnrolment(token: token, code: code, from: visit.origin)
                return .redirect(to: path)
            case "confirm":
                return Self.codesPage(visit, try await identity.confirmEnrolment(token: token, code: code, from: visit.origin), isNew: true)
            case "codes":
                return Self.codesPage(visit, try await identity.makeRecoveryCodes(token: token, code: code, from: visit.origin), isNew: false)
            case "remove":
                try await identity.removeSecondFactor(token: token, code: code, from: visit.origin)
                return .redirect(to: path, notice: "已停用两步验证。")
            default:
                throw Refusal(
                    "gateway.second-factor-choice", status: 422, message: "请选择要办理的事项。", log: "no choice on the second factor page",
                    faults: [.init(field: "do", message: "请选择要办理的事项。")])
            }
        } catch let refusal as Refusal where refusal.status < 500 && refusal.status != 401 {
            var page = visit
            page.request.fields.pairs.removeAll { $0.name == "code" }
            return try secondFactorPage(page, refusal: refusal)
        }
    }

    /// The codes are on this one answer only; it is kept by no cache and shown by no second request.
    private static func codesPage(_ visit: Visit, _ codes: [String], isNew: Bool) -> PageReply {
        .page(
            Page(title: "恢复码", trail: [("我的", visit.site.root + "me"), ("两步验证", visit.site.root + "second-factor")], layout: .narrow) {
                if isNew { Notice("两步验证已启用，其他登录已退出。", tone: .success) }
                Notice("恢复码只显示这一次。请抄写或打印，与手机分开保管；每个只能用一次。", tone: .warning)
                div(.class("panel")) { ol(.class("codes")) { for one in codes { li { code(one) } } } }
                Actions { ButtonLink("我已保存，继续", href: visit.site.root + "me") }
            })
    }

    private static func grouped(_ text: String) -> String {
        let letters = Array(text)
        return stride(from: 0, to: letters.count, by: 4).map { String(letters[$0..<min($0 + 4, letters.count)]) }.joined(separator: " ")
    }
}
