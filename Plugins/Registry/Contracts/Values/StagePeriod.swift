public import Vocabulary

/// A stretch of time in one stage.
public struct StagePeriod: Codable, Sendable, Hashable {
    public var stage: Stage
    /// Actual beginning.
    public var from: Timestamp
    /// `nil` while it lasts.
    public var until: Timestamp?
    /// Length; `nil` while it lasts, so that the same facts are always the same answer.
    public var milliseconds: Int64?

    public init(stage: Stage, from: Timestamp, until: Timestamp? = nil, milliseconds: Int64? = nil) {
        self.stage = stage
        self.from = from
        self.until = until
        self.milliseconds = milliseconds
    }
}
