public import Messages
public import Vocabulary

/// The experts and venues of an agency are now these, all of them; every site keeps them. No person is named in full.
public struct ResourcesChanged: Event {
    public static let name: WireName = "market.resources-changed.v1"
    public static let reach = Reach.network
    public var subject: String { "agency/\(agency)" }

    public var agency: CreditCode
    public var revision: Int
    public var resources: [AgencyResource]

    public init(agency: CreditCode, revision: Int, resources: [AgencyResource]) {
        self.agency = agency
        self.revision = revision
        self.resources = resources
    }
}
