public import Messages

/// An exhibition was published or closed.
public struct ExhibitionAdvanced: Event {
    public static let name: WireName = "expo.exhibition-advanced.v1"
    public static let reach = Reach.upward
    public var subject: String { exhibition.subject }

    public var exhibition: ExhibitionID
    public var action: ExhibitionAction
    public var state: ExhibitionState

    public init(exhibition: ExhibitionID, action: ExhibitionAction, state: ExhibitionState) {
        self.exhibition = exhibition
        self.action = action
        self.state = state
    }
}
