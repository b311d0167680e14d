public import Messages
public import Vocabulary

/// A demand as lists show it to those whom it concerns.
public struct DemandCard: Codable, Sendable, Hashable {
    public var id: MessageID
    /// `X20260302-00001`
    public var number: String
    public var title: String
    public var category: String
    public var region: RegionCode
    public var enterprise: DemandParty
    public var state: DemandState
    /// Who is answerable now.
    public var level: DemandLevel
    /// By when the next step is due; `nil` only when the demand is closed.
    public var due: Timestamp?
    public var agency: DemandParty?
    public var channel: DemandChannel
    public var isOnBehalf: Bool
    /// The common demand that it belongs to.
    public var cluster: MessageID?
    public var createdAt: Timestamp
    public var updatedAt: Timestamp

    public init(
        id: MessageID, number: String, title: String, category: String, region: RegionCode, enterprise: DemandParty, state: DemandState,
        level: DemandLevel, due: Timestamp?, agency: DemandParty?, channel: DemandChannel, isOnBehalf: Bool, cluster: MessageID?,
        createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.id = id
        self.number = number
        self.title = title
        self.category = category
        self.region = region
        self.enterprise = enterprise
        self.state = state
        self.level = level
        self.due = due
        self.agency = agency
        self.channel = channel
        self.isOnBehalf = isOnBehalf
        self.cluster = cluster
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}
