/// What a course is about.
/// - Source: 湘经信中小服务〔2017〕711号 六 (转型升级、管理创新、智能制造、投资融资、风险防范等); demand D51
public enum CourseTheme: String, Codable, Sendable, Hashable, CaseIterable {
    case transformation, management, smartManufacturing, financing, riskPrevention, other

    /// The Chinese name shown on pages.
    public var title: String {
        switch self {
        case .transformation: "转型升级"
        case .management: "管理创新"
        case .smartManufacturing: "智能制造"
        case .financing: "投资融资"
        case .riskPrevention: "风险防范"
        case .other: "其他"
        }
    }
}
