/// The answer to a plan: its revision, counting from one within the year.
public struct PlanReceipt: Codable, Sendable, Hashable {
    public var year: Int
    public var revision: Int

    public init(year: Int, revision: Int) {
        self.year = year
        self.revision = revision
    }
}
