public import Messages

/// Opens, plans, closes or cancels a 对接会. For staff of the division.
public struct AdvanceMatchmaking: Command {
    public typealias Reply = MatchmakingReceipt

    public static let name: WireName = "matching.advance-matchmaking.v1"

    public var matchmaking: MessageID
    public var action: MatchmakingAction
    /// `cancel`: why, 2…500 characters.
    public var note: String?

    public init(matchmaking: MessageID, action: MatchmakingAction, note: String? = nil) {
        self.matchmaking = matchmaking
        self.action = action
        self.note = note
    }
}

extension AdvanceMatchmaking: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("note", "原因", 2...500)
        schema.name(["action": "办理"])
    }
}
