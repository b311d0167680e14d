public import Messages

/// What organisers of this site feature of published exhibitions, by booth. Without `exhibition`, dated ones that are over are left out.
public struct FindFeaturedExhibits: ListQuery {
    public typealias Item = FeaturedExhibit
    public typealias Reply = Listing<FeaturedExhibit>

    public static let name: WireName = "expo.find-featured-exhibits.v1"

    public var exhibition: ExhibitionID?
    public var after: Cursor?
    /// 1…500, 20 when missing.
    public var limit: Int?

    public init(exhibition: ExhibitionID? = nil, after: Cursor? = nil, limit: Int? = nil) {
        self.exhibition = exhibition
        self.after = after
        self.limit = limit
    }
}

extension FindFeaturedExhibits: SchemaRefining {
    public static func refine(_ schema: inout Schema) { refineLimit(&schema) }
}
