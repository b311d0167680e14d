public import Messages
public import Vocabulary

/// What came of a service for the enterprise; every figure may be missing.
/// - Source: 湘经信中小服务〔2017〕711号 三 (服务效果评价), 七 (服务效益)
public struct Effects: Codable, Sendable, Hashable {
    /// 融资额, in fen.
    public var financing: Fen?
    /// 节约成本, in fen.
    public var saving: Fen?
    /// 新增就业, in persons.
    public var jobs: Int?

    public init(financing: Fen? = nil, saving: Fen? = nil, jobs: Int? = nil) {
        self.financing = financing
        self.saving = saving
        self.jobs = jobs
    }

    public var isEmpty: Bool { financing == nil && saving == nil && jobs == nil }
}

extension Effects: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.name(["financing": "融资额（分）", "saving": "节约成本（分）"])
        schema.bound("jobs", "新增就业（人）", 0...1_000_000)
    }
}
