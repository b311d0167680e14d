public import Messages

/// Agencies that could answer a demand, the best first, with reasons; for the enterprise and its region's staff.
public struct GetCandidates: Query {
    public typealias Reply = [Candidate]

    public static let name: WireName = "matching.get-candidates.v1"

    public var demand: MessageID
    /// 1…50, 10 when missing.
    public var limit: Int?

    public init(demand: MessageID, limit: Int? = nil) {
        self.demand = demand
        self.limit = limit
    }
}

extension GetCandidates: SchemaRefining {
    public static func refine(_ schema: inout Schema) { schema.bound("limit", "条数", 1...50) }
}
