public import Vocabulary

/// 单位内部审批: above which amount a second person of the enterprise has to agree before an order binds.
public struct ApprovalRule: Codable, Sendable, Hashable {
    /// `nil`: nobody has to.
    public var limit: Fen?
    /// A looser rule that waits for a second person.
    public var wanted: Wanted?

    public struct Wanted: Codable, Sendable, Hashable {
        public var limit: Fen?
        public var at: Timestamp
        /// Whether the one who asks wanted it: somebody else has to agree.
        public var isOwn: Bool

        public init(limit: Fen?, at: Timestamp, isOwn: Bool) {
            self.limit = limit
            self.at = at
            self.isOwn = isOwn
        }
    }

    public init(limit: Fen? = nil, wanted: Wanted? = nil) {
        self.limit = limit
        self.wanted = wanted
    }
}
