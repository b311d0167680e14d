public import Messages
public import Vocabulary

/// Offers times for talking, one after the other; what overlaps one there is already is left out.
public struct OfferSlots: Command {
    public typealias Reply = SlotReceipt

    public static let name: WireName = "expo.offer-slots.v1"

    public var booth: BoothID
    public var startsAt: Timestamp
    /// 10…120, each.
    public var minutes: Int
    /// 1…24
    public var count: Int

    public init(booth: BoothID, startsAt: Timestamp, minutes: Int, count: Int) {
        self.booth = booth
        self.startsAt = startsAt
        self.minutes = minutes
        self.count = count
    }
}

extension OfferSlots: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.bound("minutes", "每场分钟数", 10...120)
        schema.bound("count", "场数", 1...24)
        schema.name(["startsAt": "首场开始时间"])
    }
}
