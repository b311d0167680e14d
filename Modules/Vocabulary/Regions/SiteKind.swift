/// What kind of platform a site is.
///
/// - Source: 湘经信中小服务〔2017〕711号 一 (枢纽平台、窗口平台)
public enum SiteKind: String, Codable, Sendable, CaseIterable {
    case hub, city, county, cluster, park, base

    /// In Chinese, as pages show it.
    public var title: String {
        switch self {
        case .hub: "省枢纽平台"
        case .city: "市州平台"
        case .county: "县市区平台"
        case .cluster: "产业链（产业集群）平台"
        case .park: "园区平台"
        case .base: "双创基地平台"
        }
    }
}
