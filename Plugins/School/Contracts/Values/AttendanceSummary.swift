/// Attendance of a class in numbers.
public struct AttendanceSummary: Codable, Sendable, Hashable {
    public var schoolClass: ClassID
    /// The denominator of every share.
    public var enrolled: Int
    public var sessions: [Session]

    public init(schoolClass: ClassID, enrolled: Int, sessions: [Session]) {
        self.schoolClass = schoolClass
        self.enrolled = enrolled
        self.sessions = sessions
    }

    public struct Session: Codable, Sendable, Hashable {
        public var number: Int
        public var title: String
        public var present: Int
        /// All scans that reached the server.
        public var scans: Int
        public var duplicates: Int
        public var conflicts: Int

        public init(number: Int, title: String, present: Int, scans: Int, duplicates: Int, conflicts: Int) {
            self.number = number
            self.title = title
            self.present = present
            self.scans = scans
            self.duplicates = duplicates
            self.conflicts = conflicts
        }
    }
}
