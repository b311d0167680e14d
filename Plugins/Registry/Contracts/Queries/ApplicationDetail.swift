/// An application with what was handed in, what was done, and what can be done next by the one who asks.
public struct ApplicationDetail: Codable, Sendable, Hashable {
    public var card: ApplicationCard
    public var builder: Organisation
    public var operatingUnit: Organisation
    public var mode: OperatingMode
    public var parent: NodeID?
    public var carrierPark: String?
    public var chain: String?
    public var unit: String?
    public var summary: String
    public var overrideReason: String?
    /// Oldest first.
    public var steps: [ApplicationStep]
    /// Time in each stage, oldest first.
    public var stages: [StagePeriod]
    /// What the one who asks may do now.
    public var next: [NextStep]

    public init(
        card: ApplicationCard, builder: Organisation, operatingUnit: Organisation, mode: OperatingMode,
        parent: NodeID? = nil, carrierPark: String? = nil, chain: String? = nil, unit: String? = nil, summary: String,
        overrideReason: String? = nil, steps: [ApplicationStep], stages: [StagePeriod], next: [NextStep]
    ) {
        self.card = card
        self.builder = builder
        self.operatingUnit = operatingUnit
        self.mode = mode
        self.parent = parent
        self.carrierPark = carrierPark
        self.chain = chain
        self.unit = unit
        self.summary = summary
        self.overrideReason = overrideReason
        self.steps = steps
        self.stages = stages
        self.next = next
    }
}
