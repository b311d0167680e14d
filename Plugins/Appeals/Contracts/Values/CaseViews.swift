public import Messages
public import Vocabulary

/// A case as lists show it; nothing about the submitter.
public struct CaseCard: Codable, Sendable, Hashable {
    public var number: CaseNumber
    public var state: CaseState
    public var kind: CaseKind
    public var signing: Signing
    public var region: RegionCode
    public var category: String
    public var title: String
    public var submittedOn: Day
    /// 共性问题: how many cases are merged into it; absent for an ordinary case.
    public var supporters: Int?
    /// Into which common problem it went.
    public var mergedInto: CaseNumber?
    /// Of the nearest open part.
    public var due: Timestamp?
    public var dueIsProvisional: Bool
    public var isOverdue: Bool

    public init(
        number: CaseNumber, state: CaseState, kind: CaseKind, signing: Signing, region: RegionCode, category: String, title: String,
        submittedOn: Day, supporters: Int?, mergedInto: CaseNumber?, due: Timestamp?, dueIsProvisional: Bool, isOverdue: Bool
    ) {
        self.number = number
        self.state = state
        self.kind = kind
        self.signing = signing
        self.region = region
        self.category = category
        self.title = title
        self.submittedOn = submittedOn
        self.supporters = supporters
        self.mergedInto = mergedInto
        self.due = due
        self.dueIsProvisional = dueIsProvisional
        self.isOverdue = isOverdue
    }
}

/// One department's part of a case.
public struct CasePart: Codable, Sendable, Hashable {
    public var department: DepartmentID
    public var name: String
    public var state: PartState
    public var answer: String?
    public var due: Timestamp?
    public var dueIsProvisional: Bool
    public var isOverdue: Bool
    /// The department's own number for it, once it told one.
    public var foreignNumber: String?

    public init(
        department: DepartmentID, name: String, state: PartState, answer: String?, due: Timestamp?, dueIsProvisional: Bool, isOverdue: Bool,
        foreignNumber: String? = nil
    ) {
        self.department = department
        self.name = name
        self.state = state
        self.answer = answer
        self.due = due
        self.dueIsProvisional = dueIsProvisional
        self.isOverdue = isOverdue
        self.foreignNumber = foreignNumber
    }
}

/// What the submitter was told; each once.
public struct CaseNotice: Codable, Sendable, Hashable {
    public var title: String
    public var text: String
    public var on: Day

    public init(title: String, text: String, on: Day) {
        self.title = title
        self.text = text
        self.on = on
    }
}

/// One step of a case's record.
public struct CaseStep: Codable, Sendable, Hashable {
    public var title: String
    public var actorName: String
    public var at: Timestamp
    public var text: String?
    public var department: String?

    public init(title: String, actorName: String, at: Timestamp, text: String?, department: String?) {
        self.title = title
        self.actorName = actorName
        self.at = at
        self.text = text
        self.department = department
    }
}

/// A case with everything that whoever handles it may see.
public struct CaseDetail: Codable, Sendable, Hashable {
    public var card: CaseCard
    public var content: String
    /// Absent where the reader may not know; the desk of a confidential case may.
    public var name: Personal<String>?
    public var phone: Personal<ContactNumber>?
    public var enterprise: String?
    public var wanted: DepartmentID?
    public var parts: [CasePart]
    public var notices: [CaseNotice]
    public var steps: [CaseStep]
    public var members: [CaseCard]
    public var satisfied: Bool?
    public var publishedTitle: String?
    public var publishedText: String?
    /// Whether the reader is the desk; and for which departments they act.
    public var isDesk: Bool
    public var actsFor: [DepartmentID]
    /// Absent where the reader may not know who submitted it.
    public var attachments: [AttachmentReference]?

    public init(
        card: CaseCard, content: String, name: Personal<String>?, phone: Personal<ContactNumber>?, enterprise: String?,
        wanted: DepartmentID?,
        parts: [CasePart], notices: [CaseNotice], steps: [CaseStep], members: [CaseCard], satisfied: Bool?,
        publishedTitle: String?,
        publishedText: String?, isDesk: Bool, actsFor: [DepartmentID], attachments: [AttachmentReference]? = nil
    ) {
        self.card = card
        self.content = content
        self.name = name
        self.phone = phone
        self.enterprise = enterprise
        self.wanted = wanted
        self.parts = parts
        self.notices = notices
        self.steps = steps
        self.members = members
        self.satisfied = satisfied
        self.publishedTitle = publishedTitle
        self.publishedText = publishedText
        self.isDesk = isDesk
        self.actsFor = actsFor
        self.attachments = attachments
    }
}

/// What became of a command about a case.
public struct CaseReceipt: Codable, Sendable, Hashable {
    public var number: CaseNumber
    public var state: CaseState

    public init(number: CaseNumber, state: CaseState) {
        self.number = number
        self.state = state
    }
}
