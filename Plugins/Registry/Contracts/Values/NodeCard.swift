public import Vocabulary

/// A node in one line, as lists, maps and trees show it. Holds no personal data.
public struct NodeCard: Codable, Sendable, Hashable {
    public var id: NodeID
    public var kind: NodeKind
    public var name: String
    public var region: RegionCode
    /// The parent on the day asked for; `nil` for the hub.
    public var parent: NodeID?
    /// 建设主体 on the day asked for.
    public var builder: Organisation
    /// 运营单位 on the day asked for.
    public var operatingUnit: Organisation
    public var mode: OperatingMode
    /// Where the node stands today.
    public var stage: Stage
    /// The day of recognition (实际认定日期).
    public var recognisedOn: Day
    /// The first day on which the node no longer counts.
    public var exitedOn: Day?
    /// 认定文号
    public var recognitionDocument: String?
    /// The park it stands in, when 园区 is its carrier.
    public var carrierPark: String?
    /// The industry chain it serves.
    public var chain: String?
    /// The eligible unit it covers: the code of a chain, park or base.
    public var unit: String?
    /// Entered after the fact (补录).
    public var isBackfilled: Bool
    /// The application whose story this node is.
    public var application: ApplicationID

    public init(
        id: NodeID, kind: NodeKind, name: String, region: RegionCode, parent: NodeID?, builder: Organisation,
        operatingUnit: Organisation, mode: OperatingMode, stage: Stage, recognisedOn: Day, exitedOn: Day?,
        recognitionDocument: String?, carrierPark: String?, chain: String?, unit: String?, isBackfilled: Bool,
        application: ApplicationID
    ) {
        self.id = id
        self.kind = kind
        self.name = name
        self.region = region
        self.parent = parent
        self.builder = builder
        self.operatingUnit = operatingUnit
        self.mode = mode
        self.stage = stage
        self.recognisedOn = recognisedOn
        self.exitedOn = exitedOn
        self.recognitionDocument = recognitionDocument
        self.carrierPark = carrierPark
        self.chain = chain
        self.unit = unit
        self.isBackfilled = isBackfilled
        self.application = application
    }
}
