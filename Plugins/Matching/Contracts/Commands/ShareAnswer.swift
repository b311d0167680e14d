public import Messages

/// A site above hands the answer to a common demand to the home of a member. From site to site only.
public struct ShareAnswer: Command {
    public typealias Reply = Done

    public static let name: WireName = "matching.share-answer.v1"
    public static let reach = Reach.network

    public var cluster: MessageID
    public var demand: MessageID
    /// 2…2000 characters.
    public var text: String

    public init(cluster: MessageID, demand: MessageID, text: String) {
        self.cluster = cluster
        self.demand = demand
        self.text = text
    }
}
