public import Messages

/// The services of the actor's own agency, in any state, the newest first; for staff, those of their region that wait for review.
public struct FindMyServices: ListQuery {
    public typealias Item = ServiceCard
    public typealias Reply = Listing<ServiceCard>

    public static let name: WireName = "market.find-my-services.v1"

    public var state: ListingState?
    public var after: Cursor?
    public var limit: Int?

    public init(state: ListingState? = nil, after: Cursor? = nil, limit: Int? = nil) {
        self.state = state
        self.after = after
        self.limit = limit
    }
}

extension FindMyServices: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.name(["state": "状态"])
        refineLimit(&schema)
    }
}
