public import Messages

/// A piece of a recorded lesson that was played without a jump, in milliseconds from the lesson's beginning; `to` is after `from`.
public struct PlayedPiece: Codable, Sendable, Hashable {
    public var from: Int
    public var to: Int

    public init(from: Int, to: Int) {
        self.from = from
        self.to = to
    }
}

extension PlayedPiece: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.bound("from", "起点（毫秒）", 0...36_000_000)
        schema.bound("to", "终点（毫秒）", 0...36_000_000)
    }
}
