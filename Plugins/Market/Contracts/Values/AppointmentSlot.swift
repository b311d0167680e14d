public import Messages
public import Vocabulary

/// 预约时段 of a service that is rendered offline; the site that keeps the service counts its seats.
/// - Source: 湘经信中小服务〔2017〕711号 四 (线下服务线上预约); demand D49
public struct AppointmentSlot: Codable, Sendable, Hashable {
    public var id: MessageID
    public var startsAt: Timestamp
    public var minutes: Int
    /// How many orders fit, and how many are in.
    public var capacity: Int
    public var taken: Int
    public var place: String?
    /// The expert or venue that is booked with it, as the agency's page names it.
    public var resource: String?

    public var left: Int { max(0, capacity - taken) }
    public var endsAt: Timestamp { startsAt.advanced(by: .seconds(minutes * 60)) }

    public init(
        id: MessageID, startsAt: Timestamp, minutes: Int, capacity: Int, taken: Int = 0, place: String? = nil,
        resource: String? = nil
    ) {
        self.id = id
        self.startsAt = startsAt
        self.minutes = minutes
        self.capacity = capacity
        self.taken = taken
        self.place = place
        self.resource = resource
    }
}
