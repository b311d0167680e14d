public import Messages

/// An exhibition with its halls.
public struct GetExhibition: Query {
    public typealias Reply = ExhibitionDetail

    public static let name: WireName = "expo.get-exhibition.v1"

    public var id: ExhibitionID

    public init(id: ExhibitionID) {
        self.id = id
    }
}
