public import Messages
public import Vocabulary

/// What a work order may lead to in another plug-in (衍生事项).
public enum FollowOnKind: String, Codable, Sendable, Hashable, CaseIterable {
    /// An order of the service market, which the enterprise confirms (D25).
    case service
    /// A demand of the enterprise's.
    case demand
    /// An opinion to departments, under the caller's name.
    case appeal

    public var title: String {
        switch self {
        case .service: "订购服务"
        case .demand: "提出需求"
        case .appeal: "提交意见诉求"
        }
    }
}

/// What to open for the caller of a work order. Enterprise, caller, region and, unless told otherwise, title and text are the order's.
public struct FollowOnRequest: Codable, Sendable, Hashable {
    public var kind: FollowOnKind
    public var title: String?
    public var text: String?
    /// A service category for a demand, a category of the column for an appeal; the order's own where missing.
    public var category: String?
    /// For an order: the listed service.
    public var service: MessageID?
    /// For an appeal: HMAC-SHA-256 (64 hexadecimal digits) of `appeals` under the secret code that the caller was given.
    public var lookup: String?
    /// For an appeal: its departments are not told who it is from.
    public var isKeptFromDepartments: Bool?

    public init(
        kind: FollowOnKind, title: String? = nil, text: String? = nil, category: String? = nil,
        service: MessageID? = nil, lookup: String? = nil,
        isKeptFromDepartments: Bool? = nil
    ) {
        self.kind = kind
        self.title = title
        self.text = text
        self.category = category
        self.service = service
        self.lookup = lookup
        self.isKeptFromDepartments = isKeptFromDepartments
    }
}

extension FollowOnRequest: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("title", "标题", 4...60)
        schema.limit("text", "说明", 2...4000)
        schema.limit("category", "类别", 2...40)
        schema.limit("lookup", "查询码摘要", 64...64)
        schema.name(["kind": "衍生事项", "service": "服务", "isKeptFromDepartments": "对部门保密"])
    }
}

/// A follow-on as the order shows it.
public struct FollowOn: Codable, Sendable, Hashable {
    public var kind: FollowOnKind
    public var title: String
    public var openedAt: Timestamp
    /// Its own number there; absent until that plug-in has registered it.
    public var number: String?
    /// Its page below the site, `market/orders/…`.
    public var path: String?
    /// How it stands there, in words.
    public var state: String?

    public init(kind: FollowOnKind, title: String, openedAt: Timestamp, number: String?, path: String?, state: String?)
    {
        self.kind = kind
        self.title = title
        self.openedAt = openedAt
        self.number = number
        self.path = path
        self.state = state
    }
}
