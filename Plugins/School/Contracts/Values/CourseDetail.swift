public import Vocabulary

/// A course with everything that belongs to it.
public struct CourseDetail: Codable, Sendable, Hashable {
    public var card: CourseCard
    public var summary: String
    /// The division whose staff look after it.
    public var region: RegionCode?
    public var requirements: String?
    public var teachers: [Teacher]
    /// Only those that the asker may open.
    public var materials: [Material]
    /// Published ones; all of the region for staff.
    public var classes: [ClassCard]
    /// What must have been done before.
    public var prerequisites: [Prerequisite]?

    public init(
        card: CourseCard, summary: String, region: RegionCode? = nil, requirements: String? = nil, teachers: [Teacher],
        materials: [Material], classes: [ClassCard], prerequisites: [Prerequisite]? = nil
    ) {
        self.card = card
        self.summary = summary
        self.region = region
        self.requirements = requirements
        self.teachers = teachers
        self.materials = materials
        self.classes = classes
        self.prerequisites = prerequisites
    }
}
