public import Messages
public import Vocabulary

/// Takes an agency a step further: staff of its region approves, sends back, suspends, resumes; the province puts it out.
public struct AdvanceAgency: Command {
    public typealias Reply = AgencyReceipt

    public static let name: WireName = "market.advance-agency.v1"

    public var agency: CreditCode
    public var action: AgencyAction
    /// Needed to send back, suspend and put out; 2…500 characters.
    public var opinion: String?

    public init(agency: CreditCode, action: AgencyAction, opinion: String? = nil) {
        self.agency = agency
        self.action = action
        self.opinion = opinion
    }
}

extension AdvanceAgency: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.name(["action": "办理"])
        schema.limit("opinion", "意见", 2...500)
    }
}
