/// How a platform is run.
/// - Source: 湘经信中小服务〔2017〕711号 二 (根据实际确定窗口平台建设主体和运营方式)
public enum OperatingMode: String, Codable, Sendable, Hashable, CaseIterable {
    /// 事业单位直接运营
    case publicInstitution
    /// 委托企业运营
    case entrustedEnterprise
    /// 国有公司运营
    case stateCompany
    /// 民办非企业或社会团体运营
    case socialOrganisation
    /// 联合运营
    case joint

    /// The Chinese name shown on pages.
    public var title: String {
        switch self {
        case .publicInstitution: "事业单位直接运营"
        case .entrustedEnterprise: "委托企业运营"
        case .stateCompany: "国有公司运营"
        case .socialOrganisation: "社会组织运营"
        case .joint: "联合运营"
        }
    }
}
