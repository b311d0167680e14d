public import Messages
public import Vocabulary

/// A part of a case was sent to a department: at first, when another department handed it on, or again after 不满意. Nothing of the text and
/// nothing of the submitter: whoever acts for the department reads that by `GetCase`.
public struct PartSent: Event {
    public static let name: WireName = "appeals.part-sent.v1"
    public var subject: String { number.subject }

    public var number: CaseNumber
    public var department: DepartmentID
    public var region: RegionCode
    public var category: String
    /// Until when the department is to answer.
    public var due: Timestamp?
    public var dueIsProvisional: Bool
    /// The department had answered it before.
    public var isAgain: Bool

    public init(
        number: CaseNumber, department: DepartmentID, region: RegionCode, category: String, due: Timestamp?,
        dueIsProvisional: Bool, isAgain: Bool
    ) {
        self.number = number
        self.department = department
        self.region = region
        self.category = category
        self.due = due
        self.dueIsProvisional = dueIsProvisional
        self.isAgain = isAgain
    }
}
