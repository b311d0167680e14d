public import Messages

/// The organiser named what of a booth stands first at its exhibition.
public struct ExhibitsFeatured: Event {
    public static let name: WireName = "expo.exhibits-featured.v1"
    public var subject: String { booth.subject }

    public var booth: BoothID
    /// Titles; empty: none any more.
    public var exhibits: [String]

    public init(booth: BoothID, exhibits: [String]) {
        self.booth = booth
        self.exhibits = exhibits
    }
}
