/// 公益, 有偿 or 定制.
/// - Source: 湘经信中小服务〔2017〕711号 一, 四
public enum ServiceNature: String, Codable, Sendable, Hashable, CaseIterable {
    case publicGood, paid, custom

    public var title: String {
        switch self {
        case .publicGood: "公益服务"
        case .paid: "有偿服务"
        case .custom: "定制服务"
        }
    }
}
