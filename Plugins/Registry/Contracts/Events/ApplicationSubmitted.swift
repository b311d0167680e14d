public import Messages
public import Vocabulary

/// An application was filed.
public struct ApplicationSubmitted: Event {
    public static let name: WireName = "registry.application-submitted.v1"
    public static let reach = Reach.upward
    public var subject: String { application.subject }

    public var application: ApplicationID
    public var kind: NodeKind
    public var region: RegionCode
    public var title: String
    /// Actual day.
    public var happenedOn: Day
    public var documents: [DocumentReference]

    public init(
        application: ApplicationID, kind: NodeKind, region: RegionCode, title: String, happenedOn: Day,
        documents: [DocumentReference] = []
    ) {
        self.application = application
        self.kind = kind
        self.region = region
        self.title = title
        self.happenedOn = happenedOn
        self.documents = documents
    }
}
