public import Messages
public import Vocabulary

/// Marks an agency as 核心服务机构, or takes the mark away; province staff. Running orders go on either way.
/// - Source: 湘经信中小服务〔2017〕711号 九
public struct MarkCoreAgency: Command {
    public typealias Reply = AgencyReceipt

    public static let name: WireName = "market.mark-core-agency.v1"

    public var agency: CreditCode
    public var isCore: Bool
    /// The document that says so; 2…60 characters.
    public var document: String

    public init(agency: CreditCode, isCore: Bool, document: String) {
        self.agency = agency
        self.isCore = isCore
        self.document = document
    }
}

extension MarkCoreAgency: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.name(["isCore": "是否核心服务机构"])
        schema.limit("document", "文号", 2...60)
    }
}
