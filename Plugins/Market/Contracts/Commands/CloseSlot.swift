public import Messages

/// Takes back a slot into which nobody is booked.
public struct CloseSlot: Command {
    public typealias Reply = SlotReceipt

    public static let name: WireName = "market.close-slot.v1"

    public var slot: MessageID

    public init(slot: MessageID) { self.slot = slot }
}
