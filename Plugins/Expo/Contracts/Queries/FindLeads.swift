public import Messages

/// Leads of one's own booths, the newest first.
public struct FindLeads: ListQuery {
    public typealias Item = LeadCard
    public typealias Reply = Listing<LeadCard>

    public static let name: WireName = "expo.find-leads.v1"

    public var booth: BoothID?
    public var state: LeadState?
    /// Only those to be followed up by today.
    public var due: Bool?
    public var after: Cursor?
    /// 1…500, 20 when missing.
    public var limit: Int?

    public init(booth: BoothID? = nil, state: LeadState? = nil, due: Bool? = nil, after: Cursor? = nil, limit: Int? = nil) {
        self.booth = booth
        self.state = state
        self.due = due
        self.after = after
        self.limit = limit
    }
}

extension FindLeads: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.name(["state": "状态", "due": "应跟进的"])
        refineLimit(&schema)
    }
}
