public import Messages

/// A site above tells the home of a demand that it joined a common demand kept there, or left it. From site to site only.
public struct ShareCommon: Command {
    public typealias Reply = Done

    public static let name: WireName = "matching.share-common.v1"
    public static let reach = Reach.network

    public var cluster: MessageID
    public var title: String
    public var category: String
    public var demand: MessageID
    public var isMember: Bool

    public init(cluster: MessageID, title: String, category: String, demand: MessageID, isMember: Bool) {
        self.cluster = cluster
        self.title = title
        self.category = category
        self.demand = demand
        self.isMember = isMember
    }
}
