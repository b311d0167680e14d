/// Where an agency stands: 草稿 → 待审核 → 退回补正 or 已入驻 → 暂停 → 退出.
/// - Source: 湘经信中小服务〔2017〕711号 七, 九 (退出机制)
public enum AgencyState: String, Codable, Sendable, Hashable, CaseIterable {
    case draft, submitted, returned, approved, suspended, exited

    public var title: String {
        switch self {
        case .draft: "草稿"
        case .submitted: "待审核"
        case .returned: "退回补正"
        case .approved: "已入驻"
        case .suspended: "暂停"
        case .exited: "已退出"
        }
    }
}
