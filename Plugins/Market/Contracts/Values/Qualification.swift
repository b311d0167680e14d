public import Messages
public import Vocabulary

/// A licence or certificate of an agency.
public struct Qualification: Codable, Sendable, Hashable {
    /// Its number within the agency, from 1.
    public var number: Int
    /// 2…60 characters: 律师事务所执业许可证.
    public var title: String
    /// The document's own number; at most 60 characters.
    public var serial: String?
    /// Who gave it; at most 60 characters.
    public var issuer: String?
    /// The last day; `nil` where it has none.
    public var validUntil: Day?
    public var document: AttachmentReference?

    public init(number: Int, title: String, serial: String? = nil, issuer: String? = nil, validUntil: Day? = nil, document: AttachmentReference? = nil) {
        self.number = number
        self.title = title
        self.serial = serial
        self.issuer = issuer
        self.validUntil = validUntil
        self.document = document
    }
}
