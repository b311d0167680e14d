public import Messages
public import Vocabulary

/// A common demand (共性需求) with its members.
public struct CommonDemand: Codable, Sendable, Hashable {
    public var id: MessageID
    public var title: String
    public var category: String
    public var members: [DemandCard]
    public var answers: [DemandDetail.Answer]
    public var createdAt: Timestamp

    public init(id: MessageID, title: String, category: String, members: [DemandCard], answers: [DemandDetail.Answer], createdAt: Timestamp) {
        self.id = id
        self.title = title
        self.category = category
        self.members = members
        self.answers = answers
        self.createdAt = createdAt
    }
}
