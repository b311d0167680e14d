/// What a person does to move an application from one stage to the next.
public enum StageAction: String, Codable, Sendable, Hashable, CaseIterable {
    /// 受理
    case accept
    /// 初审通过，报省级评审
    case passCityReview
    /// 评审通过，同意建设
    case passProvinceReview
    /// 提请验收
    case requestAcceptance
    /// 验收合格
    case passAcceptance
    /// 验收不合格，退回建设
    case failAcceptance
    /// 认定
    case recognise
    /// 责令整改
    case orderRectification
    /// 整改合格
    case confirmRectification
    /// 启动更换运营单位
    case beginOperatorChange
    /// 完成交接; only by `ChangeOperator`, which names the new unit
    case handOver
    /// 退出
    case exit
    /// 退回补正
    case sendBack
    /// 补正后重新提交; only by `ResubmitApplication`, which carries the corrected facts
    case resubmit
    /// 不予通过
    case refuse
    /// 撤回
    case withdraw

    /// The Chinese verb shown on buttons and in timelines.
    public var title: String {
        switch self {
        case .accept: "受理"
        case .passCityReview: "初审通过"
        case .passProvinceReview: "评审通过，同意建设"
        case .requestAcceptance: "提请验收"
        case .passAcceptance: "验收合格"
        case .failAcceptance: "验收不合格"
        case .recognise: "认定"
        case .orderRectification: "责令整改"
        case .confirmRectification: "整改合格"
        case .beginOperatorChange: "启动更换运营单位"
        case .handOver: "完成交接"
        case .exit: "退出"
        case .sendBack: "退回补正"
        case .resubmit: "补正后重新提交"
        case .refuse: "不予通过"
        case .withdraw: "撤回"
        }
    }
}
