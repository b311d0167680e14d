/// The size class of an enterprise by 工信部联企业〔2011〕300号.
public enum EnterpriseSize: String, Codable, Sendable, CaseIterable, Comparable {
    case micro, small, medium, large

    /// 微型、小型、中型、大型
    public var title: String {
        switch self {
        case .micro: "微型"
        case .small: "小型"
        case .medium: "中型"
        case .large: "大型"
        }
    }

    /// Whether the enterprise is one of the small and medium ones (中小企业) the network serves.
    public var isSmallOrMedium: Bool { self != .large }

    public static func < (left: EnterpriseSize, right: EnterpriseSize) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .micro: 0
        case .small: 1
        case .medium: 2
        case .large: 3
        }
    }
}

/// What an enterprise is measured by.
public enum SizeIndicator: String, Codable, Sendable, CaseIterable {
    /// 从业人员, persons
    case employees
    /// 营业收入, yuan
    case revenue
    /// 资产总额, yuan
    case assets

    public var title: String {
        switch self {
        case .employees: "从业人员"
        case .revenue: "营业收入"
        case .assets: "资产总额"
        }
    }
}

/// An enterprise's figures of a year; what is not known is `nil`, never 0.
public struct EnterpriseFigures: Hashable, Sendable, Codable {
    /// Persons.
    public var employees: Int64?
    public var revenueYuan: Int64?
    public var assetsYuan: Int64?

    public init(employees: Int64? = nil, revenueYuan: Int64? = nil, assetsYuan: Int64? = nil) {
        self.employees = employees
        self.revenueYuan = revenueYuan
        self.assetsYuan = assetsYuan
    }

    public subscript(indicator: SizeIndicator) -> Int64? {
        switch indicator {
        case .employees: employees
        case .revenue: revenueYuan
        case .assets: assetsYuan
        }
    }
}

/// What the rule says of an enterprise.
public enum SizeVerdict: Hashable, Sendable {
    case determined(EnterpriseSize)
    /// Indicators of the group are not known; the class is at most the one the known ones allow. Not to be taken for 微型.
    case undetermined(missing: [SizeIndicator], atMost: EnterpriseSize)
    /// The industry code is too short: the levels below it belong to different groups.
    case needsFinerIndustry(IndustryCode)
    /// The industry is outside the rule (article 6); `SizeGroup.otherID` is the usual reference.
    case notCovered(IndustryCode)
    /// The table has no such industry.
    case unknownIndustry(IndustryCode)
    /// No rule is in force on the day.
    case noRule

    /// The class, where it is determined.
    public var size: EnterpriseSize? {
        if case .determined(let size) = self { return size }
        return nil
    }
}
