public import Messages

/// Joins demands into a common demand, a new one or one that is there; every member stays a demand of its own and gets every answer.
public struct MergeDemands: Command {
    public typealias Reply = CommonReceipt

    public static let name: WireName = "matching.merge-demands.v1"

    /// 1…50; at least two where the common demand is new.
    public var demands: [MessageID]
    /// The one to join; a new one where missing.
    public var cluster: MessageID?
    /// 4…60 characters; for a new one.
    public var title: String?

    public init(demands: [MessageID], cluster: MessageID? = nil, title: String? = nil) {
        self.demands = demands
        self.cluster = cluster
        self.title = title
    }
}

extension MergeDemands: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("demands", "需求", 1...50)
        schema.limit("title", "共性需求名称", 4...60)
    }
}
