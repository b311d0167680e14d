/// A broadcast to come, with the booth that gives it.
public struct LiveCard: Codable, Sendable, Hashable {
    public var booth: BoothID
    public var boothTitle: String
    public var session: LiveSession

    public init(booth: BoothID, boothTitle: String, session: LiveSession) {
        self.booth = booth
        self.boothTitle = boothTitle
        self.session = session
    }
}
