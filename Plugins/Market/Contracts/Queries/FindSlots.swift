public import Messages

/// Slots of a listed service that begin from now on, the next first; public.
public struct FindSlots: Query {
    public typealias Reply = [AppointmentSlot]

    public static let name: WireName = "market.find-slots.v1"

    public var service: MessageID

    public init(service: MessageID) { self.service = service }
}
