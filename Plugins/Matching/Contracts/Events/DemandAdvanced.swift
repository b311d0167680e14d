public import Messages
public import Vocabulary

/// A demand was stated or went a step further. It travels to the sites above within the moment (D41); no personal data, no free text.
public struct DemandAdvanced: Event {
    public static let name: WireName = "matching.demand-advanced.v1"
    public static let reach = Reach.upward
    public var subject: String { "demand/\(demand)" }

    public var demand: MessageID
    public var number: String
    public var title: String
    public var category: String
    public var region: RegionCode
    public var enterprise: DemandParty
    public var channel: DemandChannel
    /// `nil`: it was stated.
    public var action: DemandAction?
    public var from: DemandState?
    public var to: DemandState
    public var level: DemandLevel
    public var due: Timestamp?
    public var agency: DemandParty?
    public var score: Int?
    public var revision: Int
    public var wasLate: Bool

    public init(
        demand: MessageID, number: String, title: String, category: String, region: RegionCode, enterprise: DemandParty, channel: DemandChannel,
        action: DemandAction?, from: DemandState?, to: DemandState, level: DemandLevel, due: Timestamp?, agency: DemandParty?, score: Int?,
        revision: Int, wasLate: Bool
    ) {
        self.demand = demand
        self.number = number
        self.title = title
        self.category = category
        self.region = region
        self.enterprise = enterprise
        self.channel = channel
        self.action = action
        self.from = from
        self.to = to
        self.level = level
        self.due = due
        self.agency = agency
        self.score = score
        self.revision = revision
        self.wasLate = wasLate
    }
}
