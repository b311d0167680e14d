public import Crypto
public import Messages
public import Vocabulary

/// One exchange with a partner on the point of leaving: everything that its receipt proves, bodies included.
public struct PartnerPassage: Sendable {
    /// Client, message and contract, with the receipt's constant part.
    public let form: ReceiptForm
    public let time: Timestamp
    public let method: String
    /// As sent, without the query.
    public let path: String
    public let query: String?
    /// The request's body as sent; empty for a query.
    public let request: [UInt8]
    /// The answer's body as it leaves, after everything outside the contract was removed.
    public let answer: [UInt8]
    /// The HTTP status of the answer; refusals pass as well, 429 among them.
    public let status: Int

    public init(
        _ form: ReceiptForm, time: Timestamp, method: String, path: String, query: String?, request: [UInt8], answer: [UInt8], status: Int
    ) {
        self.form = form
        self.time = time
        self.method = method
        self.path = path
        self.query = query
        self.request = request
        self.answer = answer
        self.status = status
    }

    public var site: String { form.site }
    /// The client's identifier at this site.
    public var client: String { form.client }
    /// The partner's organisation.
    public var organisation: CreditCode { form.organisation }
    /// The version of the contract it was judged by, from 1; 0 where the client has none.
    public var contract: Int { form.contract }
    public var message: WireName { form.message }

    /// Method and target as sent: `GET /api/hunan/registry/nodes?city=430100`.
    public var target: String { "\(method) \(path)\(query.map { "?" + $0 } ?? "")" }
}

/// What an answer says of its receipt.
public struct PassageProof: Sendable, Hashable {
    /// The receipt's number: `Receipt-Id`.
    public var receipt: MessageID
    /// Of the answer's body as it leaves: `Content-Digest` (RFC 9530 §2).
    public var digest: SHA256Sum

    public init(receipt: MessageID, digest: SHA256Sum) {
        self.receipt = receipt
        self.digest = digest
    }
}

/// Sees every exchange with a partner before its answer leaves, and may hold it back.
public protocol ExchangeWitness: Sendable {
    /// Asked before anything is done for a call: refuses while no receipt could be kept for it.
    func admit() throws(Refusal)
    /// Called on an event loop or a lane thread; must return soon.
    ///
    /// - Parameter otherwise: asked for only where the answer has to wait, for what is then called exactly once, from any thread: with
    ///   what the answer says of its receipt, or the refusal to send in its place, for instance when receipts cannot be written any
    ///   more. What the call changed stays changed.
    /// - Returns: what the answer says of its receipt, where it may leave at once.
    func witness(_ passage: PartnerPassage, otherwise: () -> @Sendable (Result<PassageProof, Refusal>) -> Void) -> PassageProof?
}

extension ExchangeWitness {
    public func admit() throws(Refusal) {}
}
