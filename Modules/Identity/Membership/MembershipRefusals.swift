import Messages
import Vocabulary

/// What people meet who say for whom they act, and who looks into it.
extension IdentityRefusals {
    static let signUpClosed = Refusal(
        "identity.sign-up-closed", status: 403, message: "本站暂不开放网上注册，请到当地服务窗口或拨打服务热线办理。", log: "sign-up is closed at this site")

    static let signUpFull = Refusal(
        "identity.sign-up-full", status: 503, message: "等待核实的申请较多，请明天再来，或到当地服务窗口办理。", log: "too many membership claims wait",
        retryAfter: .seconds(3600))

    static func signUpWait(_ rest: Duration) -> Refusal {
        let minutes = max(1, (Int(rest.components.seconds) + 59) / 60)
        return Refusal(
            "identity.sign-up-wait", status: 429, message: "从您的网络提交的申请较多，请在 \(minutes) 分钟后再试；集中办理请联系当地服务窗口。",
            log: "sign-up refused: many from one address", retryAfter: rest)
    }

    static func invalidClaim(_ faults: [Refusal.Fault]) -> Refusal {
        Refusal(
            "identity.claim-invalid", status: 422, message: "申请有 \(faults.count) 处问题，请更正后重新提交。",
            log: "membership claim refused: \(faults.map(\.field).joined(separator: ", "))", faults: faults)
    }

    static let claimOpen = Refusal(
        "identity.claim-open", status: 409, message: "您已有一项申请等待核实。请等候结果，或先撤回它再重新申请。", log: "a membership claim waits already")

    static func claimElsewhere(_ code: CreditCode) -> Refusal {
        Refusal(
            "identity.claim-elsewhere", status: 409, message: "您的账号现在代表单位 \(code)，一个账号只代表一个单位。请先终止代表该单位，再重新申请。",
            log: "account acts for another organisation",
            faults: [.init(field: "code", value: code.description, message: "账号已代表另一个单位。")])
    }

    static let claimStaff = Refusal(
        "identity.claim-staff", status: 409, message: "平台工作人员的账号不能同时代表企业或机构，请另行注册账号。", log: "staff accounts claim no organisation")

    static let claimUnknown = Refusal(
        "identity.claim-unknown", status: 404, message: "没有这项申请，或它不在您的辖区，请从列表进入。", log: "no such membership claim for the actor")

    static let claimDecided = Refusal(
        "identity.claim-decided", status: 409, message: "该申请已有结果或已撤回，请刷新列表核对。", log: "membership claim is not open")

    static let claimOwn = Refusal(
        "identity.claim-own", status: 403, message: "不能核实本人的申请，请由另一位工作人员办理。", log: "membership claim refused: own claim")

    static let notMember = Refusal(
        "identity.not-member", status: 409, message: "该账号没有代表任何企业或机构，无需办理。", log: "account acts for no organisation")
}
