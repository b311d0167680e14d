public import Messages

/// Series by number.
public struct FindSeries: ListQuery {
    public typealias Item = SeriesDetail
    public typealias Reply = Listing<SeriesDetail>

    public static let name: WireName = "school.find-series.v1"

    public var after: Cursor?
    /// 1…500, 20 when missing.
    public var limit: Int?

    public init(after: Cursor? = nil, limit: Int? = nil) {
        self.after = after
        self.limit = limit
    }
}

extension FindSeries: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        refineLimit(&schema)
    }
}
