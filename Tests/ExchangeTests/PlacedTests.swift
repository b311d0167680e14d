import Bus
import Glibc
import Messages
import Synchronization
import Testing
import Vocabulary

@testable import Exchange

/// The desk's plug-in at the other end of a socket, as if it ran in a process of its own.
private final class PlacedNotes: Sendable {
    let host = PlugLine(name: "notes")
    let remote: RemotePlug
    private let inside = PlugLine(name: "host")
    private let service: PlugService

    init(_ desk: ExchangeDesk) throws {
        remote = RemotePlug(id: "notes", site: "test", wiring: desk.plug.wiring, line: host)
        let bus = try SiteBus(site: "test", plugs: [desk.plug], outside: inside, clock: desk.clock, ids: desk.ids, log: .silent)
        service = PlugService(plug: desk.plug, bus: bus, line: inside, resources: [:])
    }

    /// Connects both ends, as after a start.
    func start() throws {
        var ends: [Int32] = [-1, -1]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        let (service, remote) = (service, remote)
        inside.connect(
            ends[1],
            service: .init(
                call: { frame, answer in if !service.take(frame, answer) { answer(.failure(.notFound)) } }, note: { _ in }, ended: { _ in }))
        host.connect(
            ends[0],
            service: .init(
                call: { _, answer in answer(.failure(.notFound)) }, note: { if $0.head.verb == "advanced" { remote.advanced() } }, ended: { _ in }))
        for line in [host, inside] { line.speak(.packed) }
        remote.advanced()
    }

    /// As a quarantine.
    func stop() {
        host.disconnect("test")
        host.refuseAll(.busy)
    }

    deinit { for line in [host, inside] { line.disconnect("over") } }
}

@Suite("事件流与回调：插件在自己的进程中")
struct PlacedTests {
    private func next(_ desk: ExchangeDesk, after: String? = nil, limit: Int = 100, wait: Int = 0) async throws -> EventFeed.Page {
        try await withCheckedThrowingContinuation { continuation in
            desk.exchange.feed.next(client: "bank", after: after, limit: limit, wait: .seconds(wait)) {
                continuation.resume(with: $0.mapError { $0 as any Error })
            }
        }
    }

    @Test("Pages are the same wherever the plug-in runs")
    func pages() async throws {
        let desk = try await ExchangeDesk()
        for index in 0..<120 {
            try await desk.happen(subject: "note/\(index)", index == 7 ? ["text": .string("sealed:\(MessageID(high: 1, low: 2)):AAAA")] : ["text": "a"])
            try await desk.happen(ExchangeDesk.hidden)
        }
        func all() async throws -> [JSONValue] {
            var events: [JSONValue] = []
            var cursor: String?
            while true {
                let page = try await next(desk, after: cursor, limit: 7)
                if page.events.isEmpty { return events }
                events += page.events
                cursor = page.cursor
            }
        }
        let inline = try await all()
        let placed = try PlacedNotes(desk)
        try placed.start()
        desk.attach([placed.remote])
        #expect(inline.count == 120)
        #expect(try await all() == inline)
    }

    @Test("Who waits is answered by the event of a placed plug-in, and a cursor of before goes on")
    func waiting() async throws {
        let desk = try await ExchangeDesk()
        try await desk.happen()
        let before = try await next(desk).cursor
        let placed = try PlacedNotes(desk)
        try placed.start()
        desk.attach([placed.remote])
        async let page = next(desk, after: before, wait: 30)
        let id = try await desk.happen()
        #expect(try await page.events.map { $0["id"]?.string } == [id.description])
    }

    @Test("A webhook gets the event once, also after the process was away")
    func webhook() async throws {
        let desk = try await ExchangeDesk()
        let placed = try PlacedNotes(desk)
        try placed.start()
        desk.attach([placed.remote])
        try await desk.happen()
        desk.box.advance(.seconds(1))
        _ = try await desk.exchange.webhooks.add(url: "https://bank.example/hook", types: [ExchangeDesk.opened], for: "bank")
        let first = try await desk.happen()
        await desk.advance(.seconds(1))
        placed.stop()
        await desk.advance(.seconds(1))
        await desk.advance(.seconds(1))
        #expect(desk.lines.count { $0.contains("webhooks-stalled") } == 1, "\(desk.lines)")
        let second = try await desk.happen()
        try placed.start()
        for _ in 0..<4 { await desk.advance(.seconds(1)) }
        #expect(desk.got.map { $0.json["id"]?.string } == [first.description, second.description])
    }

    @Test("While the process is away the others' events go on, and its own come when it is back")
    func away() async throws {
        let desk = try await ExchangeDesk()
        let id = try await desk.happen()
        let placed = try PlacedNotes(desk)
        try placed.start()
        placed.stop()
        desk.attach([placed.remote])
        let empty = try await next(desk)
        #expect(empty.events.isEmpty)
        #expect(desk.lines.count { $0.contains("feed-source-silent") } == 1)
        try placed.start()
        #expect(try await next(desk, after: empty.cursor).events.map { $0["id"]?.string } == [id.description])
    }
}
