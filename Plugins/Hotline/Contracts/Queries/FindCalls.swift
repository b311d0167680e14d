public import Messages
public import Vocabulary

/// Finds calls of one's region, the latest first.
public struct FindCalls: ListQuery {
    public typealias Item = CallCard
    public typealias Reply = Listing<CallCard>
    public static let name: WireName = "hotline.find-calls.v1"

    public var state: CallState?
    public var seat: SeatID?
    public var region: RegionCode?
    public var after: Cursor?
    public var limit: Int?

    public init(
        state: CallState? = nil, seat: SeatID? = nil, region: RegionCode? = nil, after: Cursor? = nil, limit: Int? = nil
    ) {
        self.state = state
        self.seat = seat
        self.region = region
        self.after = after
        self.limit = limit
    }
}

extension FindCalls: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.name(["state": "状态"])
        refineLimit(&schema)
    }
}
