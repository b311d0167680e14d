public import Messages

/// A booth was decided on, changed, featured or withdrawn.
public struct BoothAdvanced: Event {
    public static let name: WireName = "expo.booth-advanced.v1"
    public var subject: String { booth.subject }

    public var booth: BoothID
    /// `approve`, `sendBack`, `reject`, `save`, `withdraw`, `feature`, `unfeature`.
    public var action: String
    public var state: BoothState
    public var opinion: String?

    public init(booth: BoothID, action: String, state: BoothState, opinion: String? = nil) {
        self.booth = booth
        self.action = action
        self.state = state
        self.opinion = opinion
    }
}
