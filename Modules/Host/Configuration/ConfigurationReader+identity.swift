import Identity
import Messages
import Pages

extension ConfigurationReader {
    /// The site's rules for people, from the keys `identity.*`; what no single key tells is checked here.
    mutating func identityRules(_ settings: Settings, _ card: SiteCard, _ file: String) -> IdentityStore.Rules {
        var rules = IdentityStore.Rules()
        rules.password.length = settings.integer("identity.password.length", or: rules.password.length)
        rules.password.kinds = settings.integer("identity.password.kinds", or: rules.password.kinds)
        let days = settings.integer("identity.password.days", or: rules.password.days ?? 0)
        rules.password.days = days == 0 ? nil : days
        rules.password.history = settings.integer("identity.password.history", or: rules.password.history)
        rules.throttle.failures = settings.integer("identity.throttle.failures", or: rules.throttle.failures)
        rules.throttle.addressFailures = settings.integer("identity.throttle.addressFailures", or: rules.throttle.addressFailures)
        let first = settings.integer("identity.throttle.firstDelaySeconds", or: 60)
        let longest = settings.integer("identity.throttle.longestDelaySeconds", or: 3600)
        if longest < first {
            note(file, key: "identity.throttle.longestDelaySeconds", "等待上限 \(longest) 秒小于第一次等待 \(first) 秒，请改大上限或改小 firstDelaySeconds。")
        }
        rules.throttle.firstDelay = .seconds(first)
        rules.throttle.longestDelay = .seconds(max(first, longest))
        rules.session.idle = .seconds(settings.integer("identity.session.idleMinutes", or: 30) * 60)
        rules.session.absolute = .seconds(settings.integer("identity.session.hours", or: 12) * 3600)
        if let roles = settings.texts("identity.secondFactor.requiredRoles") {
            let known = rules.roles.map(\.role.rawValue)
            // Plug-ins have roles of their own, `plugin.role`.
            for role in roles where !known.contains(role) && !role.contains(".") {
                let hint = Nearest.name(to: role, among: known).map { "是否想写“\($0)”？" } ?? ""
                note(file, key: "identity.secondFactor.requiredRoles", "没有角色“\(role)”，\(hint)可用的角色：\(known.joined(separator: "、"))。")
            }
            rules.secondFactor.requiredRoles = roles
        }
        rules.signUp.isOpen = settings.values["identity.signUp.open"]?.bool ?? rules.signUp.isOpen
        rules.emergency.longestHours = settings.integer("identity.emergency.longestHours", or: rules.emergency.longestHours)
        rules.audit.months = settings.integer("identity.audit.months", or: rules.audit.months)
        rules.secondFactor.issuer = String(card.title.prefix(40))
        return rules
    }
}
