public import Messages
public import Vocabulary

/// Enters or mends a service of the actor's own agency, and hands it in when `submit` is set. A listed one that is mended waits for
/// review again where its category is reviewed.
public struct SaveService: Command {
    public typealias Reply = ServiceReceipt

    public static let name: WireName = "market.save-service.v1"

    /// The one to mend; a new one where missing.
    public var service: MessageID?
    /// 4…60 characters.
    public var title: String
    /// Identifier of a service category.
    public var category: String
    public var nature: ServiceNature
    public var price: Price
    public var modes: [ServiceMode]
    /// 1…20 regions served, each with everything below it.
    public var regions: [RegionCode]
    /// 10…2000 characters.
    public var summary: String
    /// What the enterprise gets, 2…1000 characters.
    public var deliverables: String
    /// Working days until delivery, 1…730.
    public var days: Int?
    /// How many places there are in all; uncounted where missing.
    public var places: Int?
    public var takesVouchers: Bool
    public var isSoftware: Bool
    public var isByAppointment: Bool
    public var submit: Bool
    /// Of software: for how many days it may be tried free of charge; no trial where missing.
    public var trialDays: Int?

    public init(
        service: MessageID? = nil, title: String, category: String, nature: ServiceNature, price: Price, modes: [ServiceMode],
        regions: [RegionCode], summary: String, deliverables: String, days: Int? = nil, places: Int? = nil, takesVouchers: Bool = false,
        isSoftware: Bool = false, isByAppointment: Bool = false, submit: Bool, trialDays: Int? = nil
    ) {
        self.service = service
        self.title = title
        self.category = category
        self.nature = nature
        self.price = price
        self.modes = modes
        self.regions = regions
        self.summary = summary
        self.deliverables = deliverables
        self.days = days
        self.places = places
        self.takesVouchers = takesVouchers
        self.isSoftware = isSoftware
        self.isByAppointment = isByAppointment
        self.submit = submit
        self.trialDays = trialDays
    }
}

extension SaveService: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("title", "服务名称", 4...60)
        schema.limit("category", "服务类别", 2...40)
        schema.limit("modes", "服务方式", 1...5)
        schema.limit("regions", "服务区域", 1...20)
        schema.limit("summary", "服务说明", 10...2000)
        schema.limit("deliverables", "交付内容", 2...1000)
        schema.bound("days", "承诺工作日", 1...730)
        schema.bound("places", "名额", 1...1_000_000)
        schema.bound("trialDays", "试用天数", 1...365)
        schema.name([
            "nature": "服务性质", "takesVouchers": "可用服务券", "isSoftware": "信息化应用", "isByAppointment": "线下预约", "submit": "是否提交上架",
        ])
    }
}
