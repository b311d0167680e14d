public import Vocabulary

/// Whom to reach at an agency; personal data.
public struct AgencyContact: Codable, Sendable, Hashable {
    public var name: Personal<String>
    public var phone: Personal<ContactNumber>

    public init(name: Personal<String>, phone: Personal<ContactNumber>) {
        self.name = name
        self.phone = phone
    }
}
