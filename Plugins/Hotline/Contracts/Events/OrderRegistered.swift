public import Messages
public import Vocabulary

/// A matter was recorded. Nothing about the caller. Of a confidential one nobody is told; `isConfidential` and an absent category stand in
/// entries of earlier versions.
public struct OrderRegistered: Event {
    public static let name: WireName = "hotline.order-registered.v1"
    public static let reach = Reach.upward
    public var subject: String { number.subject }

    public var number: OrderNumber
    public var region: RegionCode
    public var category: String?
    public var urgency: Urgency
    public var channel: Channel
    public var isConfidential: Bool

    public init(number: OrderNumber, region: RegionCode, category: String?, urgency: Urgency, channel: Channel, isConfidential: Bool) {
        self.number = number
        self.region = region
        self.category = category
        self.urgency = urgency
        self.channel = channel
        self.isConfidential = isConfidential
    }
}
