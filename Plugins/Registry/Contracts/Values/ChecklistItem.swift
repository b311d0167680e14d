public import Vocabulary

/// One standard item at one node.
public struct ChecklistItem: Codable, Sendable, Hashable {
    public var code: String
    public var title: String
    public var requirement: String
    public var maximum: Int
    /// `nil` when never checked.
    public var points: Int?
    public var checkedOn: Day?
    public var remark: String?
    public var evidence: [DocumentReference]
    /// How often it was checked.
    public var checks: Int

    public init(
        code: String, title: String, requirement: String, maximum: Int, points: Int? = nil, checkedOn: Day? = nil,
        remark: String? = nil, evidence: [DocumentReference] = [], checks: Int
    ) {
        self.code = code
        self.title = title
        self.requirement = requirement
        self.maximum = maximum
        self.points = points
        self.checkedOn = checkedOn
        self.remark = remark
        self.evidence = evidence
        self.checks = checks
    }
}
