public import Messages

/// A device brought its scans. Whose they are is asked, not told.
public struct ScansMerged: Event {
    public static let name: WireName = "school.scans-merged.v1"
    public var subject: String { schoolClass.subject }

    public var schoolClass: ClassID
    public var session: Int
    public var device: String
    /// New presences.
    public var counted: Int
    public var duplicates: Int
    public var conflicts: Int

    public init(schoolClass: ClassID, session: Int, device: String, counted: Int, duplicates: Int, conflicts: Int) {
        self.schoolClass = schoolClass
        self.session = session
        self.device = device
        self.counted = counted
        self.duplicates = duplicates
        self.conflicts = conflicts
    }
}
