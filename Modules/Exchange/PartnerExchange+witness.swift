import Crypto
public import Messages
import Vocabulary

/// A partner's answer leaves with its receipt's number, after the receipt is on disk.
extension PartnerExchange: ExchangeWitness {
    public func admit() throws(Refusal) { try receipts.admit() }

    public func witness(
        _ passage: PartnerPassage, then: @escaping @Sendable (Result<[(name: String, value: String)], Refusal>) -> Void
    ) {
        let digest = Digest.sha256.of(passage.answer)
        let request = Digest.sha256.of(Array(passage.target.utf8) + [10] + passage.request)
        let call = PartnerCall(
            id: MessageID(high: 0, low: 0), time: passage.time, site: passage.site, client: passage.client,
            organisation: passage.organisation, contract: passage.contract, message: passage.message, requestDigest: request.hexadecimal,
            answerDigest: digest.hexadecimal, status: passage.status)
        receipts.record(call) { id in
            // RFC 9530 §2: the digest of the content as it leaves.
            then(.success([("Receipt-Id", id.description), ("Content-Digest", "sha-256=:\(Base64.encodePadded(digest)):")]))
        }
    }
}
