public import Messages

/// Where vouchers of a batch were used, the newest first; for staff of its region at the site that issued it.
public struct FindVoucherEntries: ListQuery {
    public typealias Item = VoucherEntry
    public typealias Reply = Listing<VoucherEntry>

    public static let name: WireName = "market.find-voucher-entries.v1"

    public var batch: MessageID
    public var after: Cursor?
    public var limit: Int?

    public init(batch: MessageID, after: Cursor? = nil, limit: Int? = nil) {
        self.batch = batch
        self.after = after
        self.limit = limit
    }
}

extension FindVoucherEntries: SchemaRefining {
    public static func refine(_ schema: inout Schema) { refineLimit(&schema) }
}
