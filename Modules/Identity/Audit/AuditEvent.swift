public import Messages

/// What this module writes into the site's audit log; the list is complete and published in the module's README.
/// - Source: GB/T 22239-2019 8.1.4.3: every important act, with time, user, kind and outcome.
public enum AuditEvent: String, Sendable, Codable, CaseIterable {
    case signedIn = "signed-in"
    case signInFailed = "sign-in-failed"
    case signInLocked = "sign-in-locked"
    case signedOut = "signed-out"
    case accountCreated = "account-created"
    case accountChanged = "account-changed"
    case accountDisabled = "account-disabled"
    case accountEnabled = "account-enabled"
    case grantAdded = "grant-added"
    case grantRemoved = "grant-removed"
    case passwordChanged = "password-changed"
    case passwordReset = "password-reset"
    case organisationRecorded = "organisation-recorded"

    public var title: String {
        switch self {
        case .signedIn: "登录成功"
        case .signInFailed: "登录失败"
        case .signInLocked: "登录锁定"
        case .signedOut: "退出登录"
        case .accountCreated: "开设账号"
        case .accountChanged: "修改账号"
        case .accountDisabled: "停用账号"
        case .accountEnabled: "启用账号"
        case .grantAdded: "授予角色"
        case .grantRemoved: "收回角色"
        case .passwordChanged: "本人修改密码"
        case .passwordReset: "重置密码"
        case .organisationRecorded: "登记单位"
        }
    }

    /// The name in the log, `identity.signed-in.v1`.
    public var wireName: WireName {
        guard let name = WireName("identity.\(rawValue).v1") else {
            preconditionFailure("'\(rawValue)' is no wire name")
        }
        return name
    }
}

/// One line of the audit log: who did what to whom, from where, and how it ended. Time and hash stand in the log itself.
public struct AuditRecord: Sendable, Hashable, Codable {
    public enum Outcome: String, Sendable, Codable { case succeeded, refused }

    public var event: AuditEvent
    /// The account acted upon; `nil` where a sign-in named none that exists (what was typed is not kept: it may be a password).
    public var account: MessageID?
    /// The account's login name.
    public var login: String?
    /// The peer's address as text, or `console` for the command line.
    public var address: String
    public var outcome: Outcome
    /// Role and region, or the reason; no personal data.
    public var detail: String?

    public init(
        _ event: AuditEvent, account: MessageID? = nil, login: String? = nil, address: String,
        outcome: Outcome = .succeeded,
        detail: String? = nil
    ) {
        self.event = event
        self.account = account
        self.login = login
        self.address = address
        self.outcome = outcome
        self.detail = detail
    }

    /// Whose story this is: `account/<id>`, or `sign-in` for attempts on no account.
    public var subject: String { account.map { "account/\($0)" } ?? "sign-in" }
}
