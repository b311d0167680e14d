public import Messages

/// Shows a booth first, or no longer.
public struct FeatureBooth: Command {
    public typealias Reply = BoothReceipt

    public static let name: WireName = "expo.feature-booth.v1"

    public var booth: BoothID
    public var isFeatured: Bool

    public init(booth: BoothID, isFeatured: Bool) {
        self.booth = booth
        self.isFeatured = isFeatured
    }
}

extension FeatureBooth: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.name(["isFeatured": "推荐"])
    }
}
