public import Messages
public import Vocabulary

/// One exchange with a partner, as its receipt proves it: who asked what of whom under which contract, and how it ended.
/// Bodies are not kept; their canonical digests are.
public struct PartnerCall: Sendable, Hashable, Codable {
    /// Also the number of the receipt.
    public var id: MessageID
    public var time: Timestamp
    public var site: String
    /// The client's identifier at this site.
    public var client: String
    /// The partner's organisation.
    public var organisation: CreditCode
    /// The version of the contract in force, from 1.
    public var contract: Int
    public var message: WireName
    /// SHA-256 of the request's canonical bytes; 64 hexadecimal digits.
    public var requestDigest: String
    /// SHA-256 of the answer's bytes as sent.
    public var answerDigest: String
    /// The HTTP status of the answer.
    public var status: Int

    public init(
        id: MessageID, time: Timestamp, site: String, client: String, organisation: CreditCode, contract: Int, message: WireName,
        requestDigest: String, answerDigest: String, status: Int
    ) {
        self.id = id
        self.time = time
        self.site = site
        self.client = client
        self.organisation = organisation
        self.contract = contract
        self.message = message
        self.requestDigest = requestDigest
        self.answerDigest = answerDigest
        self.status = status
    }
}
