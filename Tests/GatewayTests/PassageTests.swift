import Crypto
import Exchange
import Identity
import Messages
import Network
import PluginKit
import Synchronization
import TestKit
import Testing

@testable import Gateway

/// Keeps what it sees, and answers when the test says so.
final class SlowWitness: ExchangeWitness {
    typealias Verdict = Result<PassageProof, Refusal>
    private let seen = Mutex<[(passage: PartnerPassage, then: @Sendable (Verdict) -> Void)]>([])

    func witness(_ passage: PartnerPassage, otherwise: () -> @Sendable (Verdict) -> Void) -> PassageProof? {
        seen.withLock { $0.append((passage, otherwise())) }
        return nil
    }

    var passages: [PartnerPassage] { seen.withLock { $0.map(\.passage) } }
    /// Once a call has come.
    func decide(_ verdict: Verdict) async {
        while passages.isEmpty { await Task.yield() }
        let waiting = seen.withLock { seen -> [@Sendable (Verdict) -> Void] in seen.map(\.then) }
        for then in waiting { then(verdict) }
    }
}

@Suite("Gateway: every answer to a partner passes the witness", .timeLimit(.minutes(2)))
struct PassageTests {
    @Test("without a witness it leaves at once", arguments: TestTransport.both)
    func unwitnessed(transport: TestTransport) async throws {
        let partner = try await PartnerHost()
        let program = try await partner.program(transport)
        try partner.watch(nil)
        let answer = try await program.get("/api/test/desk/slips")
        #expect(answer.status == 200 && answer["Receipt-Id"] == nil && answer["RateLimit"]?.contains("r=599") == true)
    }

    @Test("the witness sees status and bytes, and what proves them goes with the answer when it says so", arguments: TestTransport.both)
    func delayed(transport: TestTransport) async throws {
        let partner = try await PartnerHost()
        let program = try await partner.program(transport)
        let witness = SlowWitness()
        try partner.watch(witness)
        async let asked = program.get("/api/test/desk/slips?longerThan=2", [("X-Request-Id", "number-7")])
        let proof = PassageProof(receipt: QuickWitness.receipt, digest: SHA256Sum(of: []))
        await witness.decide(.success(proof))
        let answer = try await asked
        let seen = try #require(witness.passages.first)
        #expect(seen.status == 200 && seen.target == "GET /api/test/desk/slips?longerThan=2")
        #expect(seen.answer == answer.body)
        #expect(answer.status == 200 && answer["X-Request-Id"] == "number-7")
        #expect(answer["Receipt-Id"] == proof.receipt.description)
        #expect(answer["Content-Digest"] == "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:")
    }

    @Test("a witness that cannot write puts a refusal in the answer's place", arguments: TestTransport.both)
    func withheld(transport: TestTransport) async throws {
        let partner = try await PartnerHost()
        let program = try await partner.program(transport)
        let witness = SlowWitness()
        try partner.watch(witness)
        async let asked = program.get("/api/test/desk/slips")
        await witness.decide(.failure(.busy))
        let answer = try await asked
        #expect(answer.status == 503 && answer["Retry-After"] == "2" && answer["Receipt-Id"] == nil)
    }

    @Test("limits, filter and receipt are those of the contract in force, from the next call on and for each message", arguments: TestTransport.both)
    func newVersion(transport: TestTransport) async throws {
        let partner = try await PartnerHost()
        let program = try await partner.program(transport)
        let witness = QuickWitness()
        try partner.watch(witness)
        for _ in 0..<2 {
            let answer = try await program.get("/api/test/desk/slips")
            #expect(answer["RateLimit-Policy"] == "\"minute\";q=600;w=60, \"day\";q=1000;w=86400")
            _ = try await program.tell("/api/test/desk/slips", #"{"text":"一"}"#)
        }
        #expect(witness.passages.map(\.message) == ["desk.find-slips.v1", "desk.leave-slip.v1", "desk.find-slips.v1", "desk.leave-slip.v1"])
        try await partner.record(rate: 30, quota: 50, messages: [.init("desk.find-slips.v1", fields: ["nothing"])])
        let answer = try await program.get("/api/test/desk/slips")
        #expect(answer["RateLimit-Policy"] == "\"minute\";q=30;w=60, \"day\";q=50;w=86400")
        #expect(answer["RateLimit"]?.contains("\"day\";r=45;t=") == true)
        #expect(try await program.tell("/api/test/desk/slips", #"{"text":"一"}"#).status == 403)
        #expect(witness.passages.map(\.contract) == [1, 1, 1, 1, 2, 2])
        #expect(witness.passages.last?.message == "desk.leave-slip.v1")
        #expect(witness.passages.dropLast().last.map { $0.answer.count } ?? 100 < (witness.passages.first?.answer.count ?? 0))
    }
}
