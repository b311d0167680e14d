public import Messages
public import Vocabulary

/// Sets the counties that are to get a window in a year. A later plan for the same year replaces it and keeps the earlier one as a revision.
/// Who may: province staff.
/// - Source: 湘经信中小服务〔2017〕711号 二 (每年支持30个左右县市区)
public struct SetAnnualPlan: Command {
    public typealias Reply = PlanReceipt

    public static let name: WireName = "registry.set-annual-plan.v1"

    /// 2000…2100
    public var year: Int
    /// At most 200, each once.
    public var counties: [RegionCode]
    /// 文号
    public var document: String?

    public init(year: Int, counties: [RegionCode], document: String? = nil) {
        self.year = year
        self.counties = counties
        self.document = document
    }
}

extension SetAnnualPlan: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.bound("year", "年度", 2000...2100)
        schema.limit("counties", "县市区", 0...200)
        schema.limit("document", "文号", 1...100)
    }
}
