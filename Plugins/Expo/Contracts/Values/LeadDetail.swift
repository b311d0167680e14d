public import Vocabulary

/// A lead with its notes.
public struct LeadDetail: Codable, Sendable, Hashable {
    public var card: LeadCard
    public var name: Personal<String>
    public var phone: Personal<ContactNumber>
    public var consentedAt: Timestamp
    public var notes: [LeadNote]
    public var actions: [LeadAction]

    public init(
        card: LeadCard, name: Personal<String>, phone: Personal<ContactNumber>, consentedAt: Timestamp, notes: [LeadNote],
        actions: [LeadAction]
    ) {
        self.card = card
        self.name = name
        self.phone = phone
        self.consentedAt = consentedAt
        self.notes = notes
        self.actions = actions
    }
}
