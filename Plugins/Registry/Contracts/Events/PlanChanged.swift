public import Messages
public import Vocabulary

/// The plan of a year was set or revised.
public struct PlanChanged: Event {
    public static let name: WireName = "registry.plan-changed.v1"
    public static let reach = Reach.network
    public var subject: String { "plan/\(year)" }

    public var year: Int
    /// Counts from one.
    public var revision: Int
    public var counties: [RegionCode]
    public var document: String?

    public init(year: Int, revision: Int, counties: [RegionCode], document: String? = nil) {
        self.year = year
        self.revision = revision
        self.counties = counties
        self.document = document
    }
}
