import Bus
import Messages
import Store
import Synchronization
import TestKit
import Testing
import Vocabulary

@testable import Trunk

/// Who is known at a broker, and how a reader goes on after another run of its host.
@Suite("Readers at a NATS cluster", .serialized)
struct ReaderTests {
    private static let small = Dictionary([SiteEntry].small.map { ($0.id, $0) }) { first, _ in first }

    @Test("A card that comes while the others are looked up stays; one that could not be asked for keeps what was known, and is asked for again")
    func cards() throws {
        let (hunan, changsha, liuyang) = (try #require(Self.small["hunan"]), try #require(Self.small["changsha"]), try #require(Self.small["liuyang"]))
        let start = ContinuousClock.now
        var cards = SiteCards()
        cards.connected(now: start)
        func mustLook(_ seconds: Int) -> Bool { cards.mustLook(now: start + .seconds(seconds)) }
        #expect(mustLook(0) && !cards.isKnown)
        let isNew = (cards.heard(liuyang), cards.heard(liuyang))
        #expect(isNew == (true, false))
        // Found before the other one came, and without it.
        cards.found(["hunan": hunan], unread: ["liuyang": "x"], missed: [], soon: .seconds(2), now: start)
        #expect(cards.all == ["hunan": hunan, "liuyang": liuyang] && cards.unread.isEmpty && cards.isKnown)
        // Once more soon, since the first look may have been too early; then seldom.
        #expect(!mustLook(1) && mustLook(2))
        cards.found(["changsha": changsha], unread: ["zhuzhou": "x"], missed: ["hunan"], soon: .seconds(2), now: start + .seconds(3))
        #expect(cards.all == ["hunan": hunan, "changsha": changsha] && cards.unread == ["zhuzhou": "x"])
        #expect(mustLook(3))
        cards.found(["changsha": changsha], unread: [:], missed: [], soon: .seconds(2), now: start + .seconds(3))
        #expect(cards.all == ["changsha": changsha])
        #expect(!mustLook(100) && mustLook(603))
        cards.connected(now: start + .seconds(700))
        #expect(mustLook(700) && cards.isKnown)
        // After a start: what an earlier run knew of those that do not answer, unless they spoke meanwhile.
        var fresh = SiteCards()
        var renamed = liuyang
        renamed.title = "浏阳市新平台"
        _ = fresh.heard(renamed)
        #expect(!fresh.isKnown)
        fresh.found(["hunan": hunan, "liuyang": liuyang], unread: [:], missed: ["hunan", "liuyang"], soon: .seconds(2), now: start)
        #expect(fresh.all == ["hunan": hunan, "liuyang": renamed] && fresh.isKnown)
    }

    @Test(
        "What the broker hands to a request of a run that has ended comes again at once, not after its wait for an acknowledgement",
        .enabled(if: NATSCluster.program != nil))
    func handedElsewhere() async throws {
        let broker = try TrunkBroker.fresh()
        let upper = try await LinkedHost.start(["changsha"], broker: broker)
        let lower = try await LinkedHost.start(["liuyang"], broker: broker)
        try await lower.say("liuyang", .report, "1")
        try await until { try upper.board("changsha").count == 1 }
        let client = NATSClient(broker.client)
        client.start()
        try await until { client.isConnected }
        let taken = Mutex(0)
        let inbox = client.freshInbox()
        _ = client.subscribe(inbox) { message in if message.headers.status == nil { taken.withLock { $0 += 1 } } }
        let stream = StreamNames(network: broker.network).stream(of: "liuyang")
        try JetStream(client: client).pull("changsha", of: stream, count: 1, within: .seconds(60), heartbeat: .seconds(20), to: inbox)
        // Requests are served in turn, so one of the next few messages goes there.
        var last = 1
        while taken.withLock({ $0 }) == 0, last < 10 {
            last += 1
            try await lower.say("liuyang", .report, "\(last)")
            try await until { try upper.board("changsha").count == last || taken.withLock { $0 } > 0 }
        }
        #expect(taken.withLock { $0 } == 1)
        // The broker would wait for 120 s.
        try await until(seconds: 60) { try upper.board("changsha").count == last }
        #expect(try upper.board("changsha") == (1...last).map { "report of liuyang: \($0)" })
        client.stop()
        await lower.stop()
        await upper.stop()
    }

    @Test("A host that starts again goes on with the consumers that it left, though the stream has more that is not for it", .enabled(if: NATSCluster.program != nil))
    func goesOn() async throws {
        let broker = try TrunkBroker.fresh()
        let lower = try await LinkedHost.start(["liuyang"], broker: broker)
        let upper = try await LinkedHost.start(["changsha"], broker: broker)
        try await lower.say("liuyang", .report, "1")
        try await until { upper.map["liuyang"] != nil }
        _ = try await upper.send("changsha", "开会", to: "children")
        try await until { try upper.board("changsha").count == 2 && lower.board("liuyang").count == 1 && upper.sendings("changsha").map(\.state) == [.done] }
        let client = NATSClient(broker.client)
        client.start()
        try await until { client.isConnected }
        let stream = StreamNames(network: broker.network).stream(of: "liuyang")
        func made() throws -> String {
            struct Made: Decodable { var created: String }
            return try JetStream.decode(Made.self, client.request("$JS.API.CONSUMER.INFO.\(stream).changsha", []).payload).created
        }
        let before = try made()
        await upper.stop()
        let again = try await upper.restarted()
        try await lower.say("liuyang", .report, "2")
        try await until { try again.board("changsha").contains("report of liuyang: 2") }
        #expect(try made() == before)
        client.stop()
        await lower.stop()
        await again.stop()
    }

    @Test("A consumer is gone on with where everything it delivered was acknowledged, and nothing beyond the reader's place")
    func floor() throws {
        func consumer(delivered: Int64, floor: (consumer: Int64, stream: Int64), start: Int64) throws -> JetStream.ConsumerInfo {
            let text = #"""
                {"config": {"opt_start_seq": \#(start)}, "delivered": {"consumer_seq": \#(delivered), "stream_seq": 90}, "num_pending": 0,
                 "ack_floor": {"consumer_seq": \#(floor.consumer), "stream_seq": \#(floor.stream)}}
                """#
            return try JetStream.decode(JetStream.ConsumerInfo.self, Array(text.utf8))
        }
        #expect(try consumer(delivered: 5, floor: (5, 40), start: 1).goesOn(behind: 40))
        #expect(try consumer(delivered: 0, floor: (0, 0), start: 41).goesOn(behind: 40))
        // Delivered and never acknowledged; acknowledged by a later state of this host; begun behind what is missing.
        #expect(try !consumer(delivered: 6, floor: (5, 40), start: 1).goesOn(behind: 40))
        #expect(try !consumer(delivered: 5, floor: (5, 40), start: 1).goesOn(behind: 39))
        #expect(try !consumer(delivered: 0, floor: (0, 0), start: 42).goesOn(behind: 40))
        // Nobody reckons with a number that cannot be one.
        #expect(throws: NATSError.self) { try consumer(delivered: 0, floor: (0, 0), start: .min) }
    }
}
