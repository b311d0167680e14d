/// How a question of a quiz is answered.
public enum QuestionKind: String, Codable, Sendable, Hashable, CaseIterable {
    /// 单选: one option.
    case single
    /// 多选: all right options and no other.
    case multiple
    /// 判断: 对 or 错.
    case judgement
    /// 简答: one of the accepted texts; case, width and white space do not matter.
    case short

    /// The Chinese name shown on pages.
    public var title: String {
        switch self {
        case .single: "单选"
        case .multiple: "多选"
        case .judgement: "判断"
        case .short: "简答"
        }
    }
}
