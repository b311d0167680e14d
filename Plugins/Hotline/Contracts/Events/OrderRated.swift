public import Messages
public import Vocabulary

/// A caller said how satisfied they are; by themselves, or to whoever called back.
public struct OrderRated: Event {
    public static let name: WireName = "hotline.order-rated.v1"
    public static let reach = Reach.upward
    public var subject: String { number.subject }

    public var number: OrderNumber
    public var region: RegionCode
    public var satisfaction: Satisfaction
    public var source: RatingSource
    /// 不满意 began it anew.
    public var redone: Bool

    public init(number: OrderNumber, region: RegionCode, satisfaction: Satisfaction, source: RatingSource, redone: Bool) {
        self.number = number
        self.region = region
        self.satisfaction = satisfaction
        self.source = source
        self.redone = redone
    }
}
