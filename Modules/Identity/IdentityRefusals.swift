import Messages
import Vocabulary

/// Every refusal of this module, one place.
enum IdentityRefusals {
    static func signInFailed(_ rule: LockoutRule) -> Refusal {
        Refusal(
            "identity.sign-in-failed", status: 401,
            message: "登录名或密码不正确。连续 \(rule.accountFailures) 次失败将暂停登录 \(rule.minutes) 分钟；忘记密码请联系本站安全管理员重置。",
            log: "sign-in refused: name or password wrong")
    }

    static func locked(for rest: Duration) -> Refusal {
        let minutes = max(1, Int((rest.components.seconds + 59) / 60))
        return Refusal(
            "identity.sign-in-locked", status: 429,
            message: "登录失败次数过多，已暂停登录。请在 \(minutes) 分钟后再试，或联系本站安全管理员。",
            log: "sign-in refused: locked after repeated failures", retryAfter: rest)
    }

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
