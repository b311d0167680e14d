/// What full coverage is asked of.
/// - Source: 湘经信中小服务〔2017〕711号 二 (省、市、县三级全覆盖，工业新兴优势产业链全覆盖，创新创业基地窗口服务平台全覆盖)
public enum CoverageLevel: String, Codable, Sendable, Hashable, CaseIterable {
    /// 省: the units are the province of the region table.
    case province
    /// 市州: the units are the cities and prefectures of the region table valid on the day.
    case city
    /// 县市区: the units are the counties of the region table valid on the day.
    case county
    /// 产业链: the units were marked with `MarkEligible`.
    case cluster
    /// 园区: the units were marked with `MarkEligible`.
    case park
    /// 双创基地: the units were marked with `MarkEligible`.
    case base

    /// The kind of node that covers a unit of this level.
    public var kind: NodeKind {
        switch self {
        case .province: .hub
        case .city: .city
        case .county: .county
        case .cluster: .cluster
        case .park: .park
        case .base: .base
        }
    }

    /// The Chinese name shown on pages.
    public var title: String {
        switch self {
        case .province: "省级"
        case .city: "市州"
        case .county: "县市区"
        case .cluster: "产业链"
        case .park: "园区"
        case .base: "双创基地"
        }
    }
}
