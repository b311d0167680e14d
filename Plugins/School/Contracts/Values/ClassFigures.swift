/// 公益培训+服务对接 in figures, of one class or of many.
public struct ClassFigures: Codable, Sendable, Hashable {
    public var classes: Int
    public var enrolled: Int
    /// People who were at a session or studied a lesson.
    public var attended: Int
    public var enterprises: Int
    public var certificates: Int
    public var satisfied: Int
    public var answered: Int
    /// Needs stated afterwards; of them agreed, and failed.
    public var demands: Int
    public var agreed: Int
    public var failed: Int

    public init(
        classes: Int, enrolled: Int, attended: Int, enterprises: Int, certificates: Int, satisfied: Int, answered: Int,
        demands: Int, agreed: Int, failed: Int
    ) {
        self.classes = classes
        self.enrolled = enrolled
        self.attended = attended
        self.enterprises = enterprises
        self.certificates = certificates
        self.satisfied = satisfied
        self.answered = answered
        self.demands = demands
        self.agreed = agreed
        self.failed = failed
    }
}
