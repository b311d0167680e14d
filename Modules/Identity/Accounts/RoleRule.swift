public import Messages
import Vocabulary

/// Where a role may be granted at a site.
public struct RoleRule: Sendable, Hashable {
    public enum Scope: Sendable, Hashable {
        /// For the whole site only.
        case site
        /// For divisions of these tiers, or for the whole site where the site itself stands at one of them.
        case divisions([Tier])
    }

    /// A division's level, by the structure of its code.
    public enum Tier: String, Sendable, Hashable, CaseIterable {
        case province, city, county

        init(_ region: RegionCode) {
            self = region.number % 10_000 == 0 ? .province : region.number % 100 == 0 ? .city : .county
        }

        var title: String {
            switch self {
            case .province: "省级"
            case .city: "市级"
            case .county: "县级"
            }
        }
    }

    public var role: Role
    public var title: String
    public var scope: Scope
    /// Whether the account must act for an organisation.
    public var needsOrganisation: Bool

    public init(_ role: Role, _ title: String, scope: Scope, needsOrganisation: Bool = false) {
        self.role = role
        self.title = title
        self.scope = scope
        self.needsOrganisation = needsOrganisation
    }

    /// The roles of every site; plug-ins add their own, named `plugin.role`.
    public static let standard: [RoleRule] = Role.wellKnown.map { role, title in
        switch role {
        case .provinceStaff: RoleRule(role, title, scope: .divisions([.province]))
        case .cityStaff: RoleRule(role, title, scope: .divisions([.city]))
        case .windowStaff: RoleRule(role, title, scope: .divisions([.city, .county]))
        case .departmentHandler: RoleRule(role, title, scope: .divisions(Tier.allCases))
        case .agency, .enterprise: RoleRule(role, title, scope: .divisions(Tier.allCases), needsOrganisation: true)
        default: RoleRule(role, title, scope: .site)
        }
    }

    /// 三员分立: one person holds at most one of these. GB/T 22239-2019 8.1.4.2 d.
    static let administrators: [Role] = [.systemAdministrator, .securityAdministrator, .auditAdministrator]
}

/// Checks what an account may hold at a site.
struct GrantCheck {
    var rules: [RoleRule]
    var site: RegionCode?

    /// Every problem of the whole set of grants.
    func faults(_ grants: [Grant], organisation: CreditCode?) -> [Refusal.Fault] {
        var faults: [Refusal.Fault] = []
        for grant in grants { faults += self.faults(grant, organisation: organisation) }
        let held = RoleRule.administrators.filter { role in grants.contains { $0.role == role } }
        if held.count > 1 {
            faults.append(
                .init(
                    field: "grants", value: held.map(\.rawValue).joined(separator: ","),
                    message: "系统、安全、审计三类管理员须由不同的人担任，请为每类管理员分别开设账号。"))
        }
        return faults
    }

    private func faults(_ grant: Grant, organisation: CreditCode?) -> [Refusal.Fault] {
        guard let rule = rules.first(where: { $0.role == grant.role }) else {
            let known = rules.map { "\($0.role.rawValue)（\($0.title)）" }.joined(separator: "、")
            return [
                .init(
                    field: "role", value: grant.role.rawValue, message: "没有角色“\(grant.role.rawValue)”，可用的角色：\(known)。")
            ]
        }
        var faults: [Refusal.Fault] = []
        if rule.needsOrganisation && organisation == nil {
            faults.append(
                .init(
                    field: "organisation", value: nil,
                    message: "角色“\(rule.title)”须隶属一个单位，请先登记该单位的统一社会信用代码并关联到账号。"))
        }
        switch (rule.scope, grant.region) {
        case (.site, let region?):
            faults.append(
                .init(
                    field: "region", value: region.description,
                    message: "角色“\(rule.title)”对全站有效，不能限定区划“\(region)”，请去掉区划。"))
        case (.site, nil): break
        case (.divisions(let tiers), nil):
            if let site, !tiers.contains(RoleRule.Tier(site)) {
                faults.append(
                    .init(field: "region", value: nil, message: "角色“\(rule.title)”须指定\(titles(tiers))区划代码，请补充。"))
            }
        case (.divisions(let tiers), let region?):
            if !tiers.contains(RoleRule.Tier(region)) {
                faults.append(
                    .init(
                        field: "region", value: region.description,
                        message:
                            "角色“\(rule.title)”只能授予\(titles(tiers))区划，“\(region)”是\(RoleRule.Tier(region).title)，请更换区划代码。"
                    ))
            }
            if let site, !site.contains(region), !region.contains(site) {
                faults.append(
                    .init(
                        field: "region", value: region.description,
                        message: "区划“\(region)”不在本站点所辖的“\(site)”之内，请更换区划代码。"))
            }
        }
        return faults
    }

    private func titles(_ tiers: [RoleRule.Tier]) -> String { tiers.map(\.title).joined(separator: "或") }
}
