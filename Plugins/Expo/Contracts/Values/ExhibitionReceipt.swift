/// Where an exhibition stands after a command.
public struct ExhibitionReceipt: Codable, Sendable, Hashable {
    public var exhibition: ExhibitionID
    public var state: ExhibitionState

    public init(exhibition: ExhibitionID, state: ExhibitionState) {
        self.exhibition = exhibition
        self.state = state
    }
}
