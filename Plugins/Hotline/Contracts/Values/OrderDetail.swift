public import Vocabulary

/// A work order with everything that staff who may see it see.
public struct OrderDetail: Codable, Sendable, Hashable {
    public var card: OrderCard
    public var content: String
    /// Masked unless the reader handles the matter.
    public var callerName: Personal<String>?
    public var callerPhone: Personal<ContactNumber>?
    public var enterprise: String?
    public var creditCode: CreditCode?
    /// What the caller is told.
    public var answer: String?
    public var satisfaction: Satisfaction?
    public var ratingSource: RatingSource?
    public var assistants: [Assistant]
    /// An extension or a suspension that waits for approval.
    public var pending: PendingRequest?
    public var clocks: [ClockView]
    public var steps: [OrderStep]
    /// What the one who asks may do now.
    public var next: [OrderAction]
    /// The call it came from, as the telephone system names it.
    public var call: String?
    /// What it led to in other plug-ins.
    public var followOns: [FollowOn]?

    public init(
        card: OrderCard, content: String, callerName: Personal<String>?, callerPhone: Personal<ContactNumber>?, enterprise: String?,
        creditCode: CreditCode?, answer: String?, satisfaction: Satisfaction?, ratingSource: RatingSource?, assistants: [Assistant],
        pending: PendingRequest?, clocks: [ClockView], steps: [OrderStep], next: [OrderAction], call: String?,
        followOns: [FollowOn]? = nil
    ) {
        self.card = card
        self.content = content
        self.callerName = callerName
        self.callerPhone = callerPhone
        self.enterprise = enterprise
        self.creditCode = creditCode
        self.answer = answer
        self.satisfaction = satisfaction
        self.ratingSource = ratingSource
        self.assistants = assistants
        self.pending = pending
        self.clocks = clocks
        self.steps = steps
        self.next = next
        self.call = call
        self.followOns = followOns
    }

    /// 协办单位
    public struct Assistant: Codable, Sendable, Hashable {
        public var unit: UnitID
        public var name: String
        public var opinion: String?

        public init(unit: UnitID, name: String, opinion: String?) {
            self.unit = unit
            self.name = name
            self.opinion = opinion
        }
    }

    public struct PendingRequest: Codable, Sendable, Hashable {
        public enum Kind: String, Codable, Sendable, Hashable, CaseIterable { case `extension`, suspension }
        public var kind: Kind
        public var askedBy: String
        public var at: Timestamp
        public var reason: String
        /// Working days asked for.
        public var days: Int

        public init(kind: Kind, askedBy: String, at: Timestamp, reason: String, days: Int) {
            self.kind = kind
            self.askedBy = askedBy
            self.at = at
            self.reason = reason
            self.days = days
        }
    }

    /// A clock as people see it.
    public struct ClockView: Codable, Sendable, Hashable {
        /// 审核, 派单, 签收, 办理, 回访, 催办, 督办, 挂起
        public var title: String
        public var start: Timestamp
        public var limit: String
        public var due: Timestamp?
        public var isProvisional: Bool
        public var stopped: Timestamp?
        public var isOverdue: Bool
        /// Why the due moment moved, in words, oldest first.
        public var changes: [String]

        public init(
            title: String, start: Timestamp, limit: String, due: Timestamp?, isProvisional: Bool, stopped: Timestamp?, isOverdue: Bool,
            changes: [String]
        ) {
            self.title = title
            self.start = start
            self.limit = limit
            self.due = due
            self.isProvisional = isProvisional
            self.stopped = stopped
            self.isOverdue = isOverdue
            self.changes = changes
        }
    }
}

/// One step of a work order: who, when, what.
public struct OrderStep: Codable, Sendable, Hashable {
    /// Counts from one.
    public var number: Int
    /// Absent for the registration and for what the clock did.
    public var action: OrderAction?
    public var title: String
    public var state: OrderState
    public var actorName: String
    public var at: Timestamp
    public var text: String?
    public var unitName: String?

    public init(
        number: Int, action: OrderAction?, title: String, state: OrderState, actorName: String, at: Timestamp, text: String?, unitName: String?
    ) {
        self.number = number
        self.action = action
        self.title = title
        self.state = state
        self.actorName = actorName
        self.at = at
        self.text = text
        self.unitName = unitName
    }
}
