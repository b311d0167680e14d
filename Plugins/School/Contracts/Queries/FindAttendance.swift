public import Messages

/// Who of a class was at which session, in the order of arrival of their registrations; for its staff.
public struct FindAttendance: ListQuery {
    public typealias Item = AttendanceCard
    public typealias Reply = Listing<AttendanceCard>

    public static let name: WireName = "school.find-attendance.v1"

    public var schoolClass: ClassID
    public var after: Cursor?
    /// 1…500, 20 when missing.
    public var limit: Int?

    public init(schoolClass: ClassID, after: Cursor? = nil, limit: Int? = nil) {
        self.schoolClass = schoolClass
        self.after = after
        self.limit = limit
    }
}

extension FindAttendance: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        refineLimit(&schema)
    }
}
