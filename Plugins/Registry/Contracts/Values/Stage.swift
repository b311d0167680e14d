/// Where an application, and later its node, stands on the way 申报→市级初审→省级评审→建设→验收→认定→(整改)→(退出/更换运营单位).
/// - Source: 湘经信中小服务〔2017〕711号 二 (报建、认定), 九 (退出机制)
public enum Stage: String, Codable, Sendable, Hashable, CaseIterable {
    /// 已申报，待受理
    case submitted
    /// 市级初审
    case cityReview
    /// 省级评审
    case provinceReview
    /// 建设
    case construction
    /// 验收
    case acceptance
    /// 验收合格，待认定
    case accepted
    /// 已认定
    case recognised
    /// 限期整改
    case rectification
    /// 更换运营单位
    case operatorChange
    /// 已退出
    case exited
    /// 退回补正
    case returned
    /// 不予通过
    case refused
    /// 已撤回
    case withdrawn

    /// The Chinese name shown on pages.
    public var title: String {
        switch self {
        case .submitted: "已申报（待受理）"
        case .cityReview: "市级初审"
        case .provinceReview: "省级评审"
        case .construction: "建设"
        case .acceptance: "验收"
        case .accepted: "验收合格（待认定）"
        case .recognised: "已认定"
        case .rectification: "限期整改"
        case .operatorChange: "更换运营单位"
        case .exited: "已退出"
        case .returned: "退回补正"
        case .refused: "不予通过"
        case .withdrawn: "已撤回"
        }
    }

    /// Nothing follows any more.
    public var isFinal: Bool { self == .exited || self == .refused || self == .withdrawn }

    /// The node exists and counts as recognised: also while it is being rectified or changes hands.
    public var countsAsRecognised: Bool { self == .recognised || self == .rectification || self == .operatorChange }

    /// Between submission and recognition; such an application blocks a second one for the same county.
    public var isUnderWay: Bool { !isFinal && !countsAsRecognised }
}
