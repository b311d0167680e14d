public import Messages

/// One call. Who may: the desk of its region, and who was asked to join it.
public struct GetCall: Query {
    public typealias Reply = CallDetail
    public static let name: WireName = "hotline.get-call.v1"

    public var id: Int

    public init(id: Int) {
        self.id = id
    }
}

extension GetCall: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.bound("id", "通话序号", 1...Int64(Int32.max))
    }
}
