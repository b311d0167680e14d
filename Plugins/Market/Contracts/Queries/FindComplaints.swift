public import Messages
public import Vocabulary

/// Complaints that the one who asks may see, the newest first: the own enterprise's, those about the own agency, or for staff those of the regions.
public struct FindComplaints: ListQuery {
    public typealias Item = ComplaintCard
    public typealias Reply = Listing<ComplaintCard>

    public static let name: WireName = "market.find-complaints.v1"

    public var box: FindOrders.Box
    public var state: ComplaintState?
    public var agency: CreditCode?
    public var after: Cursor?
    public var limit: Int?

    public init(box: FindOrders.Box, state: ComplaintState? = nil, agency: CreditCode? = nil, after: Cursor? = nil, limit: Int? = nil) {
        self.box = box
        self.state = state
        self.agency = agency
        self.after = after
        self.limit = limit
    }
}

extension FindComplaints: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.name(["box": "范围", "state": "状态"])
        refineLimit(&schema)
    }
}
