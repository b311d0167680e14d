/// What is done to a work order. Those up to `archive` move it; the others leave its state and set or clear a mark.
public enum OrderAction: String, Codable, Sendable, Hashable, CaseIterable {
    /// 审核通过
    case accept
    /// 不予受理
    case refuse
    /// 当场答复，直接办结
    case answerAtOnce
    /// 派单
    case dispatch
    /// 签收
    case sign
    /// 退回：not ours, and whose
    case sendBack
    /// 改派
    case redispatch
    /// 答复
    case answer
    /// 答复审核通过，办结
    case approve
    /// 答复不合格，退回重新办理
    case returnAnswer
    /// 回访
    case revisit
    /// 归档
    case archive

    /// 办理记录
    case note
    /// 增加协办
    case addAssistant
    /// 协办意见
    case assist
    /// 催办
    case urge
    /// 督办
    case supervise
    /// 解除督办
    case endSupervision
    /// 申请延期
    case askExtension
    /// 批准延期
    case grantExtension
    /// 申请挂起
    case askSuspension
    /// 批准挂起
    case grantSuspension
    /// 驳回延期或挂起的申请
    case deny
    /// 恢复办理
    case resume
    /// 准许知悉（保密工单）
    case admit

    public var title: String {
        switch self {
        case .accept: "审核通过"
        case .refuse: "不予受理"
        case .answerAtOnce: "当场答复办结"
        case .dispatch: "派单"
        case .sign: "签收"
        case .sendBack: "退回"
        case .redispatch: "改派"
        case .answer: "答复"
        case .approve: "答复审核通过"
        case .returnAnswer: "答复退回"
        case .revisit: "回访"
        case .archive: "归档"
        case .note: "办理记录"
        case .addAssistant: "增加协办"
        case .assist: "协办意见"
        case .urge: "催办"
        case .supervise: "督办"
        case .endSupervision: "解除督办"
        case .askExtension: "申请延期"
        case .grantExtension: "批准延期"
        case .askSuspension: "申请挂起"
        case .grantSuspension: "批准挂起"
        case .deny: "驳回申请"
        case .resume: "恢复办理"
        case .admit: "准许知悉"
        }
    }
}
