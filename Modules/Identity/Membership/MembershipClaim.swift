public import Messages
public import Vocabulary

/// A person's word that they act for an enterprise or an agency, until the window's staff has looked into it.
public struct MembershipClaim: Sendable, Hashable, Identifiable {
    public enum State: String, Sendable, Hashable {
        case waiting, approved, refused, withdrawn

        public var title: String {
            switch self {
            case .waiting: "待核实"
            case .approved: "已通过"
            case .refused: "未通过"
            case .withdrawn: "已撤回"
            }
        }
    }

    public var id: MessageID
    public var account: MessageID
    /// The account's name and login name as they are now.
    public var name: String
    public var login: LoginName
    /// As the person states it; kind is enterprise or agency.
    public var organisation: Organisation
    /// The division whose window looks into it and whose services the organisation uses; not the one inside the code.
    public var region: RegionCode
    /// What the person is there: 法定代表人, 行政主管; 2…40 characters.
    public var post: String
    public var requestedAt: Timestamp
    public var state: State
    public var decidedAt: Timestamp?
    /// Identifier of whoever decided.
    public var decidedBy: String?
    /// Why it was refused.
    public var reason: String?

    /// The role that its approval gives.
    public var role: Role { organisation.kind == .agency ? .agency : .enterprise }
    /// Until when the window should have looked into it; three days.
    public var due: Timestamp { requestedAt.advanced(by: .seconds(3 * 86_400)) }
}

/// What a person states of the organisation for which they act, as typed.
public struct MembershipRequest: Sendable {
    public var code: String
    public var name: String
    public var kind: Organisation.Kind?
    public var region: RegionCode?
    public var post: String

    public init(code: String, name: String, kind: Organisation.Kind?, region: RegionCode?, post: String) {
        self.code = code
        self.name = name
        self.kind = kind
        self.region = region
        self.post = post
    }
}

/// What a person types to get an account for an organisation.
public struct SignUpRequest: Sendable {
    /// The beginning of the login name; the site adds four digits, so that no answer tells which names are taken.
    public var login: String
    public var name: String
    public var password: String
    public var membership: MembershipRequest

    public init(login: String, name: String, password: String, membership: MembershipRequest) {
        self.login = login
        self.name = name
        self.password = password
        self.membership = membership
    }
}

/// Whether and how fast people may open accounts themselves.
public struct SignUpRule: Sendable, Hashable {
    /// Whether the page is open.
    public var isOpen = true
    /// Claims that may wait at the whole site; beyond it the page asks to come back later.
    public var waiting = 5000
    /// How many one address may hand in before each further one waits; a counter helps many enterprises from one address.
    var throttle: ThrottleRule {
        var rule = ThrottleRule()
        rule.addressFailures = 10
        rule.firstDelay = .seconds(600)
        rule.longestDelay = .seconds(3600)
        rule.addressMemory = .seconds(3600)
        return rule
    }

    public init() {}
}
