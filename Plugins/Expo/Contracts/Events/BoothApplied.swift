public import Messages

/// Somebody asked for a booth.
public struct BoothApplied: Event {
    public static let name: WireName = "expo.booth-applied.v1"
    public static let reach = Reach.upward
    public var subject: String { booth.subject }

    public var booth: BoothID
    public var exhibition: ExhibitionID
    public var hall: Int
    public var title: String
    public var exhibitor: Exhibitor
    public var size: Int

    public init(booth: BoothID, exhibition: ExhibitionID, hall: Int, title: String, exhibitor: Exhibitor, size: Int) {
        self.booth = booth
        self.exhibition = exhibition
        self.hall = hall
        self.title = title
        self.exhibitor = exhibitor
        self.size = size
    }
}
