public import Messages
public import Vocabulary

/// Places an order: a service at its listed price, or a request to 1…5 agencies for quotes (RFQ, D35). The actor's own enterprise
/// orders; staff of its region orders in its name, marked so and to be confirmed by it (D25).
public struct PlaceOrder: Command {
    public typealias Reply = OrderReceipt

    public static let name: WireName = "market.place-order.v1"

    /// A listed service; with a free or fixed price the order is settled at once, otherwise its agency quotes.
    public var service: MessageID?
    /// The asked agencies, where no service is named.
    public var agencies: [CreditCode]
    /// 4…60 characters; the service's title where missing.
    public var title: String?
    /// Identifier of a service category; the service's where missing.
    public var category: String?
    /// What is wanted, 2…2000 characters.
    public var description: String
    public var budget: Fen?
    public var wantedBy: Day?
    /// For staff: in whose name, and where it is.
    public var enterprise: Party?
    public var region: RegionCode?
    /// Where the service is wanted, 5…120 characters; the agencies that are asked see it.
    public var address: String?
    public var channel: OrderChannel
    public var contactName: Personal<String>?
    public var contactPhone: Personal<ContactNumber>?
    /// A slot of the service, where it is booked.
    public var slot: MessageID?
    /// Of software that offers it: a trial free of charge, whatever the price.
    public var isTrial: Bool?

    public init(
        service: MessageID? = nil, agencies: [CreditCode] = [], title: String? = nil, category: String? = nil, description: String,
        budget: Fen? = nil, wantedBy: Day? = nil, enterprise: Party? = nil, region: RegionCode? = nil, channel: OrderChannel = .web,
        contactName: Personal<String>? = nil, contactPhone: Personal<ContactNumber>? = nil, slot: MessageID? = nil, isTrial: Bool? = nil,
        address: String? = nil
    ) {
        self.service = service
        self.agencies = agencies
        self.title = title
        self.category = category
        self.description = description
        self.budget = budget
        self.wantedBy = wantedBy
        self.enterprise = enterprise
        self.region = region
        self.channel = channel
        self.contactName = contactName
        self.contactPhone = contactPhone
        self.slot = slot
        self.isTrial = isTrial
        self.address = address
    }
}

extension PlaceOrder: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("agencies", "询价机构", 0...5)
        schema.limit("title", "订单名称", 4...60)
        schema.limit("category", "服务类别", 2...40)
        schema.limit("description", "需要说明", 2...2000)
        schema.limit("address", "服务地址", 5...120)
        schema.name(["budget": "预算（分）", "wantedBy": "期望完成日期", "channel": "来源", "contactName": "联系人", "contactPhone": "联系电话", "slot": "预约时段", "isTrial": "试用"])
    }
}
