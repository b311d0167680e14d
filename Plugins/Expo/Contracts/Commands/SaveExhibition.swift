public import Messages
public import Vocabulary

/// Writes an exhibition down, or changes one.
///
/// Who may: window, city and province staff of its region.
public struct SaveExhibition: Command {
    public typealias Reply = ExhibitionReceipt

    public static let name: WireName = "expo.save-exhibition.v1"

    /// Missing for a new one.
    public var exhibition: ExhibitionID?
    /// 4…60 characters.
    public var title: String
    public var kind: ExhibitionKind
    public var region: RegionCode
    public var opensOn: Day
    /// For a dated one; not before the first day.
    public var closesOn: Day?
    /// 10…2000 characters.
    public var summary: String
    /// At most 500 characters.
    public var notice: String?
    /// 1…20; one with booths stays.
    public var halls: [HallDraft]

    public init(
        exhibition: ExhibitionID? = nil, title: String, kind: ExhibitionKind, region: RegionCode, opensOn: Day, closesOn: Day? = nil,
        summary: String, notice: String? = nil, halls: [HallDraft]
    ) {
        self.exhibition = exhibition
        self.title = title
        self.kind = kind
        self.region = region
        self.opensOn = opensOn
        self.closesOn = closesOn
        self.summary = summary
        self.notice = notice
        self.halls = halls
    }
}

extension SaveExhibition: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("title", "展会名称", 4...60)
        schema.limit("summary", "展会介绍", 10...2000)
        schema.limit("notice", "公告", 1...500)
        schema.limit("halls", "展馆", 1...20)
        schema.name(["kind": "类型", "opensOn": "开展日期", "closesOn": "闭展日期"])
    }
}
