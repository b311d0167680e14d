/// How many times were added.
public struct SlotReceipt: Codable, Sendable, Hashable {
    public var added: Int

    public init(added: Int) {
        self.added = added
    }
}
