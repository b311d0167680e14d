public import Vocabulary

/// What an exhibitor wrote down about a lead.
public struct LeadNote: Codable, Sendable, Hashable {
    public var at: Timestamp
    public var action: LeadAction
    public var text: String?

    public init(at: Timestamp, action: LeadAction, text: String? = nil) {
        self.at = at
        self.action = action
        self.text = text
    }
}
