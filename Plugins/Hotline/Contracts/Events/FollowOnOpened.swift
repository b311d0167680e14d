public import Messages
public import Vocabulary

/// A work order led to an order, a demand or an appeal. What it is about stands there.
public struct FollowOnOpened: Event {
    public static let name: WireName = "hotline.follow-on-opened.v1"
    public static let reach = Reach.upward
    public var subject: String { number.subject }

    public var number: OrderNumber
    public var region: RegionCode
    public var kind: FollowOnKind

    public init(number: OrderNumber, region: RegionCode, kind: FollowOnKind) {
        self.number = number
        self.region = region
        self.kind = kind
    }
}
