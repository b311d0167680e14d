/// Enterprises after a command.
public struct EnterpriseReceipt: Codable, Sendable, Hashable {
    /// How many it concerned.
    public var enterprises: Int

    public init(enterprises: Int) {
        self.enterprises = enterprises
    }
}
