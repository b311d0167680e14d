public import Messages

/// Names and numbers of a class were shown to somebody.
public struct ContactsRevealed: Event {
    public static let name: WireName = "school.contacts-revealed.v1"
    public var subject: String { schoolClass.subject }

    public var schoolClass: ClassID
    public var purpose: String
    public var count: Int

    public init(schoolClass: ClassID, purpose: String, count: Int) {
        self.schoolClass = schoolClass
        self.purpose = purpose
        self.count = count
    }
}
