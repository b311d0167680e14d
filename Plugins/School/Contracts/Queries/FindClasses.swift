public import Messages
public import Vocabulary

/// Classes by theme, region and time; the next ones first.
///
/// Published ones that have not ended, unless staff ask for theirs.
public struct FindClasses: ListQuery {
    public typealias Item = ClassCard
    public typealias Reply = Listing<ClassCard>

    public static let name: WireName = "school.find-classes.v1"

    public var theme: CourseTheme?
    /// This division and everything below it.
    public var region: RegionCode?
    /// Ended and finished ones, the latest first.
    public var past: Bool?
    /// For staff: every class of their regions, drafts too.
    public var mine: Bool?
    public var after: Cursor?
    /// 1…500, 20 when missing.
    public var limit: Int?

    public init(
        theme: CourseTheme? = nil, region: RegionCode? = nil, past: Bool? = nil, mine: Bool? = nil,
        after: Cursor? = nil, limit: Int? = nil
    ) {
        self.theme = theme
        self.region = region
        self.past = past
        self.mine = mine
        self.after = after
        self.limit = limit
    }
}

extension FindClasses: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.name(["theme": "主题", "past": "已结束的", "mine": "只看本辖区管理的"])
        refineLimit(&schema)
    }
}
