public import Messages
public import Vocabulary

/// Opens slots of an own listed service that is booked, one after the other.
public struct OpenSlots: Command {
    public typealias Reply = SlotReceipt

    public static let name: WireName = "market.open-slots.v1"

    public var service: MessageID
    /// When the first one begins.
    public var startsAt: Timestamp
    /// How long each takes.
    public var minutes: Int
    /// How many follow each other.
    public var count: Int
    /// How many orders fit into each.
    public var capacity: Int
    /// Where; 2…60 characters.
    public var place: String?
    /// Number of the agency's expert or venue that is booked with it.
    public var resource: Int?

    public init(
        service: MessageID, startsAt: Timestamp, minutes: Int, count: Int = 1, capacity: Int = 1, place: String? = nil,
        resource: Int? = nil
    ) {
        self.service = service
        self.startsAt = startsAt
        self.minutes = minutes
        self.count = count
        self.capacity = capacity
        self.place = place
        self.resource = resource
    }
}

extension OpenSlots: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.bound("minutes", "每段分钟", 10...480)
        schema.bound("count", "连续段数", 1...20)
        schema.bound("capacity", "每段名额", 1...500)
        schema.limit("place", "地点", 2...60)
        schema.bound("resource", "专家或场地", 1...1000)
        schema.name(["startsAt": "开始时间"])
    }
}
