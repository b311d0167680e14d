public import Messages

/// Names what of a booth stands first at its exhibition; what was featured before and is not named no longer does.
///
/// An exhibit that its exhibitor renames is another one: what the organiser has not seen is not featured.
public struct FeatureExhibits: Command {
    public typealias Reply = BoothReceipt

    public static let name: WireName = "expo.feature-exhibits.v1"

    public var booth: BoothID
    /// Titles as the booth shows them, at most 6; empty: none. Of several exhibits with one title the first is meant.
    public var exhibits: [String]

    public init(booth: BoothID, exhibits: [String]) {
        self.booth = booth
        self.exhibits = exhibits
    }
}

extension FeatureExhibits: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("exhibits", "推荐展品", 0...6)
    }
}
