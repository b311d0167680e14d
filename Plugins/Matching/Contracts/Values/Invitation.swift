public import Vocabulary

/// An agency that was invited to a demand, and what it said.
public struct Invitation: Codable, Sendable, Hashable {
    public enum State: String, Codable, Sendable, Hashable, CaseIterable {
        case invited, interested, declined, chosen

        public var title: String {
            switch self {
            case .invited: "已邀请"
            case .interested: "愿意承接"
            case .declined: "不承接"
            case .chosen: "已达成"
            }
        }
    }

    public var agency: DemandParty
    public var state: State
    public var note: String?
    public var invitedAt: Timestamp
    public var answeredAt: Timestamp?

    public init(agency: DemandParty, state: State, note: String?, invitedAt: Timestamp, answeredAt: Timestamp?) {
        self.agency = agency
        self.state = state
        self.note = note
        self.invitedAt = invitedAt
        self.answeredAt = answeredAt
    }
}
