public import Messages

/// Takes a booth out of its exhibition, by the exhibitor or the staff.
public struct WithdrawBooth: Command {
    public typealias Reply = BoothReceipt

    public static let name: WireName = "expo.withdraw-booth.v1"

    public var booth: BoothID
    /// 2…200 characters.
    public var reason: String

    public init(booth: BoothID, reason: String) {
        self.booth = booth
        self.reason = reason
    }
}

extension WithdrawBooth: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("reason", "原因", 2...200)
    }
}
