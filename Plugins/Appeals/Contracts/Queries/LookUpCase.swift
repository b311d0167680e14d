public import Messages
public import Vocabulary

/// How a case stands, for whoever has its number and secret code; slowed after wrong codes.
public struct LookUpCase: Query {
    public typealias Reply = PublicCase
    public static let name: WireName = "appeals.look-up-case.v1"
    public var number: CaseNumber
    public var code: String

    public init(number: CaseNumber, code: String) {
        self.number = number
        self.code = code
    }
}

extension LookUpCase: SchemaRefining {
    public static func refine(_ schema: inout Schema) { schema.limit("code", "查询码", 1...40) }
}

/// What the submitter sees: where it went, what was answered, nobody's name.
public struct PublicCase: Codable, Sendable, Hashable {
    public var number: CaseNumber
    public var title: String
    public var state: CaseState
    public var submittedOn: Day
    public var parts: [CasePart]
    public var notices: [CaseNotice]
    /// Where it went when it was merged, and how many it shares the matter with.
    public var mergedInto: CaseNumber?
    public var mergedTitle: String?
    public var supporters: Int?
    public var mayRate: Bool
    public var category: String?
    public var region: RegionCode?

    public init(
        number: CaseNumber, title: String, state: CaseState, submittedOn: Day, parts: [CasePart], notices: [CaseNotice], mergedInto: CaseNumber?,
        mergedTitle: String?, supporters: Int?, mayRate: Bool, category: String? = nil, region: RegionCode? = nil
    ) {
        self.number = number
        self.title = title
        self.state = state
        self.submittedOn = submittedOn
        self.parts = parts
        self.notices = notices
        self.mergedInto = mergedInto
        self.mergedTitle = mergedTitle
        self.supporters = supporters
        self.mayRate = mayRate
        self.category = category
        self.region = region
    }
}
