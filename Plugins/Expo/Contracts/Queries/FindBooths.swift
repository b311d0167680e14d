public import Messages

/// Booths that are shown, featured ones first; of the whole network where no exhibition is named.
public struct FindBooths: ListQuery {
    public typealias Item = BoothCard
    public typealias Reply = Listing<BoothCard>

    public static let name: WireName = "expo.find-booths.v1"

    public var exhibition: ExhibitionID?
    public var hall: Int?
    /// Words of title, exhibitor or exhibits, at most 60 characters.
    public var text: String?
    /// For exhibitors and staff.
    public var box: BoothBox?
    public var after: Cursor?
    /// 1…500, 20 when missing.
    public var limit: Int?

    public init(
        exhibition: ExhibitionID? = nil, hall: Int? = nil, text: String? = nil, box: BoothBox? = nil, after: Cursor? = nil,
        limit: Int? = nil
    ) {
        self.exhibition = exhibition
        self.hall = hall
        self.text = text
        self.box = box
        self.after = after
        self.limit = limit
    }
}

extension FindBooths: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("text", "关键词", 1...60)
        schema.name(["hall": "展馆号", "box": "范围"])
        refineLimit(&schema)
    }
}
