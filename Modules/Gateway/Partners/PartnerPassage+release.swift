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
final class PartnerExit: AnswerTaker {
    let gateway: Gateway
    let site: SiteFace
    let entry: PartnerEntry
    /// The version of the contract, 0 where there is none.
    let contract: Int
    let message: WireName
    let request: HTTPRequest
    let time: Timestamp
    /// What is left of rate and quota, where they were looked at.
    let limits: PartnerMeters.Reading?
    /// The public interface that gives refusals its own form: the receipt is over what the partner gets.
    private let route: InterfaceRoute?
    private let exchange: HTTPExchange

    init(
        gateway: Gateway, site: SiteFace, entry: PartnerEntry, contract: Int, message: WireName, request: HTTPRequest, time: Timestamp,
        limits: PartnerMeters.Reading?, route: InterfaceRoute?, exchange: HTTPExchange
    ) {
        self.gateway = gateway
        self.site = site
        self.entry = entry
        self.contract = contract
        self.message = message
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

    func take(_ answer: PlainAnswer) {
        guard let witness = site.witness else { return leave(answer, nil) }
        let proof = witness.witness(passage(answer.body, 200)) {
            { [self] result in
                switch result {
                case .success(let proof): leave(answer, proof)
                case .failure(let refusal): withhold(refusal)
                }
            }
        }
        if let proof { leave(answer, proof) }
    }

    private func leave(_ response: HTTPResponse, _ proof: PassageProof?) {
        var response = response
        if let lines = lines(proof) { response.headers.add(lines) }
        exchange.finish(response)
    }

    private func leave(_ answer: PlainAnswer, _ proof: PassageProof?) {
        var answer = answer
        answer.more = lines(proof)
        exchange.finish(answer)
    }

    private func withhold(_ refusal: Refusal) {
        gateway.log(
            .error, "partner-answer-withheld", refusal.log, ("site", site.card.id), ("client", entry.client.id), ("message", message.description))
        exchange.finish(shaped(gateway.problem(refusal, instance: nil)))
    }

    private func shaped(_ response: HTTPResponse) -> HTTPResponse { route?.shape(response, request.path) ?? response }

    private func passage(_ answer: [UInt8], _ status: Int) -> PartnerPassage {
        PartnerPassage(
            time: time, site: site.card.id, client: entry.client.id, organisation: entry.client.organisation.code, contract: contract, message: message,
            method: request.method.rawValue, path: request.path, query: request.query, request: request.body, answer: answer, status: status)
    }

    /// `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers), `Receipt-Id` and `Content-Digest` (RFC 9530 §2).
    private func lines(_ proof: PassageProof?) -> FieldLines? {
        guard limits != nil || proof != nil else { return nil }
        return FieldLines(room: 384) { line in
            limits?.write(to: &line)
            guard let proof else { return }
            line.begin("Receipt-Id")
            line.uuid(proof.receipt.high, proof.receipt.low)
            line.end()
            line.begin("Content-Digest")
            line.text("sha-256=:")
            line.characters(44) { proof.digest.write(base64: $0) }
            line.text(":")
            line.end()
        }
    }
}
