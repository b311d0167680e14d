/// A step in the life of an agency.
public enum AgencyAction: String, Codable, Sendable, Hashable, CaseIterable {
    case submit, approve, sendBack, suspend, resume, exit

    public var title: String {
        switch self {
        case .submit: "提交审核"
        case .approve: "审核通过"
        case .sendBack: "退回补正"
        case .suspend: "暂停"
        case .resume: "恢复"
        case .exit: "退出"
        }
    }
}
