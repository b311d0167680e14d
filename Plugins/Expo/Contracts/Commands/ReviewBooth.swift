public import Messages

/// Decides on an application for a booth.
public struct ReviewBooth: Command {
    public typealias Reply = BoothReceipt

    public static let name: WireName = "expo.review-booth.v1"

    public var booth: BoothID
    public var action: BoothAction
    /// Needed to return or reject, 2…500 characters.
    public var opinion: String?

    public init(booth: BoothID, action: BoothAction, opinion: String? = nil) {
        self.booth = booth
        self.action = action
        self.opinion = opinion
    }
}

extension ReviewBooth: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("opinion", "审核意见", 2...500)
        schema.name(["action": "办理事项"])
    }
}
