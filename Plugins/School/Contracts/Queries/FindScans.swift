public import Messages

/// Scans of a class that were no presence of their own: duplicates and conflicts; for its staff.
public struct FindScans: ListQuery {
    public typealias Item = ScanCard
    public typealias Reply = Listing<ScanCard>

    public static let name: WireName = "school.find-scans.v1"

    public var schoolClass: ClassID
    public var session: Int?
    /// Only what somebody must look at.
    public var conflicts: Bool?
    public var after: Cursor?
    /// 1…500, 20 when missing.
    public var limit: Int?

    public init(
        schoolClass: ClassID, session: Int? = nil, conflicts: Bool? = nil, after: Cursor? = nil, limit: Int? = nil
    ) {
        self.schoolClass = schoolClass
        self.session = session
        self.conflicts = conflicts
        self.after = after
        self.limit = limit
    }
}

extension FindScans: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.name(["session": "场次号", "conflicts": "只看冲突"])
        refineLimit(&schema)
    }
}
