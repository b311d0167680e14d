/// 热门 and 最新: lists computed from events.
public struct ServiceBoard: Codable, Sendable, Hashable {
    /// Most orders in the last 30 days.
    public var hot: [ServiceCard]
    public var new: [ServiceCard]

    public init(hot: [ServiceCard], new: [ServiceCard]) {
        self.hot = hot
        self.new = new
    }
}
