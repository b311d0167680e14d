public import Messages
public import Vocabulary

/// Prepares an order in Market for a lead whose visitor acts for an enterprise: one of the exhibitor's own services, or a request for its quote.
/// The order counts once the enterprise has confirmed it there.
public struct OrderForLead: Command {
    public typealias Reply = LeadReceipt

    public static let name: WireName = "expo.order-for-lead.v1"

    public var lead: MessageID
    /// A service that the exhibitor lists in Market; absent: it is asked for a quote.
    public var service: MessageID?
    /// 4…60 characters; the service's title where missing. Needed without a service.
    public var title: String?
    /// A service category. Needed without a service.
    public var category: String?
    /// 2…2000 characters.
    public var description: String
    /// Where the enterprise is.
    public var region: RegionCode

    public init(
        lead: MessageID, service: MessageID? = nil, title: String? = nil, category: String? = nil, description: String,
        region: RegionCode
    ) {
        self.lead = lead
        self.service = service
        self.title = title
        self.category = category
        self.description = description
        self.region = region
    }
}

extension OrderForLead: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("title", "订单名称", 4...60)
        schema.limit("category", "服务类别", 2...40)
        schema.limit("description", "需要说明", 2...2000)
    }
}
