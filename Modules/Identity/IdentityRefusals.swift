import Messages
import Vocabulary

/// Every refusal of this module, one place.
enum IdentityRefusals {
    static func signInFailed(_ rule: ThrottleRule) -> Refusal {
        Refusal(
            "identity.sign-in-failed", status: 401,
            message: "登录名或密码不正确。连续失败 \(rule.failures) 次后，每次重试须等待更久；忘记密码请联系本站安全管理员重置。",
            log: "sign-in refused: name or password wrong")
    }

    /// One answer for names, browsers and addresses, and before anything is checked: it tells nothing of the password.
    static func mustWait(_ rest: Duration) -> Refusal {
        let seconds = max(1, Int((rest.components.seconds)) + (rest.components.attoseconds > 0 ? 1 : 0))
        let time = seconds < 60 ? "\(seconds) 秒" : "\((seconds + 59) / 60) 分钟"
        return Refusal(
            "identity.sign-in-wait", status: 429,
            message: "失败次数过多，请在 \(time) 后再试。从曾经登录过的浏览器登录不受他人失败的影响；仍有困难请联系本站安全管理员。",
            log: "sign-in refused: must wait after repeated failures", retryAfter: rest)
    }

    static let challengeOver = Refusal(
        "identity.challenge-over", status: 401, message: "登录的第二步已超时或尝试次数过多，请重新输入登录名和密码。",
        log: "second step refused: no open challenge")

    static func wrongCode(status: Int) -> Refusal {
        Refusal(
            "identity.code-wrong", status: status, message: "验证码不正确、已用过或已过期。请输入验证器中当前显示的 6 位数字，或一个未用过的恢复码。",
            log: "one-time code refused", faults: [.init(field: "code", message: "验证码不正确、已用过或已过期，请重新输入。")])
    }

    static let noEnrolment = Refusal(
        "identity.no-enrolment", status: 409, message: "没有等待确认的两步验证，请重新开始启用。", log: "no enrolment is pending")

    static let noSecondFactor = Refusal(
        "identity.no-second-factor", status: 409, message: "该账号没有启用两步验证，无需办理。", log: "account has no second factor")

    static let secondFactorRequired = Refusal(
        "identity.second-factor-required", status: 409, message: "本站规定该账号的角色必须使用两步验证，不能停用。更换手机请选择“更换验证器”。",
        log: "second factor is required by role")

    static let emergencyNotFor = Refusal(
        "identity.emergency-not-for", status: 403, message: "只有平台工作人员可以申请应急授权，请联系本站安全管理员。",
        log: "emergency refused: account does not work for the platform")

    static func invalidEmergency(_ faults: [Refusal.Fault]) -> Refusal {
        Refusal(
            "identity.emergency-invalid", status: 422, message: "应急授权申请有 \(faults.count) 处问题：" + faults.map(\.message).joined(),
            log: "emergency refused: \(faults.map(\.field).joined(separator: ", "))", faults: faults)
    }

    static let emergencyOther = Refusal(
        "identity.emergency-other", status: 403, message: "应急授权须由申请人以外、担任申请人未担任的管理员角色的人办理，请由另一位管理员处理。",
        log: "emergency refused: four eyes")

    static let emergencyOver = Refusal(
        "identity.emergency-over", status: 409, message: "该应急授权已处理、已过期或已结束，请刷新列表核对。", log: "emergency is not open")

    static let emergencyUnknown = Refusal(
        "identity.emergency-unknown", status: 404, message: "没有这项应急授权，请从列表进入。", log: "no such emergency")

    static func eraseStaff(_ roles: [String]) -> Refusal {
        Refusal(
            "identity.erase-staff", status: 409,
            message: "该账号仍担任角色 \(roles.joined(separator: "、"))，不能注销。请先在“账号”中收回这些角色，再办理删除。",
            log: "erasure refused: the account holds staff roles",
            faults: roles.map { .init(field: "role", value: $0, message: "须先收回。") })
    }

    static let auditNotAllowed = Refusal(
        "identity.audit-not-allowed", status: 403, message: "审计记录只有审计管理员可以查阅，请联系本站审计管理员。",
        log: "audit log refused: actor is no audit administrator")

    static func auditKept(months: Int, from day: Day) -> Refusal {
        Refusal(
            "identity.audit-kept", status: 409, message: "审计记录须保存至少 \(months) 个自然月，\(day) 及以后的记录不得删除。请改用更早的日期。",
            log: "audit lines are still to be kept", faults: [.init(field: "before", message: "不得晚于 \(day)。")])
    }

    static func auditNotExported(before day: Day) -> Refusal {
        Refusal(
            "identity.audit-not-exported", status: 409,
            message: "没有 \(day) 以前的记录，或所填哈希不是其中最后一条的哈希。请先导出 \(day) 以前的全部记录并妥善保存，再填写文件中最后一条的哈希。",
            log: "audit lines to be removed were not exported", faults: [.init(field: "hash", message: "须为已导出文件中最后一条的哈希。")])
    }

    static let sessionUnknown = Refusal(
        "identity.session-unknown", status: 404, message: "该登录已经结束，请刷新列表核对。", log: "no such session")

    static let busy = Refusal(
        "identity.busy", status: 503, message: "当前登录人数过多，请几秒钟后再试。",
        log: "password workers are full", retryAfter: .seconds(5))

    static let hashingFailed = Refusal(
        "identity.hashing-failed", status: 500, message: "密码校验暂时不可用（内存不足），请稍后再试或联系运维人员。",
        log: "scrypt failed in libcrypto, probably out of memory")

    static let accountDisabled = Refusal(
        "identity.account-disabled", status: 403, message: "该账号已停用，请联系本站安全管理员重新启用。",
        log: "sign-in refused: account is disabled")

    static let signedOut = Refusal(
        "identity.session-ended", status: 401, message: "登录已失效（退出、超时或密码已修改），请重新登录。", log: "session is gone")

    static let notAllowed = Refusal(
        "identity.not-allowed", status: 403, message: "只有安全管理员可以管理账号和角色，请联系本站安全管理员办理。",
        log: "account management refused: actor is no security administrator")

    static let ownAccount = Refusal(
        "identity.own-account", status: 409, message: "不能修改本人的角色或停用本人的账号，请由另一位安全管理员办理。",
        log: "account management refused: actor acts on own account")

    static let wrongPassword = Refusal(
        "identity.password-wrong", status: 422, message: "原密码不正确，请重新输入。",
        log: "password change refused: old password wrong",
        faults: [.init(field: "old", message: "原密码不正确，请重新输入。")])

    static func weakPassword(_ sentences: [String]) -> Refusal {
        Refusal(
            "identity.password-weak", status: 422, message: "新密码不符合要求：" + sentences.joined(),
            log: "password refused by rule (\(sentences.count) faults)",
            faults: sentences.map { .init(field: "password", message: $0) })
    }

    static func invalidAccount(_ faults: [Refusal.Fault]) -> Refusal {
        Refusal(
            "identity.account-invalid", status: 422,
            message: "账号信息有 \(faults.count) 处问题：" + faults.map(\.message).joined(),
            log: "account refused: \(faults.map(\.field).joined(separator: ", "))", faults: faults)
    }

    static func invalidOrganisation(_ faults: [Refusal.Fault]) -> Refusal {
        Refusal(
            "identity.organisation-invalid", status: 422, message: faults.map(\.message).joined(),
            log: "organisation refused: \(faults.map(\.field).joined(separator: ", "))", faults: faults)
    }

    static func organisationUnknown(_ code: CreditCode) -> Refusal {
        Refusal(
            "identity.organisation-unknown", status: 404, message: "没有登记统一社会信用代码为“\(code)”的单位，请从列表进入。", log: "no such organisation")
    }

    static func organisationState(_ entry: OrganisationEntry) -> Refusal {
        Refusal(
            "identity.organisation-ended", status: 409,
            message: entry.endedAt == nil ? "该单位正在使用，无需恢复。请刷新页面核对。" : "该单位已终止，无需再次办理。请刷新页面核对。",
            log: "organisation is already in that state")
    }

    static func organisationInUse(_ entry: OrganisationEntry) -> Refusal {
        Refusal(
            "identity.organisation-in-use", status: 409,
            message: "该单位名下还有 \(entry.accounts) 个启用的账号、\(entry.clients) 个未撤销的合作方客户端，不能终止。请先在“账号”中停用、在“合作方”中撤销。",
            log: "organisation still has accounts or clients")
    }

    static func loginTaken(_ login: LoginName) -> Refusal {
        Refusal(
            "identity.login-taken", status: 409, message: "登录名“\(login)”已被使用，请换一个登录名。", log: "login name is taken",
            faults: [.init(field: "login", value: login.description, message: "登录名“\(login)”已被使用，请换一个登录名。")])
    }

    static func accountUnknown(_ name: String) -> Refusal {
        Refusal(
            "identity.account-unknown", status: 404, message: "没有账号“\(name)”，请用 account list 或账号列表核对。",
            log: "no such account")
    }

    static func grantMissing(_ grant: Grant) -> Refusal {
        Refusal(
            "identity.grant-missing", status: 404,
            message: "该账号没有角色“\(grant.role.rawValue)\(grant.region.map { "@\($0)" } ?? "")”，无需收回。",
            log: "no such grant")
    }
}
