public import Vocabulary

/// What one asked agency says to a request.
public struct Quote: Codable, Sendable, Hashable {
    public enum State: String, Codable, Sendable, Hashable, CaseIterable {
        case asked, quoted, declined, chosen, passedOver

        public var title: String {
            switch self {
            case .asked: "待报价"
            case .quoted: "已报价"
            case .declined: "不参与"
            case .chosen: "已选定"
            case .passedOver: "未选定"
            }
        }
    }

    public var agency: Party
    public var state: State
    /// In fen; zero where it costs nothing.
    public var amount: Fen?
    /// Working days until delivery.
    public var days: Int?
    public var note: String?
    public var at: Timestamp?
    /// Of the agency, for comparing.
    public var satisfaction: Satisfaction
    public var completed: Int

    public init(
        agency: Party, state: State, amount: Fen? = nil, days: Int? = nil, note: String? = nil, at: Timestamp? = nil, satisfaction: Satisfaction,
        completed: Int
    ) {
        self.agency = agency
        self.state = state
        self.amount = amount
        self.days = days
        self.note = note
        self.at = at
        self.satisfaction = satisfaction
        self.completed = completed
    }
}
