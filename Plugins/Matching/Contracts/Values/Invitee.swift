public import Messages
public import Vocabulary

/// Whom to invite to a 对接会.
public struct Invitee: Codable, Sendable, Hashable {
    public var party: DemandParty
    public var region: RegionCode
    /// 2…200 characters; no personal data.
    public var topic: String?

    public init(party: DemandParty, region: RegionCode, topic: String? = nil) {
        self.party = party
        self.region = region
        self.topic = topic
    }
}

extension Invitee: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("topic", "洽谈主题", 2...200)
    }
}
