/// A step in the life of a service.
public enum ListingAction: String, Codable, Sendable, Hashable, CaseIterable {
    case submit, approve, sendBack, withdraw, suspend, resume

    public var title: String {
        switch self {
        case .submit: "提交上架"
        case .approve: "审核通过"
        case .sendBack: "退回修改"
        case .withdraw: "下架"
        case .suspend: "暂停"
        case .resume: "恢复"
        }
    }
}
