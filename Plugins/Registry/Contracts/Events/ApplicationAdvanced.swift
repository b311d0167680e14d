public import Messages
public import Vocabulary

/// An application moved from one stage to another.
public struct ApplicationAdvanced: Event {
    public static let name: WireName = "registry.application-advanced.v1"
    public static let reach = Reach.upward
    public var subject: String { application.subject }

    public var application: ApplicationID
    public var region: RegionCode
    public var action: StageAction
    public var from: Stage
    public var to: Stage
    public var opinion: String?
    public var documentNumber: String?
    public var documents: [DocumentReference]
    /// Actual day.
    public var happenedOn: Day

    public init(
        application: ApplicationID, region: RegionCode, action: StageAction, from: Stage, to: Stage,
        opinion: String? = nil, documentNumber: String? = nil, documents: [DocumentReference] = [], happenedOn: Day
    ) {
        self.application = application
        self.region = region
        self.action = action
        self.from = from
        self.to = to
        self.opinion = opinion
        self.documentNumber = documentNumber
        self.documents = documents
        self.happenedOn = happenedOn
    }
}
