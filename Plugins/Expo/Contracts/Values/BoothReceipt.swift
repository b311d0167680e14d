/// Where a booth stands after a command.
public struct BoothReceipt: Codable, Sendable, Hashable {
    public var booth: BoothID
    public var state: BoothState

    public init(booth: BoothID, state: BoothState) {
        self.booth = booth
        self.state = state
    }
}
