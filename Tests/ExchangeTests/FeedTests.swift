import Messages
import Synchronization
import Testing
import Vocabulary

@testable import Exchange

@Suite("事件流：按游标取，取不到就等")
struct FeedTests {
    private func next(_ desk: ExchangeDesk, after: String? = nil, limit: Int = 100, wait: Int = 0, client: String = "bank") async throws -> EventFeed.Page {
        try await withCheckedThrowingContinuation { continuation in
            desk.exchange.feed.next(client: client, after: after, limit: limit, wait: .seconds(wait)) { continuation.resume(with: $0.mapError { $0 as any Error }) }
        }
    }

    @Test("Pages follow each other without gap or repetition, cut to the contract")
    func pages() async throws {
        let desk = try await ExchangeDesk()
        var ids: [String] = []
        for index in 0..<7 {
            ids.append(try await desk.happen(subject: "note/\(index)").description)
            try await desk.happen(ExchangeDesk.hidden)
        }
        var seen: [JSONValue] = []
        var cursor: String?
        repeat {
            let page = try await next(desk, after: cursor, limit: 3)
            seen += page.events
            cursor = page.cursor
            if page.events.isEmpty { break }
        } while true
        #expect(seen.map { $0["id"]?.string } == ids)
        #expect(seen.allSatisfy { $0["data"] == ["text": "a"] && $0["specversion"] == "1.0" })
    }

    @Test("A clock that was set back loses no event")
    func clockBack() async throws {
        let desk = try await ExchangeDesk()
        var ids: [String] = []
        for index in 0..<130 {
            desk.box.advance(.seconds(index % 7 == 6 ? -600 : 60))
            ids.append(try await desk.happen(subject: "note/\(index)").description)
        }
        var seen: [String?] = []
        var cursor: String?
        while true {
            let page = try await next(desk, after: cursor, limit: 50)
            if page.events.isEmpty { break }
            seen += page.events.map { $0["id"]?.string }
            cursor = page.cursor
        }
        #expect(seen == ids)
    }

    @Test("A personal value, sealed in the log, leaves masked")
    func personal() async throws {
        let desk = try await ExchangeDesk()
        let person = MessageID(high: 1, low: 2)
        try await desk.happen(ExchangeDesk.opened, ["text": .array([.string("sealed:\(person):AAAA"), "a"])])
        #expect(try await next(desk).events.first?["data"] == ["text": ["***", "a"]])
    }

    @Test("Who waits is answered by the next event, and by nothing else")
    func waiting() async throws {
        let desk = try await ExchangeDesk()
        let start = try await next(desk).cursor
        async let page = next(desk, after: start, wait: 30)
        // Something that the contract does not hold does not end the wait.
        try await desk.happen(ExchangeDesk.hidden)
        let id = try await desk.happen()
        #expect(try await page.events.map { $0["id"]?.string } == [id.description])
    }

    @Test("A wait ends empty when its time is over")
    func timeOver() async throws {
        let desk = try await ExchangeDesk()
        let box = Counter()
        desk.exchange.feed.next(client: "bank", after: nil, limit: 10, wait: .seconds(20)) { result in
            box.add((try? result.get())?.events.count ?? -1)
        }
        await desk.exchange.settle()
        await desk.advance(.seconds(19))
        #expect(box.values.isEmpty)
        await desk.advance(.seconds(1))
        #expect(box.values == [0])
    }

    @Test("A suspension ends a wait under way with a refusal")
    func suspended() async throws {
        let desk = try await ExchangeDesk()
        let box = Counter()
        desk.exchange.feed.next(client: "bank", after: nil, limit: 10, wait: .seconds(20)) { result in
            if case .failure(let refusal) = result { box.add(refusal.status) }
        }
        await desk.exchange.settle()
        desk.receiver.isSuspended.value = true
        await desk.advance(.milliseconds(250))
        #expect(box.values == [403])
    }

    @Test("Strange cursors and limits are refused", arguments: ["x y", "e30x", "WzFd", "eyJhIjotMX0"])
    func strange(cursor: String) async throws {
        let desk = try await ExchangeDesk()
        await #expect(throws: Refusal.cursor) { _ = try await next(desk, after: cursor) }
        await #expect(throws: Refusal.self) { _ = try await next(desk, limit: 0) }
        await #expect(throws: Refusal.self) { _ = try await next(desk, wait: 31) }
        await #expect(throws: Refusal.ended) { _ = try await next(desk, client: "nobody") }
    }

    @Test("One client holds at most four waits")
    func bounded() async throws {
        let desk = try await ExchangeDesk()
        let box = Counter()
        for _ in 0..<5 {
            desk.exchange.feed.next(client: "bank", after: nil, limit: 10, wait: .seconds(20)) { result in
                if case .failure(let refusal) = result { box.add(refusal.status) }
            }
            await desk.exchange.settle()
        }
        #expect(box.values == [429])
    }
}

final class Counter: Sendable {
    private let kept = Mutex<[Int]>([])
    var values: [Int] { kept.withLock { $0 } }
    func add(_ value: Int) { kept.withLock { $0.append(value) } }
}
