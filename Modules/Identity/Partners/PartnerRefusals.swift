public import Messages
public import Vocabulary

/// Every refusal that a partner, or who manages partners, can meet.
public enum PartnerRefusals {
    // MARK: - Managing

    static func contractInvalid(_ faults: [Refusal.Fault]) -> Refusal {
        Refusal(
            "partner.contract-invalid", status: 422, message: "合约有 \(faults.count) 处问题，未登记。请按下列各条改正后重新提交。",
            log: "contract refused: \(faults.prefix(5).map(\.field).joined(separator: " "))", faults: faults)
    }

    static func clientInvalid(_ faults: [Refusal.Fault]) -> Refusal {
        Refusal(
            "partner.client-invalid", status: 422, message: "合作方信息有 \(faults.count) 处问题：" + faults.map(\.message).joined(),
            log: "partner client refused: \(faults.map(\.field).joined(separator: " "))", faults: faults)
    }

    static func clientTaken(_ id: String) -> Refusal {
        Refusal(
            "partner.client-taken", status: 409, message: "客户端标识“\(id)”已被使用（撤销后也不再使用），请换一个。", log: "client identifier is taken",
            faults: [.init(field: "client", value: id, message: "已被使用，请换一个。")])
    }

    static func clientUnknown(_ id: String) -> Refusal {
        Refusal(
            "partner.client-unknown", status: 404, message: "没有合作方客户端“\(id.prefix(40))”，请用 shuniu partner list 或合作方列表核对。",
            log: "no such partner client")
    }

    static let notAllowed = Refusal(
        "partner.not-allowed", status: 403, message: "只有安全管理员可以管理合作方，请联系本站安全管理员办理。",
        log: "partner management refused: actor is no security administrator")

    static func final(_ client: PartnerClient) -> Refusal {
        Refusal(
            "partner.revoked-final", status: 409, message: "客户端“\(client.id)”已撤销，不能再更改。需要恢复合作的，请登记新的客户端。",
            log: "client is revoked for good")
    }

    static func state(_ client: PartnerClient) -> Refusal {
        Refusal(
            "partner.state", status: 409, message: "客户端“\(client.id)”当前状态为“\(client.state.title)”，无需此操作。请刷新后核对。",
            log: "client is \(client.state.rawValue) already")
    }

    static let reason = Refusal(
        "partner.reason", status: 422, message: "须写明 5 至 200 字的理由，与经办人、时间一并留存。请补充。", log: "a reason of 5 to 200 characters is wanted",
        faults: [.init(field: "reason", message: "须为 5 至 200 字。")])

    static func credential(_ field: String, _ sentence: String) -> Refusal {
        Refusal(
            "partner.credential", status: 422, message: sentence, log: "credential refused: \(field)",
            faults: [.init(field: field, message: sentence)])
    }

    // MARK: - Calling

    public static let suspended = Refusal(
        "partner.suspended", status: 403, message: "该合作方客户端已被本平台暂停，请求未受理。请联系本平台安全管理员了解原因，恢复后即可继续使用。",
        log: "partner client is suspended")

    public static let revoked = Refusal(
        "partner.revoked", status: 403, message: "该合作方客户端已被本平台撤销，不再受理其请求。如需继续合作，请与本平台签订合约并登记新的客户端。",
        log: "partner client is revoked")

    public static let noContract = Refusal(
        "partner.contract-none", status: 403, message: "该客户端尚未登记合约，不能调用任何消息。请联系本平台安全管理员登记。", log: "client has no contract")

    public static func notYetValid(_ version: Int, from day: Day) -> Refusal {
        Refusal(
            "partner.contract-not-yet-valid", status: 403, message: "合约第 \(version) 版自 \(day) 起生效，现在还不能调用。请在该日之后重试。",
            log: "contract \(version) begins on \(day)")
    }

    public static func expired(_ version: Int, until day: Day) -> Refusal {
        Refusal(
            "partner.contract-expired", status: 403, message: "合约第 \(version) 版已于 \(day) 到期，请求未受理。请与本平台续签，由安全管理员登记新版合约。",
            log: "contract \(version) ended on \(day)")
    }

    public static func outside(_ message: WireName, contract version: Int) -> Refusal {
        Refusal(
            "partner.message-outside", status: 403,
            message: "消息“\(message)”不在合约第 \(version) 版约定的范围内，请求未受理。确需使用的，请与本平台变更合约。",
            log: "message \(message) is outside contract \(version)",
            faults: [.init(field: "message", value: message.description, message: "不在合约第 \(version) 版之内。")])
    }

    /// An address of the API that is no message: documents, files.
    public static let notAMessage = Refusal(
        "partner.address-outside", status: 403, message: "合作方凭证只能调用合约中列出的消息，该地址不在其中。请核对网址，或不带凭证访问公开文档。",
        log: "a partner's token at an address that is no message")

    public static func membersOutside(_ names: [String], _ message: WireName, contract version: Int) -> Refusal {
        Refusal(
            "partner.members-outside", status: 403,
            message: "请求中的字段\(names.map { "“\($0)”" }.joined(separator: "、"))不在合约第 \(version) 版约定的范围内，请求未受理。请删去这些字段，或变更合约。",
            log: "request members outside contract \(version): \(names.joined(separator: " "))",
            faults: names.map { .init(field: "/" + $0, message: "不在消息“\(message)”的约定范围内，请删去。") })
    }

    // MARK: - Consent

    public static func consentMissing(_ message: WireName) -> Refusal {
        Refusal(
            "partner.consent-missing", status: 403,
            message: "调用“\(message)”涉及个人信息，须先取得企业授权，并在 Consent-Reference 中写明授权编号。请由企业登录本平台，在“我的授权”中授权后重试。",
            log: "consent reference is missing", faults: [.init(field: "Consent-Reference", message: "须写明企业授权编号。")])
    }

    public enum ConsentProblem: String, Sendable {
        case unknown, otherPartner, withdrawn, ended, otherMessage, otherEnterprise

        var sentence: String {
            switch self {
            case .unknown, .otherPartner: "没有给予贵方的这份授权，请核对编号"
            case .withdrawn: "企业已撤回这份授权，请停止使用并按合约处理已取得的数据"
            case .ended: "这份授权已到期，请由企业重新授权"
            case .otherMessage: "这份授权不包含该消息，请由企业重新授权"
            case .otherEnterprise: "请求所查的企业不是作出这份授权的企业，请核对统一社会信用代码"
            }
        }
    }

    public static func consent(_ problem: ConsentProblem) -> Refusal {
        Refusal(
            "partner.consent-\(problem == .otherPartner ? "unknown" : problem.code)", status: 403,
            message: "授权编号不能用于本次调用：\(problem.sentence)。", log: "consent refused: \(problem.rawValue)",
            faults: [.init(field: "Consent-Reference", message: problem.sentence + "。")])
    }

    static func consentInvalid(_ faults: [Refusal.Fault]) -> Refusal {
        Refusal(
            "partner.consent-invalid", status: 422, message: "授权内容有 \(faults.count) 处问题，未登记：" + faults.map(\.message).joined(),
            log: "consent refused: \(faults.map(\.field).joined(separator: " "))", faults: faults)
    }

    static let consentNotYours = Refusal(
        "partner.consent-unknown", status: 404, message: "本单位没有这份授权，请在“我的授权”中核对。", log: "no such consent of this enterprise")

    static let onlyEnterprise = Refusal(
        "partner.consent-enterprise", status: 403, message: "只有企业账号可以代表本企业授权或撤回授权，请用企业账号登录。",
        log: "actor does not act for an enterprise")
}

extension PartnerRefusals.ConsentProblem {
    var code: String {
        switch self {
        case .unknown, .otherPartner: "unknown"
        case .withdrawn: "withdrawn"
        case .ended: "ended"
        case .otherMessage: "other-message"
        case .otherEnterprise: "other-enterprise"
        }
    }
}

/// What the token endpoint answers instead of a token (RFC 6749 §5.2). Descriptions are ASCII, as the RFC wants them.
public struct OAuthError: Error, Sendable, Hashable {
    public enum Code: String, Sendable {
        case invalidRequest = "invalid_request"
        case invalidClient = "invalid_client"
        case unauthorizedClient = "unauthorized_client"
        case unsupportedGrantType = "unsupported_grant_type"
        case invalidScope = "invalid_scope"
        /// Not of the RFC's list; with 429 or 503 and `Retry-After`.
        case slowDown = "temporarily_unavailable"
    }

    public var code: Code
    public var status: Int
    public var description: String
    public var retryAfter: Duration?

    public init(_ code: Code, status: Int = 400, _ description: String, retryAfter: Duration? = nil) {
        self.code = code
        self.status = status
        self.description = description
        self.retryAfter = retryAfter
    }

    static let client = OAuthError(.invalidClient, status: 401, "client authentication failed")
}
