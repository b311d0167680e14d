/// A wish that has no talk, and why.
public struct UnmetWish: Codable, Sendable, Hashable {
    public var enterprise: DemandParty
    public var agency: DemandParty
    public var reason: UnmetReason

    public init(enterprise: DemandParty, agency: DemandParty, reason: UnmetReason) {
        self.enterprise = enterprise
        self.agency = agency
        self.reason = reason
    }
}
