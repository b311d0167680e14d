/// Time in one stage over the applications that left it.
public struct StageTime: Codable, Sendable, Hashable {
    public var stage: Stage
    public var count: Int
    public var meanMilliseconds: Int64
    public var longestMilliseconds: Int64
    /// Standing in it now.
    public var waiting: Int

    public init(stage: Stage, count: Int, meanMilliseconds: Int64, longestMilliseconds: Int64, waiting: Int) {
        self.stage = stage
        self.count = count
        self.meanMilliseconds = meanMilliseconds
        self.longestMilliseconds = longestMilliseconds
        self.waiting = waiting
    }
}
