public import Messages

/// Attendance of a class in numbers, for its staff.
public struct GetAttendance: Query {
    public typealias Reply = AttendanceSummary

    public static let name: WireName = "school.get-attendance.v1"

    public var schoolClass: ClassID

    public init(schoolClass: ClassID) {
        self.schoolClass = schoolClass
    }
}
