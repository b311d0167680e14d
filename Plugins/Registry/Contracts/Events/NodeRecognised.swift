public import Messages
public import Vocabulary

/// A node joined the network: by recognition, or entered afterwards.
public struct NodeRecognised: Event {
    public static let name: WireName = "registry.node-recognised.v1"
    public static let reach = Reach.network
    public var subject: String { node.subject }

    public var node: NodeID
    public var application: ApplicationID
    public var kind: NodeKind
    public var region: RegionCode
    public var title: String
    /// `nil` for the hub.
    public var parent: NodeID?
    public var builder: Organisation
    public var operatingUnit: Organisation
    public var mode: OperatingMode
    /// Actual day.
    public var recognisedOn: Day
    public var recognitionDocument: String?
    /// Entered after the fact (补录).
    public var isBackfilled: Bool

    public init(
        node: NodeID, application: ApplicationID, kind: NodeKind, region: RegionCode, title: String,
        parent: NodeID? = nil, builder: Organisation, operatingUnit: Organisation, mode: OperatingMode,
        recognisedOn: Day, recognitionDocument: String? = nil, isBackfilled: Bool
    ) {
        self.node = node
        self.application = application
        self.kind = kind
        self.region = region
        self.title = title
        self.parent = parent
        self.builder = builder
        self.operatingUnit = operatingUnit
        self.mode = mode
        self.recognisedOn = recognisedOn
        self.recognitionDocument = recognitionDocument
        self.isBackfilled = isBackfilled
    }
}
