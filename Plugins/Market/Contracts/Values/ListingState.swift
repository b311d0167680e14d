/// Where a service stands before it can be found: 草稿 → 待审核 → 退回修改 or 已上架 → 下架 (by the agency) or 暂停 (by staff).
public enum ListingState: String, Codable, Sendable, Hashable, CaseIterable {
    case draft, submitted, returned, listed, withdrawn, suspended

    public var title: String {
        switch self {
        case .draft: "草稿"
        case .submitted: "待审核"
        case .returned: "退回修改"
        case .listed: "已上架"
        case .withdrawn: "已下架"
        case .suspended: "暂停"
        }
    }
}
