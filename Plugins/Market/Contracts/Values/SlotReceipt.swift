/// How many slots of a service can still be booked after a command.
public struct SlotReceipt: Codable, Sendable, Hashable {
    public var open: Int

    public init(open: Int) { self.open = open }
}
