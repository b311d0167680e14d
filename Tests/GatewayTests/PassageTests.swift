import Exchange
import Host
import Messages
import Network
import PluginKit
import Synchronization
import TestKit
import Testing
import Vocabulary

@testable import Gateway

/// Keeps what it sees, and answers when the test says so.
final class SlowWitness: ExchangeWitness {
    typealias Verdict = Result<[(name: String, value: String)], Refusal>
    private let seen = Mutex<[(passage: PartnerPassage, then: @Sendable (Verdict) -> Void)]>([])

    func witness(_ passage: PartnerPassage, then: @escaping @Sendable (Verdict) -> Void) {
        seen.withLock { $0.append((passage, then)) }
    }

    var passages: [PartnerPassage] { seen.withLock { $0.map(\.passage) } }
    func decide(_ verdict: Verdict) {
        let waiting = seen.withLock { seen -> [@Sendable (Verdict) -> Void] in seen.map(\.then) }
        for then in waiting { then(verdict) }
    }
}

@Suite("Gateway: every answer to a partner passes the witness")
struct PassageTests {
    let host: TestHost
    let loop = EventLoop()

    init() async throws {
        host = try await TestHost([InstalledPlugin(Desk.self)])
        try loop.start()
    }

    private func passage() throws -> PartnerPassage {
        PartnerPassage(
            time: host.clock.now, site: "test", client: "demo-bank", organisation: try #require(CreditCode("91350100M000100Y43")),
            contract: 2, message: "desk.find-slips.v1", target: "GET /api/test/desk/slips", request: [], answer: [], status: 0)
    }

    /// What leaves, in its order.
    private func release(_ witness: SlowWitness?) throws -> AsyncStream<HTTPResponse>.AsyncIterator {
        let (answers, finish) = AsyncStream<HTTPResponse>.makeStream()
        let exchange = HTTPExchange(loop: loop) { finish.yield($0) }
        host.host.gateway.release(.json(200, Array(#"{"a":1}"#.utf8)), try passage(), by: witness, to: exchange)
        return answers.makeAsyncIterator()
    }

    @Test("without a witness it leaves at once")
    func unwitnessed() async throws {
        var answers = try release(nil)
        #expect(await answers.next()?.status == 200)
        loop.stop()
    }

    @Test("the witness sees status and bytes, and its fields go with the answer when it says so")
    func delayed() async throws {
        let witness = SlowWitness()
        var answers = try release(witness)
        let seen = try #require(witness.passages.first)
        #expect(seen.status == 200)
        #expect(seen.answer == Array(#"{"a":1}"#.utf8))
        witness.decide(.success([("X-Receipt", "7")]))
        let answer = await answers.next()
        #expect(answer?.headers["X-Receipt"] == "7")
        #expect(answer?.status == 200)
        loop.stop()
    }

    @Test("a witness that cannot write puts a refusal in the answer's place")
    func withheld() async throws {
        let witness = SlowWitness()
        var answers = try release(witness)
        witness.decide(.failure(.busy))
        let answer = await answers.next()
        #expect(answer?.status == 503)
        #expect(answer?.headers["Retry-After"] == "2")
        loop.stop()
    }
}
