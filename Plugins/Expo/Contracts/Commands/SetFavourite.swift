public import Messages

/// Keeps a booth among one's favourites, or no longer.
public struct SetFavourite: Command {
    public typealias Reply = Done

    public static let name: WireName = "expo.set-favourite.v1"

    public var booth: BoothID
    public var isFavourite: Bool

    public init(booth: BoothID, isFavourite: Bool) {
        self.booth = booth
        self.isFavourite = isFavourite
    }
}

extension SetFavourite: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.name(["isFavourite": "收藏"])
    }
}
