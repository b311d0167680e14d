/// How a session is held.
public enum SessionMode: String, Codable, Sendable, Hashable, CaseIterable {
    case onsite, online, recorded

    /// The Chinese name shown on pages.
    public var title: String {
        switch self {
        case .onsite: "现场"
        case .online: "线上直播"
        case .recorded: "录播"
        }
    }
}
