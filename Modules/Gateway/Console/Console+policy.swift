import Identity
import Messages
import Pages
import PluginKit

extension ConsoleChapter {
    /// 安全策略: the figures in force and where they are set; looked at here, changed in the configuration by who runs the host.
    static let policy = ConsoleChapter(
        id: "policy", title: "安全策略", note: "密码、登录、两步验证和审计的现行规则", icon: .shield,
        access: .role(.securityAdministrator, .auditAdministrator),
        pages: [
            .get("/") { _, visit in policyPage(visit) }
        ])

    private static func policyPage(_ visit: Visit) -> PageReply {
        let rules = visit.site.identity.policy
        let (password, throttle) = (rules.password, rules.throttle)
        let required = rules.secondFactor.requiredRoles.map { title(of: Role(rawValue: $0), visit) }.joined(separator: "、")
        let lines: [(rule: String, value: String, key: String)] = [
            ("密码最少长度", "\(password.length) 个字符", "password.length"),
            ("密码须含字符种类", "\(password.kinds) 类", "password.kinds"),
            ("密码有效期", password.days.map { "\($0) 天" } ?? "不限", "password.days"),
            ("不得重复最近密码", password.history > 0 ? "\(password.history) 个" : "不限", "password.history"),
            ("登录名失败几次后等待", "\(throttle.failures) 次", "throttle.failures"),
            ("地址失败几次后等待", "\(throttle.addressFailures) 次", "throttle.addressFailures"),
            ("第一次等待", Format.duration(throttle.firstDelay), "throttle.firstDelaySeconds"),
            ("等待上限", Format.duration(throttle.longestDelay), "throttle.longestDelaySeconds"),
            ("无操作退出", Format.duration(rules.session.idle), "session.idleMinutes"),
            ("一次登录最长", Format.duration(rules.session.absolute), "session.hours"),
            ("必须两步验证的角色", required.isEmpty ? "无" : required, "secondFactor.requiredRoles"),
            ("应急授权最长", "\(rules.emergency.longestHours) 小时", "emergency.longestHours"),
            ("审计记录至少保存", "\(rules.audit.months) 个月", "audit.months"),
        ]
        return .page(
            Page(
                title: "安全策略", trail: visit.consoleTrail(.policy, withSelf: false),
                header: PageHeader(lead: "以下规则写在本站配置 site.json5 的 identity 一节，由运维人员修改，重新读取配置（SIGHUP）后生效。")
            ) {
                DataTable(
                    "现行规则", columns: [.text("规则"), .text("现行值"), .text("配置项")],
                    rows: lines.map { [.text($0.rule), .text($0.value), .text("identity." + $0.key)] })
            })
    }
}
