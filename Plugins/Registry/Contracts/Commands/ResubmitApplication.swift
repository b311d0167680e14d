public import Messages

/// Hands in an application again after it was sent back for correction (补正), with the corrected facts.
/// Who may: whoever may submit for the region. Kind and region cannot change.
public struct ResubmitApplication: Command {
    public typealias Reply = ApplicationReceipt

    public static let name: WireName = "registry.resubmit-application.v1"

    public var application: ApplicationID
    /// 4…60 characters.
    public var title: String
    /// 建设主体
    public var builder: Organisation
    /// 运营单位
    public var operatingUnit: Organisation
    public var mode: OperatingMode
    public var carrierPark: String?
    public var chain: String?
    /// 10…2000 characters.
    public var summary: String
    /// Further files, at most 20.
    public var documents: [DocumentReference]

    public init(
        application: ApplicationID, title: String, builder: Organisation, operatingUnit: Organisation,
        mode: OperatingMode, carrierPark: String? = nil, chain: String? = nil, summary: String,
        documents: [DocumentReference] = []
    ) {
        self.application = application
        self.title = title
        self.builder = builder
        self.operatingUnit = operatingUnit
        self.mode = mode
        self.carrierPark = carrierPark
        self.chain = chain
        self.summary = summary
        self.documents = documents
    }
}

extension ResubmitApplication: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("title", "平台名称", 4...60)
        schema.limit("carrierPark", "载体园区", 1...60)
        schema.limit("chain", "产业链", 1...60)
        schema.limit("summary", "申报说明", 10...2000)
        schema.limit("documents", "附件", 0...20)
    }
}
