public import Vocabulary

/// Who asks: a person signed in at a site, a partner's client, the system itself, or a visitor without an account.
public struct Actor: Codable, Sendable, Hashable {
    public enum Kind: String, Codable, Sendable, CaseIterable {
        case person, partner, system, visitor
    }

    public var kind: Kind
    /// Stable identifier: account id, client id, plug-in id; `-` for a visitor.
    public var id: String
    /// The name shown in timelines; never a phone number.
    public var name: String
    /// What the actor may do at this site, each grant with its region.
    public var grants: [Grant]
    /// The organisation the actor acts for.
    public var organisation: CreditCode?
    /// Its name, where the site knows it; for records that a handler makes, not kept in logs.
    public var organisationName: String?

    public init(
        kind: Kind, id: String, name: String, grants: [Grant] = [], organisation: CreditCode? = nil, organisationName: String? = nil
    ) {
        self.kind = kind
        self.id = id
        self.name = name
        self.grants = grants
        self.organisation = organisation
        self.organisationName = organisationName
    }

    public static let visitor = Actor(kind: .visitor, id: "-", name: "访客")

    public static func system(_ id: String) -> Actor { Actor(kind: .system, id: id, name: "系统") }

    /// Whether the actor holds one of the roles, anywhere.
    public func holds(_ roles: Role...) -> Bool { grants.contains { roles.contains($0.role) } }

    /// Whether the actor holds the role for a region, by a grant for it or for a region that contains it.
    public func holds(_ role: Role, in region: RegionCode) -> Bool {
        grants.contains { $0.role == role && ($0.region.map { $0.contains(region) } ?? true) }
    }
}

/// A role at a site, for one region and everything below it; without a region, for the whole site.
public struct Grant: Codable, Sendable, Hashable {
    public var role: Role
    public var region: RegionCode?

    public init(_ role: Role, in region: RegionCode? = nil) {
        self.role = role
        self.region = region
    }
}

/// What a person does in the network. Plug-ins may add their own, named `plugin.role`.
public struct Role: Hashable, Sendable, Codable, RawRepresentable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// 系统管理员: enables plug-ins, backs up, restores (GB/T 22239-2019, three separate administrators).
    public static let systemAdministrator = Role(rawValue: "system-administrator")
    /// 安全管理员: accounts, roles, certificates.
    public static let securityAdministrator = Role(rawValue: "security-administrator")
    /// 审计管理员: reads the audit log.
    public static let auditAdministrator = Role(rawValue: "audit-administrator")
    /// 省级主管人员
    public static let provinceStaff = Role(rawValue: "province-staff")
    /// 市级主管人员
    public static let cityStaff = Role(rawValue: "city-staff")
    /// 窗口人员 (county windows, parks, bases)
    public static let windowStaff = Role(rawValue: "window-staff")
    /// 部门经办人
    public static let departmentHandler = Role(rawValue: "department-handler")
    /// 服务机构
    public static let agency = Role(rawValue: "agency")
    /// 企业
    public static let enterprise = Role(rawValue: "enterprise")

    public static let wellKnown: [(role: Role, title: String)] = [
        (.systemAdministrator, "系统管理员"), (.securityAdministrator, "安全管理员"), (.auditAdministrator, "审计管理员"),
        (.provinceStaff, "省级主管人员"), (.cityStaff, "市级主管人员"), (.windowStaff, "窗口人员"),
        (.departmentHandler, "部门经办人"), (.agency, "服务机构"), (.enterprise, "企业"),
    ]
}

/// Who may use a route, a page or a message. There is no default: what states no rule does not start.
public enum Access: Sendable, Hashable {
    /// Open to everybody, without an account. Its output must hold no personal data.
    case anyone
    /// Any signed-in person or partner.
    case signedIn
    /// A holder of one of the roles; the handler checks the region.
    case roles([Role])
    /// Only other plug-ins and the system; no route or page.
    case system

    public static func role(_ roles: Role...) -> Access { .roles(roles) }

    public func allows(_ actor: Actor) -> Bool {
        if actor.kind == .system { return true }
        return switch self {
        case .anyone: true
        case .signedIn: actor.kind != .visitor
        case .roles(let roles): actor.grants.contains { roles.contains($0.role) }
        case .system: false
        }
    }
}
