public import Messages
public import Vocabulary

/// Nobody took the next step of a complaint in time; told once for each deadline.
public struct ComplaintOverdue: Event {
    public static let name: WireName = "market.complaint-overdue.v1"
    public static let reach = Reach.upward
    public var subject: String { "complaint/\(complaint)" }

    public var complaint: MessageID
    public var state: ComplaintState
    public var due: Timestamp
    public var region: RegionCode

    public init(complaint: MessageID, state: ComplaintState, due: Timestamp, region: RegionCode) {
        self.complaint = complaint
        self.state = state
        self.due = due
        self.region = region
    }
}
