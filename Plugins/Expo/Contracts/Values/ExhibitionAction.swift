/// What staff may do with an exhibition.
public enum ExhibitionAction: String, Codable, Sendable, Hashable, CaseIterable {
    case publish
    case close

    public var title: String {
        switch self {
        case .publish: "发布"
        case .close: "闭展"
        }
    }
}
