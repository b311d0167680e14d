public import Messages

/// What this module writes into the site's audit log; the list is complete and published in the module's README.
/// - Source: GB/T 22239-2019 8.1.4.3: every important act, with time, user, kind and outcome.
public enum AuditEvent: String, Sendable, Codable, CaseIterable {
    case signedIn = "signed-in"
    case signInFailed = "sign-in-failed"
    case signInThrottled = "sign-in-throttled"
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
    case organisationCorrected = "organisation-corrected"
    case organisationEnded = "organisation-ended"
    case organisationResumed = "organisation-resumed"
    case sessionEnded = "session-ended"
    case secondFactorEnrolled = "second-factor-enrolled"
    case secondFactorFailed = "second-factor-failed"
    case secondFactorRemoved = "second-factor-removed"
    case secondFactorReset = "second-factor-reset"
    case recoveryCodesMade = "recovery-codes-made"
    case recoveryCodeUsed = "recovery-code-used"
    case emergencyRequested = "emergency-requested"
    case emergencyApproved = "emergency-approved"
    case emergencyRefused = "emergency-refused"
    case emergencyEnded = "emergency-ended"
    case auditExported = "audit-exported"
    case auditVerified = "audit-verified"
    case personalDataExported = "personal-data-exported"
    case personalDataErased = "personal-data-erased"
    case personalDataKept = "personal-data-kept"
    case auditRemoved = "audit-removed"
    case partnerAdded = "partner-added"
    case partnerContractRecorded = "partner-contract-recorded"
    case partnerSecretRotated = "partner-secret-rotated"
    case partnerKeyRegistered = "partner-key-registered"
    case partnerCertificateRegistered = "partner-certificate-registered"
    case partnerCredentialRemoved = "partner-credential-removed"
    case partnerSuspended = "partner-suspended"
    case partnerResumed = "partner-resumed"
    case partnerRevoked = "partner-revoked"
    case partnerTokenIssued = "partner-token-issued"
    case partnerTokenRefused = "partner-token-refused"
    case tokenKeyRotated = "token-key-rotated"
    case consentGiven = "consent-given"
    case consentWithdrawn = "consent-withdrawn"
    case pluginEnabled = "plugin-enabled"
    case pluginDisabled = "plugin-disabled"
    case pluginReleased = "plugin-released"
    case signedUp = "signed-up"
    case membershipClaimed = "membership-claimed"
    case membershipWithdrawn = "membership-withdrawn"
    case membershipApproved = "membership-approved"
    case membershipRefused = "membership-refused"
    case membershipEnded = "membership-ended"
    case pluginErasureAsked = "plugin-erasure-asked"
    case pluginErasureWithdrawn = "plugin-erasure-withdrawn"
    case pluginErased = "plugin-erased"
    case linkInvited = "link-invited"
    case linkJoined = "link-joined"
    case linkLeft = "link-left"
    case linkExcluded = "link-excluded"
    case linkRenewed = "link-renewed"
    case linkResumed = "link-resumed"
    case siteMovedOut = "site-moved-out"
    case siteMovedIn = "site-moved-in"
    case pluginAccepted = "plugin-accepted"
    case messageReplayed = "message-replayed"
    case messageRepaired = "message-repaired"
    case messageDiscarded = "message-discarded"

    public var title: String {
        switch self {
        case .signedIn: "登录成功"
        case .signInFailed: "登录失败"
        case .signInThrottled: "登录限流"
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
        case .organisationCorrected: "更正单位"
        case .organisationEnded: "终止单位"
        case .organisationResumed: "恢复单位"
        case .sessionEnded: "结束会话"
        case .secondFactorEnrolled: "启用两步验证"
        case .secondFactorFailed: "两步验证失败"
        case .secondFactorRemoved: "本人停用两步验证"
        case .secondFactorReset: "重置两步验证"
        case .recoveryCodesMade: "重新生成恢复码"
        case .recoveryCodeUsed: "使用恢复码"
        case .emergencyRequested: "申请应急授权"
        case .emergencyApproved: "批准应急授权"
        case .emergencyRefused: "驳回应急授权"
        case .emergencyEnded: "结束应急授权"
        case .auditExported: "导出审计记录"
        case .auditVerified: "核验审计链"
        case .personalDataExported: "导出个人信息副本"
        case .personalDataErased: "删除个人信息"
        case .personalDataKept: "未随来源站点删除个人信息"
        case .auditRemoved: "删除到期审计记录"
        case .partnerAdded: "登记合作方客户端"
        case .partnerContractRecorded: "登记合约"
        case .partnerSecretRotated: "更换客户端密钥"
        case .partnerKeyRegistered: "登记签名公钥"
        case .partnerCertificateRegistered: "登记客户端证书"
        case .partnerCredentialRemoved: "移除客户端凭证"
        case .partnerSuspended: "暂停合作方客户端"
        case .partnerResumed: "恢复合作方客户端"
        case .partnerRevoked: "撤销合作方客户端"
        case .partnerTokenIssued: "签发访问令牌"
        case .partnerTokenRefused: "拒发访问令牌"
        case .tokenKeyRotated: "更换令牌签名密钥"
        case .consentGiven: "企业授权"
        case .consentWithdrawn: "企业撤回授权"
        case .pluginEnabled: "启用插件"
        case .pluginDisabled: "停用插件"
        case .pluginReleased: "解除插件隔离"
        case .signedUp: "本人注册账号"
        case .membershipClaimed: "申请代表单位"
        case .membershipWithdrawn: "撤回代表申请"
        case .membershipApproved: "核实通过代表申请"
        case .membershipRefused: "不予通过代表申请"
        case .membershipEnded: "终止代表单位"
        case .pluginErasureAsked: "申请清除插件数据"
        case .pluginErasureWithdrawn: "撤回清除插件数据"
        case .pluginErased: "清除插件数据"
        case .linkInvited: "发放互联令牌"
        case .linkJoined: "站点加入互联"
        case .linkLeft: "站点退出互联"
        case .linkExcluded: "移出互联站点"
        case .linkRenewed: "更换互联证书"
        case .linkResumed: "恢复备份后续传"
        case .siteMovedOut: "站点迁出"
        case .siteMovedIn: "站点接管"
        case .pluginAccepted: "接受插件的消息范围"
        case .messageReplayed: "重新投递搁置消息"
        case .messageRepaired: "修正搁置消息"
        case .messageDiscarded: "放弃搁置消息"
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
    /// The partner's client acted upon.
    public var client: String?
    /// The consent acted upon.
    public var consent: MessageID?
    /// The peer's address as text, or `console` for the command line.
    public var address: String
    public var outcome: Outcome
    /// Role and region, or the reason; no personal data.
    public var detail: String?

    public init(
        _ event: AuditEvent, account: MessageID? = nil, login: String? = nil, client: String? = nil, consent: MessageID? = nil,
        address: String, outcome: Outcome = .succeeded,
        detail: String? = nil
    ) {
        self.event = event
        self.account = account
        self.login = login
        self.client = client
        self.consent = consent
        self.address = address
        self.outcome = outcome
        self.detail = detail
    }

    /// Whose story this is: `account/<id>`, `client/<id>`, `tokens/<client>`, `consent/<id>`, `organisation/<code>`, `site` for its keys and plug-ins, or `sign-in` for attempts on no account.
    public var subject: String {
        if let account { return "account/\(account)" }
        // Tokens come by the hundred a day: a story of their own, beside how the client was managed.
        if let client { return (event == .partnerTokenIssued || event == .partnerTokenRefused ? "tokens/" : "client/") + client }
        if let consent { return "consent/\(consent)" }
        return switch event {
        // The credit code stands in front of the detail.
        case .organisationRecorded, .organisationCorrected, .organisationEnded, .organisationResumed: Self.organisationSubject(detail ?? "")
        case .tokenKeyRotated, .pluginEnabled, .pluginDisabled, .pluginReleased, .pluginAccepted, .messageReplayed, .messageRepaired, .messageDiscarded, .pluginErasureAsked, .pluginErasureWithdrawn, .pluginErased,
            .linkInvited, .linkJoined, .linkLeft, .linkExcluded, .linkRenewed, .linkResumed, .personalDataKept, .siteMovedOut, .siteMovedIn: "site"
        default: "sign-in"
        }
    }

    static func organisationSubject(_ detail: String) -> String { "organisation/\(detail.prefix { $0 != " " })" }
}
