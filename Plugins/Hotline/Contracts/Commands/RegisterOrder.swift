public import Messages
public import Vocabulary

/// Records what a caller, visitor or writer asks for (登记). Who may: window, city and province staff of the region.
/// - Source: 湘经信中小服务〔2017〕711号 五 (情况反映有记录、处理过程可跟踪、处理结果可评价)
public struct RegisterOrder: Command {
    public typealias Reply = OrderReceipt
    public static let name: WireName = "hotline.register-order.v1"

    public var title: String
    public var content: String
    /// A code of the site's category list, 2…6 digits.
    public var category: String
    /// Where the matter is.
    public var region: RegionCode
    public var urgency: Urgency
    public var channel: Channel
    /// Only those who need to know see it (GB/T 33358-2016: 应要求保密).
    public var isConfidential: Bool
    public var callerName: Personal<String>?
    public var callerPhone: Personal<ContactNumber>?
    public var enterprise: String?
    public var creditCode: CreditCode?
    /// The call it came from: line and key, `main/5f3a`; one that exists, in a region within reach.
    public var call: String?
    /// HMAC-SHA-256 (64 hexadecimal digits) of `hotline` under the secret code that the caller was given for looking it up; without one
    /// there is no look-up until `IssueCode`.
    public var lookup: String?
    /// What to open for the caller in the same step.
    public var followOn: FollowOnRequest?

    public init(
        title: String, content: String, category: String, region: RegionCode, urgency: Urgency = .normal, channel: Channel = .telephone,
        isConfidential: Bool = false, callerName: Personal<String>? = nil, callerPhone: Personal<ContactNumber>? = nil,
        enterprise: String? = nil, creditCode: CreditCode? = nil, call: String? = nil, lookup: String? = nil,
        followOn: FollowOnRequest? = nil
    ) {
        self.title = title
        self.content = content
        self.category = category
        self.region = region
        self.urgency = urgency
        self.channel = channel
        self.isConfidential = isConfidential
        self.callerName = callerName
        self.callerPhone = callerPhone
        self.enterprise = enterprise
        self.creditCode = creditCode
        self.call = call
        self.lookup = lookup
        self.followOn = followOn
    }
}

extension RegisterOrder: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("title", "事项标题", 4...60)
        schema.limit("content", "反映内容", 5...4000)
        schema.limit("category", "事项类别", 2...6)
        schema.limit("enterprise", "企业名称", 2...80)
        schema.limit("call", "通话编号", 1...80)
        schema.limit("lookup", "查询码摘要", 64...64)
        schema.name(["urgency": "紧急程度", "channel": "受理渠道", "isConfidential": "是否保密", "callerName": "来电人姓名", "callerPhone": "来电人电话"])
    }
}
