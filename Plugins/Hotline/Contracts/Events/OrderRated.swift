public import Messages
public import Vocabulary

/// A caller said how satisfied they are; by themselves, or to whoever called back.
public struct OrderRated: Event {
    public static let name: WireName = "hotline.order-rated.v1"
    public static let reach = Reach.upward
    public var subject: String { number.subject(onlyFor: onlyFor) }

    public var number: OrderNumber
    public var region: RegionCode
    public var satisfaction: Satisfaction
    public var source: RatingSource
    /// 不满意 began it anew.
    public var redone: Bool
    /// Of a confidential order: the one organisation that is told; to everybody else nothing is said of it.
    public var onlyFor: CreditCode?

    public init(number: OrderNumber, region: RegionCode, satisfaction: Satisfaction, source: RatingSource, redone: Bool, onlyFor: CreditCode? = nil) {
        self.number = number
        self.region = region
        self.satisfaction = satisfaction
        self.source = source
        self.redone = redone
        self.onlyFor = onlyFor
    }
}
