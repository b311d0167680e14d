public import Messages
public import Vocabulary

/// An agency's public record is now this; every site of the network keeps it for its own search (D3, D17).
public struct AgencyChanged: Event {
    public static let name: WireName = "market.agency-changed.v1"
    public static let reach = Reach.network
    public var subject: String { "agency/\(agency)" }

    public var agency: CreditCode
    /// Counts up with every change at the site that keeps the record; an older one changes nothing.
    public var revision: Int
    public var title: String
    public var region: RegionCode
    public var categories: [String]
    public var summary: String
    /// Where it works; absent: as it was; empty: none.
    public var address: String?
    public var state: AgencyState
    public var isCore: Bool
    /// What was done.
    public var action: AgencyAction?
    public var opinion: String?
    /// By what number it is known where it was imported from; only when it is imported.
    public var key: String?

    public init(
        agency: CreditCode, revision: Int, title: String, region: RegionCode, categories: [String], summary: String, state: AgencyState,
        isCore: Bool, action: AgencyAction? = nil, opinion: String? = nil, key: String? = nil, address: String? = nil
    ) {
        self.agency = agency
        self.revision = revision
        self.title = title
        self.region = region
        self.categories = categories
        self.summary = summary
        self.address = address
        self.state = state
        self.isCore = isCore
        self.action = action
        self.opinion = opinion
        self.key = key
    }
}
