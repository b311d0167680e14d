import Bus
import Crypto
import Exchange
import Identity
import Messages
import Network
import Pages
import PluginKit
import Vocabulary

/// The one way by which every answer to a partner leaves, refusals alike: the site's witness sees it first, may delay it until the
/// receipt is durable, or puts a refusal in its place. Without a witness the answer leaves as it is.
///
/// Unchecked: what changes is changed by whoever takes or sends the answer, one after the other, before it is sent; that is why the accesses are not
/// checked at run time either.
final class PartnerExit: AnswerTaker, FieldSource, @unchecked Sendable {
    private let gateway: Gateway
    private let site: SiteFace
    private let standing: PartnerStanding
    private let request: HTTPRequest
    private let time: Timestamp
    /// What is left of rate and quota, where they were looked at.
    private let limits: PartnerMeters.Reading?
    /// The public interface that gives refusals its own form: the receipt is over what the partner gets.
    private let route: InterfaceRoute?
    /// The answer, while its receipt is made.
    @exclusivity(unchecked) private var plain: PlainAnswer?
    /// What the answer says of its receipt.
    @exclusivity(unchecked) private var proof: PassageProof?
    /// Given up with the answer, which holds this exit until it is written.
    @exclusivity(unchecked) private var exchange: HTTPExchange?

    init(
        gateway: Gateway, site: SiteFace, standing: PartnerStanding, request: HTTPRequest, time: Timestamp, limits: PartnerMeters.Reading?,
        route: InterfaceRoute?, exchange: HTTPExchange
    ) {
        self.gateway = gateway
        self.site = site
        self.standing = standing
        self.request = request
        self.time = time
        self.limits = limits
        self.route = route
        self.exchange = exchange
    }

    func take(_ response: consuming HTTPResponse) {
        let response = shaped(response)
        guard let witness = site.witness else { return leave(response, nil) }
        let body: [UInt8] = if case .bytes(let bytes) = response.body { bytes } else { [] }
        let proof = witness.witness(passage(body, response.status)) {
            { [self] result in
                switch result {
                case .success(let proof): leave(response, proof)
                case .failure(let refusal): withhold(refusal)
                }
            }
        }
        if let proof { leave(response, proof) }
    }

    func take(_ answer: consuming PlainAnswer) {
        let passage = passage(answer.body, 200)
        plain = consume answer
        guard let witness = site.witness else { return leave(nil) }
        let proof = witness.witness(passage) {
            { [self] result in
                switch result {
                case .success(let proof): leave(proof)
                case .failure(let refusal): withhold(refusal)
                }
            }
        }
        if let proof { leave(proof) }
    }

    private func leave(_ response: HTTPResponse, _ proof: PassageProof?) {
        self.proof = proof
        var response = response
        response.headers.add(FieldLines(self))
        exchange.take()?.finish(response)
    }

    private func leave(_ proof: PassageProof?) {
        self.proof = proof
        guard var answer = plain.take() else { return }
        answer.more = self
        exchange.take()?.finish(answer)
    }

    private func withhold(_ refusal: Refusal) {
        plain = nil
        gateway.log(
            .error, "partner-answer-withheld", refusal.log, ("site", site.card.id), ("client", standing.form.client),
            ("message", standing.form.message.description))
        exchange.take()?.finish(shaped(gateway.problem(refusal, instance: nil)))
    }

    private func shaped(_ response: HTTPResponse) -> HTTPResponse { route?.shape(response, request.path) ?? response }

    private func passage(_ answer: [UInt8], _ status: Int) -> PartnerPassage {
        PartnerPassage(
            standing.form, time: time, method: request.method.rawValue, path: request.path, query: request.query, request: request.body, answer: answer,
            status: status)
    }

    // MARK: - Fields

    var fieldRoom: Int { 384 }

    /// Limits, `Receipt-Id` and `Content-Digest` (RFC 9530 §2).
    func writeFields(_ line: inout FieldLines.Writer) {
        if let limits { standing.write(limits, to: &line) }
        guard let proof else { return }
        line.append(Self.receiptField)
        line.uuid(proof.receipt.high, proof.receipt.low)
        line.append(Self.digestField)
        line.characters(44) { proof.digest.write(base64: $0) }
        line.text(":")
        line.end()
    }

    private static let receiptField = FieldLines(room: 32) { $0.begin("Receipt-Id") }
    /// Behind the receipt's number.
    private static let digestField = FieldLines(room: 48) { line in
        line.end()
        line.begin("Content-Digest")
        line.text("sha-256=:")
    }
}
