/// What a platform is in the network. Six kinds; a node of any other kind is refused.
/// - Source: 湘经信中小服务〔2017〕711号 前言, 一
public enum NodeKind: String, Codable, Sendable, Hashable, CaseIterable {
    /// 省枢纽平台; exactly one.
    case hub
    /// 市州综合窗口平台
    case city
    /// 县市区综合窗口平台; one a county unless overridden with a reason.
    case county
    /// 产业链（产业集群）平台
    case cluster
    /// 园区窗口平台
    case park
    /// 创新创业基地窗口平台
    case base

    /// The Chinese name shown on pages.
    public var title: String {
        switch self {
        case .hub: "省枢纽平台"
        case .city: "市州综合窗口平台"
        case .county: "县市区综合窗口平台"
        case .cluster: "产业链（集群）平台"
        case .park: "园区窗口平台"
        case .base: "双创基地窗口平台"
        }
    }

    /// The short Chinese name for tables and chips.
    public var shortTitle: String {
        switch self {
        case .hub: "省枢纽"
        case .city: "市州"
        case .county: "县市区"
        case .cluster: "产业链/集群"
        case .park: "园区"
        case .base: "双创基地"
        }
    }
}
