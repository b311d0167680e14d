/// What comes back from work on a class.
public struct ClassReceipt: Codable, Sendable, Hashable {
    public var schoolClass: ClassID
    public var state: ClassState

    public init(schoolClass: ClassID, state: ClassState) {
        self.schoolClass = schoolClass
        self.state = state
    }
}
