public import Messages
public import Vocabulary

/// Files an application for a new node (申报). It waits for the city, or for the province when the region is the province.
/// Who may: window staff or city staff of the region, province staff. Refuses what breaks the placement rules, and a second
/// window for a county unless an allowed role gives a reason.
/// - Source: 湘经信中小服务〔2017〕711号 二
public struct SubmitApplication: Command {
    public typealias Reply = ApplicationReceipt

    public static let name: WireName = "registry.submit-application.v1"

    /// Any kind but `hub`, which exists from the beginning.
    public var kind: NodeKind
    /// The division the node is for: a city for `city`, a county for `county`; for others the division it stands in.
    public var region: RegionCode
    /// The proposed name of the platform, 4…60 characters.
    public var title: String
    /// 建设主体
    public var builder: Organisation
    /// 运营单位
    public var operatingUnit: Organisation
    public var mode: OperatingMode
    /// The node it will hang under; found from the region when missing.
    public var parent: NodeID?
    /// The park it will stand in, when 园区 is its carrier (突出以园区为载体); at most 60 characters.
    public var carrierPark: String?
    /// The industry chain it serves, at most 60 characters.
    public var chain: String?
    /// The eligible unit it will cover: the code of a chain, park or base marked with `MarkEligible`.
    public var unit: String?
    /// Why and with what means, 10…2000 characters.
    public var summary: String
    /// At most 20 files.
    public var documents: [DocumentReference]
    /// Why a second window for the same county is needed; only for roles the settings allow.
    public var overrideReason: String?
    /// The actual day, when entered afterwards (补录); not in the future.
    public var happenedOn: Day?

    public init(
        kind: NodeKind, region: RegionCode, title: String, builder: Organisation, operatingUnit: Organisation,
        mode: OperatingMode, parent: NodeID? = nil, carrierPark: String? = nil, chain: String? = nil,
        unit: String? = nil, summary: String, documents: [DocumentReference] = [], overrideReason: String? = nil,
        happenedOn: Day? = nil
    ) {
        self.kind = kind
        self.region = region
        self.title = title
        self.builder = builder
        self.operatingUnit = operatingUnit
        self.mode = mode
        self.parent = parent
        self.carrierPark = carrierPark
        self.chain = chain
        self.unit = unit
        self.summary = summary
        self.documents = documents
        self.overrideReason = overrideReason
        self.happenedOn = happenedOn
    }
}

extension SubmitApplication: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("title", "平台名称", 4...60)
        schema.limit("carrierPark", "载体园区", 1...60)
        schema.limit("chain", "产业链", 1...60)
        schema.limit("unit", "应覆盖单位", 2...40)
        schema.limit("summary", "申报说明", 10...2000)
        schema.limit("documents", "附件", 0...20)
        schema.limit("overrideReason", "突破一县一窗口的理由", 1...500)
        schema.name(["kind": "平台类型", "mode": "运营方式", "happenedOn": "实际日期"])
    }
}
