public import Messages
public import Vocabulary

/// A matter was submitted or taken out of the box. Nothing about the submitter and nothing of the text.
public struct AppealSubmitted: Event {
    public static let name: WireName = "appeals.appeal-submitted.v1"
    public static let reach = Reach.upward
    public var subject: String { number.subject }

    public var number: CaseNumber
    public var region: RegionCode
    public var kind: CaseKind
    public var category: String
    public var signing: Signing

    public init(number: CaseNumber, region: RegionCode, kind: CaseKind, category: String, signing: Signing) {
        self.number = number
        self.region = region
        self.kind = kind
        self.category = category
        self.signing = signing
    }
}

/// A case moved: accepted, refused, handed on, answered, merged, reopened, closed.
public struct CaseMoved: Event {
    public static let name: WireName = "appeals.case-moved.v1"
    public static let reach = Reach.upward
    public var subject: String { number.subject }

    public var number: CaseNumber
    public var region: RegionCode
    /// What happened, in Chinese as timelines show it.
    public var what: String
    public var state: CaseState
    public var department: DepartmentID?
    /// For a merge: the common problem.
    public var into: CaseNumber?

    public init(
        number: CaseNumber, region: RegionCode, what: String, state: CaseState, department: DepartmentID? = nil, into: CaseNumber? = nil
    ) {
        self.number = number
        self.region = region
        self.what = what
        self.state = state
        self.department = department
        self.into = into
    }
}

/// A submitter was told something; each answer once, however a case was merged and taken out again.
public struct SubmitterInformed: Event {
    public static let name: WireName = "appeals.submitter-informed.v1"
    public var subject: String { number.subject }

    public var number: CaseNumber
    /// Whose answer it is: the case itself, or the common problem.
    public var source: CaseNumber
    /// Counts the answers of the source.
    public var round: Int

    public init(number: CaseNumber, source: CaseNumber, round: Int) {
        self.number = number
        self.source = source
        self.round = round
    }
}
