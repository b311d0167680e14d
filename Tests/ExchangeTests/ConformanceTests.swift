import Crypto
import Messages
import Synchronization
import Testing
import Vocabulary

@testable import Exchange

@Suite("对接核验：指出没有做到的条款")
struct ConformanceTests {
    /// A receiver as the convention wants it, or one that forgets something.
    private enum Flaw: String, CaseIterable { case none, signature, time, duplicate, unknown }

    private func results(_ flaw: Flaw) async throws -> [String] {
        let desk = try await ExchangeDesk()
        let (endpoint, secret) = try await desk.exchange.webhooks.add(url: "https://hooks.example.cn/in", types: [ExchangeDesk.opened], for: "bank")
        let seen = Mutex<Set<String>>([])
        desk.answers { [box = desk.box] got in
            let id = got.headers["webhook-id"] ?? ""
            let now = box.now.milliseconds / 1000
            let time = got.headers["webhook-timestamp"].flatMap { Int64($0) } ?? 0
            let isRight = WebhookSignature.isValid(
                header: got.headers["webhook-signature"] ?? "", id: id, timestamp: time, body: got.body, secrets: [secret],
                now: flaw == .time ? time : now)
            guard isRight || flaw == .signature else { return WebhookAnswer(status: 401) }
            if !seen.withLock({ $0.insert(id).inserted }), flaw == .duplicate { return WebhookAnswer(status: 409) }
            if got.json["type"] == "exchange.unknown-thing.v1", flaw == .unknown { return WebhookAnswer(status: 400) }
            return WebhookAnswer(status: 200)
        }
        return try await desk.exchange.webhooks.conform(endpoint.id, of: "bank").filter { !$0.passed }.map(\.clause)
    }

    @Test("A receiver that keeps the convention passes; each flaw is named by its clause")
    func receiver() async throws {
        #expect(try await results(.none) == [])
        #expect(try await results(.signature) == ["W3", "W4", "W5", "W6", "W7"])
        #expect(try await results(.time) == ["W5", "W6"])
        #expect(try await results(.duplicate) == ["W8"])
        #expect(try await results(.unknown) == ["W10"])
    }

    @Test("The calls that a partner still owes are named")
    func calls() async throws {
        let desk = try await ExchangeDesk()
        let command: WireName = "notes.open-note.v1"
        func call(_ message: WireName, _ status: Int = 200, _ request: String = "1", _ answer: String = "1") throws -> PartnerCall {
            var call = try desk.call(status: status)
            call.message = message
            call.requestDigest = request
            call.answerDigest = answer
            return call
        }
        func failed(_ calls: [PartnerCall]) -> [String] { Conformance.calls(calls, commands: [command]).filter { !$0.passed }.map(\.clause) }
        #expect(failed([]) == ["C1", "C2", "C3", "C4", "C5", "C6"])
        let good = [
            try call("notes.find-notes.v1"), try call(command, 200, "2"), try call(command, 200, "2"), try call("notes.find-notes.v1", 403, "3"),
            try call(ExchangeMessage.receipt), try call(ExchangeMessage.events),
        ]
        #expect(failed(good) == [])
        // Another answer to the same command: the key was not sent again.
        #expect(failed(good.dropLast(4) + [try call(command, 200, "2", "9")] + good.dropFirst(3)) == ["C3"])
        #expect(failed(good + Array(repeating: try call("notes.find-notes.v1", 403, "3"), count: 3)) == ["C4"])
    }
}
