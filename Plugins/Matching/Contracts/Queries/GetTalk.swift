public import Messages

/// One talk with its follow-ups, for its two sides and the staff who hold the 对接会.
public struct GetTalk: Query {
    public typealias Reply = Talk

    public static let name: WireName = "matching.get-talk.v1"

    public var id: MessageID

    public init(id: MessageID) {
        self.id = id
    }
}
