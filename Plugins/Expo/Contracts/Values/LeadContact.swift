public import Vocabulary

/// Name and number in full; who asked is kept.
public struct LeadContact: Codable, Sendable, Hashable {
    public var name: Personal<String>
    public var phone: Personal<ContactNumber>

    public init(name: Personal<String>, phone: Personal<ContactNumber>) {
        self.name = name
        self.phone = phone
    }
}
