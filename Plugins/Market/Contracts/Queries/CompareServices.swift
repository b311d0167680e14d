public import Messages

/// Listed services side by side, in the order asked for; what is not listed is left out. Public.
public struct CompareServices: Query {
    public typealias Reply = [ServiceDetail]

    public static let name: WireName = "market.compare-services.v1"

    /// 1…4.
    public var ids: [MessageID]

    public init(ids: [MessageID]) { self.ids = ids }
}

extension CompareServices: SchemaRefining {
    public static func refine(_ schema: inout Schema) { schema.limit("ids", "服务编号", 1...4) }
}
