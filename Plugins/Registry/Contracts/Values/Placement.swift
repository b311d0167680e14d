public import Vocabulary

/// A stretch of time under one parent.
public struct Placement: Codable, Sendable, Hashable {
    public var parent: NodeID
    public var from: Day
    /// The first day after the end.
    public var until: Day?
    public var reason: String?

    public init(parent: NodeID, from: Day, until: Day? = nil, reason: String? = nil) {
        self.parent = parent
        self.from = from
        self.until = until
        self.reason = reason
    }
}
