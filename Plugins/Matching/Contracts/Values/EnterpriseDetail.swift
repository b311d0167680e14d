public import Vocabulary

/// An enterprise with its contacts, the latest first.
public struct EnterpriseDetail: Codable, Sendable, Hashable {
    public var card: EnterpriseCard
    public var employees: Int64?
    public var revenueYuan: Int64?
    public var assetsYuan: Int64?
    public var founded: Day?
    public var contacts: [EnterpriseContact]

    public init(
        card: EnterpriseCard, employees: Int64? = nil, revenueYuan: Int64? = nil, assetsYuan: Int64? = nil,
        founded: Day? = nil, contacts: [EnterpriseContact]
    ) {
        self.card = card
        self.employees = employees
        self.revenueYuan = revenueYuan
        self.assetsYuan = assetsYuan
        self.founded = founded
        self.contacts = contacts
    }
}
