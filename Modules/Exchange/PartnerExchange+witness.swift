import Crypto
public import Messages
import Vocabulary

/// A partner's answer leaves with its receipt's number, after the receipt is on disk.
extension PartnerExchange: ExchangeWitness {
    public func admit() throws(Refusal) { try receipts.admit() }

    public func witness(_ passage: PartnerPassage, then: @escaping @Sendable (Result<PassageProof, Refusal>) -> Void) {
        let digest = SHA256Sum(of: passage.answer)
        let leaving = receipts.record(passage, request: passage.requestDigest, answer: digest) {
            { id in then(.success(PassageProof(receipt: id, digest: digest))) }
        }
        if let leaving { then(.success(PassageProof(receipt: leaving, digest: digest))) }
    }
}
