public import Messages
public import Vocabulary

/// Staff spoke with an enterprise. It travels to the sites above.
public struct EnterpriseContacted: Event {
    public static let name: WireName = "matching.enterprise-contacted.v1"
    public static let reach = Reach.upward
    public var subject: String { "enterprise/\(enterprise)" }

    public var enterprise: CreditCode
    public var region: RegionCode
    public var channel: DemandChannel
    public var on: Day

    public init(enterprise: CreditCode, region: RegionCode, channel: DemandChannel, on: Day) {
        self.enterprise = enterprise
        self.region = region
        self.channel = channel
        self.on = on
    }
}
