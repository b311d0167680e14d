public import Messages

/// The slots of a service that can be booked from now on, all of them; every site keeps them.
public struct SlotsChanged: Event {
    public static let name: WireName = "market.slots-changed.v1"
    public static let reach = Reach.network
    public var subject: String { "service/\(service)" }

    public var service: MessageID
    public var revision: Int
    public var slots: [AppointmentSlot]

    public init(service: MessageID, revision: Int, slots: [AppointmentSlot]) {
        self.service = service
        self.revision = revision
        self.slots = slots
    }
}
