public import Messages
public import Vocabulary

/// A complaint in a list.
public struct ComplaintCard: Codable, Sendable, Hashable {
    public var id: MessageID
    /// `T20260302-00001`, within its home.
    public var number: String
    /// The site that decides: where it was filed.
    public var home: String
    /// The order it is about; `nil`: about the agency as such.
    public var order: MessageID?
    public var orderNumber: String?
    public var agency: Party
    public var enterprise: Party
    /// Of the enterprise; its staff closes.
    public var region: RegionCode
    public var kind: ComplaintKind
    public var state: ComplaintState
    /// By when the next step is due; `nil`: closed.
    public var due: Timestamp?
    public var outcome: ComplaintOutcome?
    public var createdAt: Timestamp
    public var updatedAt: Timestamp

    public init(
        id: MessageID, number: String, home: String, order: MessageID?, orderNumber: String?, agency: Party, enterprise: Party, region: RegionCode,
        kind: ComplaintKind, state: ComplaintState, due: Timestamp?, outcome: ComplaintOutcome?, createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.id = id
        self.number = number
        self.home = home
        self.order = order
        self.orderNumber = orderNumber
        self.agency = agency
        self.enterprise = enterprise
        self.region = region
        self.kind = kind
        self.state = state
        self.due = due
        self.outcome = outcome
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// How many complaints about an agency its site knows of.
public struct ComplaintCount: Codable, Sendable, Hashable {
    public var open: Int
    public var closed: Int
    /// Of the closed ones: found true, wholly or in part.
    public var upheld: Int

    public init(open: Int, closed: Int, upheld: Int) {
        self.open = open
        self.closed = closed
        self.upheld = upheld
    }
}
