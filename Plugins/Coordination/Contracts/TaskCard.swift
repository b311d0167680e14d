public import Vocabulary

/// A task as lists show it: one issued here, or one issued above that concerns sites below.
public struct TaskCard: Codable, Sendable, Hashable {
    public var task: String
    public var title: String
    /// The site that gave it.
    public var issuer: String
    public var due: Day
    public var issuedAt: Timestamp
    public var closedAt: Timestamp?
    /// Sites that have it, as far as the one who asks may see them, and how many of them finished.
    public var sites: Int
    public var done: Int

    public init(task: String, title: String, issuer: String, due: Day, issuedAt: Timestamp, closedAt: Timestamp? = nil, sites: Int, done: Int) {
        self.task = task
        self.title = title
        self.issuer = issuer
        self.due = due
        self.issuedAt = issuedAt
        self.closedAt = closedAt
        self.sites = sites
        self.done = done
    }
}

/// How far one site is with a task.
public struct NodeProgress: Codable, Sendable, Hashable {
    public var site: String
    public var title: String
    public var region: RegionCode?
    public var state: AssignmentState
    public var percent: Int
    public var note: String?
    public var changedAt: Timestamp
    public var reminders: Int

    public init(
        site: String, title: String, region: RegionCode? = nil, state: AssignmentState, percent: Int, note: String? = nil, changedAt: Timestamp,
        reminders: Int
    ) {
        self.site = site
        self.title = title
        self.region = region
        self.state = state
        self.percent = percent
        self.note = note
        self.changedAt = changedAt
        self.reminders = reminders
    }
}

/// A task with its sites.
public struct TaskDetail: Codable, Sendable, Hashable {
    public var card: TaskCard
    /// Absent where it was issued elsewhere.
    public var text: String?
    /// Why it was closed.
    public var reason: String?
    public var nodes: [NodeProgress]
    /// Whether it was issued here, and so can be reminded of and closed here.
    public var isOwn: Bool

    public init(card: TaskCard, text: String? = nil, reason: String? = nil, nodes: [NodeProgress], isOwn: Bool) {
        self.card = card
        self.text = text
        self.reason = reason
        self.nodes = nodes
        self.isOwn = isOwn
    }
}

/// A task that this site has got.
public struct AssignmentCard: Codable, Sendable, Hashable {
    public var task: String
    public var title: String
    public var text: String
    /// The site that gave it, and its name.
    public var issuer: String
    public var issuerTitle: String
    public var due: Day
    public var receivedAt: Timestamp
    public var state: AssignmentState
    public var percent: Int
    public var note: String?
    public var reminders: Int

    public init(
        task: String, title: String, text: String, issuer: String, issuerTitle: String, due: Day, receivedAt: Timestamp, state: AssignmentState,
        percent: Int, note: String? = nil, reminders: Int
    ) {
        self.task = task
        self.title = title
        self.text = text
        self.issuer = issuer
        self.issuerTitle = issuerTitle
        self.due = due
        self.receivedAt = receivedAt
        self.state = state
        self.percent = percent
        self.note = note
        self.reminders = reminders
    }
}
