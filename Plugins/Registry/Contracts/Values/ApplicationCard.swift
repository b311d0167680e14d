public import Vocabulary

/// An application in one line. For people at work on it, not for public pages.
public struct ApplicationCard: Codable, Sendable, Hashable {
    public var id: ApplicationID
    public var kind: NodeKind
    public var region: RegionCode
    public var name: String
    public var stage: Stage
    /// The node, once recognised.
    public var node: NodeID?
    /// When it was first submitted (实际申报日期).
    public var submittedOn: Day
    /// Since when it stands in its stage.
    public var stageSince: Timestamp
    /// The last day for the next step, where the settings or an order give one.
    public var due: Day?
    /// The due day lies in a year whose holidays are not announced yet.
    public var dueIsProvisional: Bool

    public init(
        id: ApplicationID, kind: NodeKind, region: RegionCode, name: String, stage: Stage, node: NodeID?, submittedOn: Day,
        stageSince: Timestamp, due: Day?, dueIsProvisional: Bool
    ) {
        self.id = id
        self.kind = kind
        self.region = region
        self.name = name
        self.stage = stage
        self.node = node
        self.submittedOn = submittedOn
        self.stageSince = stageSince
        self.due = due
        self.dueIsProvisional = dueIsProvisional
    }
}
