public import Messages

/// A booth with all it shows.
public struct GetBooth: Query {
    public typealias Reply = BoothDetail

    public static let name: WireName = "expo.get-booth.v1"

    public var id: BoothID

    public init(id: BoothID) {
        self.id = id
    }
}
