public import Messages
public import Vocabulary

/// An enterprise complains of an order or an agency; staff of its region may do it in its name.
public struct FileComplaint: Command {
    public typealias Reply = ComplaintReceipt

    public static let name: WireName = "market.file-complaint.v1"

    /// About an order; its chosen agency is meant.
    public var order: MessageID?
    /// About an agency as such; not needed with an order.
    public var agency: CreditCode?
    public var kind: ComplaintKind
    /// What happened and what is wanted; 10…2000 characters, without personal data.
    public var text: String
    /// In whose name; for staff, where no order names the enterprise.
    public var enterprise: Party?
    public var region: RegionCode?

    public init(order: MessageID? = nil, agency: CreditCode? = nil, kind: ComplaintKind, text: String, enterprise: Party? = nil, region: RegionCode? = nil) {
        self.order = order
        self.agency = agency
        self.kind = kind
        self.text = text
        self.enterprise = enterprise
        self.region = region
    }
}

extension FileComplaint: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("text", "投诉内容", 10...2000)
        schema.name(["kind": "投诉事项"])
    }
}

/// Where a complaint stands after a step.
public struct ComplaintReceipt: Codable, Sendable, Hashable {
    public var complaint: MessageID
    public var number: String
    public var state: ComplaintState

    public init(complaint: MessageID, number: String, state: ComplaintState) {
        self.complaint = complaint
        self.number = number
        self.state = state
    }
}
