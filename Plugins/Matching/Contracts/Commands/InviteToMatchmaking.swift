public import Messages

/// Invites parties: those named, the enterprises with an open demand, the agencies on offer. For staff of the division.
public struct InviteToMatchmaking: Command {
    public typealias Reply = MatchmakingReceipt

    public static let name: WireName = "matching.invite-to-matchmaking.v1"

    public var matchmaking: MessageID
    public var side: MatchmakingSide
    /// 0…300
    public var parties: [Invitee]
    /// All of the division with an open demand, or on offer, in the categories; 300 at most.
    public var fromRecords: Bool

    public init(matchmaking: MessageID, side: MatchmakingSide, parties: [Invitee] = [], fromRecords: Bool = false) {
        self.matchmaking = matchmaking
        self.side = side
        self.parties = parties
        self.fromRecords = fromRecords
    }
}

extension InviteToMatchmaking: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("parties", "单位", 0...300)
        schema.name(["side": "邀请哪一方", "fromRecords": "按需求或服务批量邀请"])
    }
}
