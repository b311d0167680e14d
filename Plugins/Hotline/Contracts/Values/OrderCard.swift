public import Vocabulary

/// A work order as lists show it; nothing about the caller.
public struct OrderCard: Codable, Sendable, Hashable {
    public var number: OrderNumber
    public var state: OrderState
    public var region: RegionCode
    public var category: String
    public var urgency: Urgency
    public var channel: Channel
    public var title: String
    public var registeredAt: Timestamp
    /// 主办单位
    public var owner: UnitID?
    public var ownerName: String?
    /// Of the clock that counts now; absent while it stands still.
    public var due: Timestamp?
    public var dueIsProvisional: Bool
    public var isOverdue: Bool
    public var isConfidential: Bool
    public var isUrged: Bool
    public var isSupervised: Bool
    public var isSuspended: Bool
    /// How often it was begun anew (重办).
    public var redo: Int

    public init(
        number: OrderNumber, state: OrderState, region: RegionCode, category: String, urgency: Urgency, channel: Channel, title: String,
        registeredAt: Timestamp, owner: UnitID?, ownerName: String?, due: Timestamp?, dueIsProvisional: Bool, isOverdue: Bool,
        isConfidential: Bool, isUrged: Bool, isSupervised: Bool, isSuspended: Bool, redo: Int
    ) {
        self.number = number
        self.state = state
        self.region = region
        self.category = category
        self.urgency = urgency
        self.channel = channel
        self.title = title
        self.registeredAt = registeredAt
        self.owner = owner
        self.ownerName = ownerName
        self.due = due
        self.dueIsProvisional = dueIsProvisional
        self.isOverdue = isOverdue
        self.isConfidential = isConfidential
        self.isUrged = isUrged
        self.isSupervised = isSupervised
        self.isSuspended = isSuspended
        self.redo = redo
    }
}
