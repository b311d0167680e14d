public import Vocabulary

/// An enterprise of the register (企业名录), with who answers for it. Nothing of a person but the specialist's work name.
public struct EnterpriseCard: Codable, Sendable, Hashable {
    public var code: CreditCode
    public var name: String
    public var region: RegionCode
    /// GB/T 4754-2017.
    public var industry: String?
    /// By 工信部联企业〔2011〕300号, reckoned; missing where the figures do not suffice.
    public var size: EnterpriseSize?
    public var isActive: Bool
    /// 服务专员, for staff.
    public var specialist: Personal<String>?
    /// Whether the one who asks is the specialist.
    public var isOwn: Bool
    /// Last recorded contact.
    public var contactedAt: Timestamp?

    public init(
        code: CreditCode, name: String, region: RegionCode, industry: String? = nil, size: EnterpriseSize? = nil,
        isActive: Bool, specialist: Personal<String>? = nil, isOwn: Bool, contactedAt: Timestamp? = nil
    ) {
        self.code = code
        self.name = name
        self.region = region
        self.industry = industry
        self.size = size
        self.isActive = isActive
        self.specialist = specialist
        self.isOwn = isOwn
        self.contactedAt = contactedAt
    }
}
