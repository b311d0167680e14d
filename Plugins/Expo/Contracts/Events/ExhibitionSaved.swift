public import Messages
public import Vocabulary

/// An exhibition was written down or changed.
public struct ExhibitionSaved: Event {
    public static let name: WireName = "expo.exhibition-saved.v1"
    public static let reach = Reach.upward
    public var subject: String { exhibition.subject }

    public var exhibition: ExhibitionID
    public var title: String
    public var kind: ExhibitionKind
    public var region: RegionCode
    public var opensOn: Day
    public var closesOn: Day?
    public var isNew: Bool

    public init(
        exhibition: ExhibitionID, title: String, kind: ExhibitionKind, region: RegionCode, opensOn: Day, closesOn: Day? = nil, isNew: Bool
    ) {
        self.exhibition = exhibition
        self.title = title
        self.kind = kind
        self.region = region
        self.opensOn = opensOn
        self.closesOn = closesOn
        self.isNew = isNew
    }
}
