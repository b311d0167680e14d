public import Vocabulary

/// An expert or a venue of an agency, as its page shows them to everybody.
/// - Source: 湘经信中小服务〔2017〕711号 二 (专家库、场地设施); demand D49
public struct AgencyResource: Codable, Sendable, Hashable {
    public enum Kind: String, Codable, Sendable, Hashable, CaseIterable {
        case expert, venue

        public var title: String {
            switch self {
            case .expert: "专家"
            case .venue: "场地"
            }
        }
    }

    /// Within its agency.
    public var number: Int
    public var agency: CreditCode
    public var agencyName: String
    public var kind: Kind
    /// A venue's name; of an expert, family name and title (陈高级工程师): the full name stays with the agency.
    public var title: String
    public var profile: String
    /// Identifiers of service categories.
    public var categories: [String]
    public var region: RegionCode
    /// Of a venue: for how many people.
    public var seats: Int?

    public init(
        number: Int, agency: CreditCode, agencyName: String, kind: Kind, title: String, profile: String,
        categories: [String], region: RegionCode,
        seats: Int? = nil
    ) {
        self.number = number
        self.agency = agency
        self.agencyName = agencyName
        self.kind = kind
        self.title = title
        self.profile = profile
        self.categories = categories
        self.region = region
        self.seats = seats
    }
}
