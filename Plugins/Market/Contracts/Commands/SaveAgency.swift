public import Messages
public import Vocabulary

/// Enters or mends the record of the actor's own organisation as an agency (入驻资料), and hands it in when `submit` is set.
/// A record that is admitted keeps its state; it is shown anew at once.
public struct SaveAgency: Command {
    public typealias Reply = AgencyReceipt

    public static let name: WireName = "market.save-agency.v1"

    /// As on the licence, 2…80 characters.
    public var title: String
    public var region: RegionCode
    /// Identifiers of service categories, 1…8.
    public var categories: [String]
    /// What it can, 10…1000 characters.
    public var summary: String
    /// Where it works, as on the licence, 5…120 characters; public. Absent: as it was; empty: none.
    public var address: String?
    /// Whom to reach; seen by staff of the region only.
    public var contactName: Personal<String>?
    public var contactPhone: Personal<ContactNumber>?
    public var submit: Bool

    public init(
        title: String, region: RegionCode, categories: [String], summary: String, address: String? = nil, contactName: Personal<String>? = nil,
        contactPhone: Personal<ContactNumber>? = nil, submit: Bool
    ) {
        self.title = title
        self.region = region
        self.categories = categories
        self.summary = summary
        self.address = address
        self.contactName = contactName
        self.contactPhone = contactPhone
        self.submit = submit
    }
}

extension SaveAgency: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("title", "机构名称", 2...80)
        schema.limit("categories", "服务类别", 1...8)
        schema.limit("summary", "机构简介", 10...1000)
        schema.limit("address", "办公地址", 0...120)
        schema.name(["contactName": "联系人", "contactPhone": "联系电话", "submit": "是否提交审核"])
    }
}
