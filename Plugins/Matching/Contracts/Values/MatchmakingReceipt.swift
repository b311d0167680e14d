public import Messages

/// Where a 对接会 stands after a command.
public struct MatchmakingReceipt: Codable, Sendable, Hashable {
    public var matchmaking: MessageID
    public var state: MatchmakingState
    /// Invited or coming, both sides.
    public var parties: Int

    public init(matchmaking: MessageID, state: MatchmakingState, parties: Int) {
        self.matchmaking = matchmaking
        self.state = state
        self.parties = parties
    }
}
