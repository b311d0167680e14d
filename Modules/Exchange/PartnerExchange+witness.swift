import Crypto
public import Messages
import Vocabulary

/// A partner's answer leaves with its receipt's number, after the receipt is on disk.
extension PartnerExchange: ExchangeWitness {
    public func admit() throws(Refusal) { try receipts.admit() }

    public func witness(_ passage: PartnerPassage, otherwise: () -> @Sendable (Result<PassageProof, Refusal>) -> Void) -> PassageProof? {
        let digest = SHA256Sum(of: passage.answer)
        let leaving = receipts.record(passage, request: passage.requestDigest, answer: digest) {
            let then = otherwise()
            return { id in then(.success(PassageProof(receipt: id, digest: digest))) }
        }
        return leaving.map { PassageProof(receipt: $0, digest: digest) }
    }
}
