/// Another course that must have been done before.
public struct Prerequisite: Codable, Sendable, Hashable {
    public var course: CourseID
    public var proof: PrerequisiteProof
    /// The course's title; only in answers.
    public var title: String?

    public init(course: CourseID, proof: PrerequisiteProof, title: String? = nil) {
        self.course = course
        self.proof = proof
        self.title = title
    }
}
