public import Messages

/// A talk after a command.
public struct TalkReceipt: Codable, Sendable, Hashable {
    public var talk: MessageID
    public var matchmaking: MessageID
    public var outcome: TalkOutcome

    public init(talk: MessageID, matchmaking: MessageID, outcome: TalkOutcome) {
        self.talk = talk
        self.matchmaking = matchmaking
        self.outcome = outcome
    }
}
