/// Where a case stands: 提交→受理转办→部门办理→答复→(评价、重新办理)→归档; beside it 不予受理, and 已并入共性问题.
/// - Source: 湘经信中小服务〔2017〕711号 五 (设立专栏，听取意见，及时整理反映，跟踪反馈)
public enum CaseState: String, Codable, Sendable, Hashable, CaseIterable {
    case submitted, processing, answered, closed, refused, merged

    public var title: String {
        switch self {
        case .submitted: "待受理"
        case .processing: "部门办理中"
        case .answered: "已答复"
        case .closed: "已归档"
        case .refused: "不予受理"
        case .merged: "已并入共性问题"
        }
    }
}

/// Where one department's part of a case stands.
public enum PartState: String, Codable, Sendable, Hashable, CaseIterable {
    case sent, handling, answered, handedOn

    public var title: String {
        switch self {
        case .sent: "待接收"
        case .handling: "办理中"
        case .answered: "已答复"
        case .handedOn: "已转交"
        }
    }

    /// The case waits for it.
    public var isOpen: Bool { self == .sent || self == .handling }
}

/// What is done to a case by the desk of its region.
public enum CaseAction: String, Codable, Sendable, Hashable, CaseIterable {
    /// 受理并转有关部门
    case accept
    /// 不予受理
    case refuse
    /// 归档
    case close
    /// 移出共性问题
    case unmerge

    public var title: String {
        switch self {
        case .accept: "受理并转办"
        case .refuse: "不予受理"
        case .close: "归档"
        case .unmerge: "移出共性问题"
        }
    }
}

/// What a department does with its part.
public enum PartAction: String, Codable, Sendable, Hashable, CaseIterable {
    /// 接收
    case receive
    /// 非本部门职责，转交
    case handOn
    /// 阶段性告知
    case interim
    /// 正式答复
    case answer

    public var title: String {
        switch self {
        case .receive: "接收"
        case .handOn: "转交其他部门"
        case .interim: "阶段性告知"
        case .answer: "正式答复"
        }
    }
}

/// Whether and to whom the submitter is known.
public enum Signing: String, Codable, Sendable, Hashable, CaseIterable {
    /// 实名: the desk and the departments
    case signed
    /// 保密: the desk alone
    case confidential
    /// 匿名: nobody
    case anonymous

    public var title: String {
        switch self {
        case .signed: "实名"
        case .confidential: "实名（对部门保密）"
        case .anonymous: "匿名"
        }
    }
}

/// What a case is about.
public enum CaseKind: String, Codable, Sendable, Hashable, CaseIterable {
    case suggestion, complaint, help

    public var title: String {
        switch self {
        case .suggestion: "意见建议"
        case .complaint: "诉求反映"
        case .help: "求助"
        }
    }
}
