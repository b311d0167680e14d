/// Time in each stage.
public struct StageTimes: Codable, Sendable, Hashable {
    public var rows: [StageTime]
    public var rule: String

    public init(rows: [StageTime], rule: String) {
        self.rows = rows
        self.rule = rule
    }
}
