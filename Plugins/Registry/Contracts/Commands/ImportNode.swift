public import Messages
public import Vocabulary

/// Enters a node that existed before the system did (导入存量节点), marked 补录 with actual and entry time.
/// Who may: province staff and the system. The placement rules hold as for any other node.
public struct ImportNode: Command {
    public typealias Reply = ApplicationReceipt

    public static let name: WireName = "registry.import-node.v1"

    /// The wanted identifier; made from region and kind when missing.
    public var node: NodeID?
    public var kind: NodeKind
    public var region: RegionCode
    /// 4…60 characters.
    public var title: String
    /// Found from the region when missing; none for the hub.
    public var parent: NodeID?
    /// 建设主体
    public var builder: Organisation
    /// 运营单位
    public var operatingUnit: Organisation
    public var mode: OperatingMode
    /// The actual day of recognition; not in the future.
    public var recognisedOn: Day
    /// 认定文号
    public var recognitionDocument: String?
    public var carrierPark: String?
    public var chain: String?
    /// The eligible unit it covers.
    public var unit: String?
    /// Why a second window for the same county is needed.
    public var overrideReason: String?

    public init(
        node: NodeID? = nil, kind: NodeKind, region: RegionCode, title: String, parent: NodeID? = nil,
        builder: Organisation, operatingUnit: Organisation, mode: OperatingMode, recognisedOn: Day,
        recognitionDocument: String? = nil, carrierPark: String? = nil, chain: String? = nil, unit: String? = nil,
        overrideReason: String? = nil
    ) {
        self.node = node
        self.kind = kind
        self.region = region
        self.title = title
        self.parent = parent
        self.builder = builder
        self.operatingUnit = operatingUnit
        self.mode = mode
        self.recognisedOn = recognisedOn
        self.recognitionDocument = recognitionDocument
        self.carrierPark = carrierPark
        self.chain = chain
        self.unit = unit
        self.overrideReason = overrideReason
    }
}

extension ImportNode: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("title", "平台名称", 4...60)
        schema.limit("recognitionDocument", "认定文号", 1...100)
        schema.limit("carrierPark", "载体园区", 1...60)
        schema.limit("chain", "产业链", 1...60)
        schema.limit("unit", "应覆盖单位", 2...40)
        schema.limit("overrideReason", "突破一县一窗口的理由", 1...500)
        schema.name(["kind": "平台类型", "mode": "运营方式", "recognisedOn": "认定日期"])
    }
}
