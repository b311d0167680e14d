import Foundation
import Synchronization
import Testing

@testable import Network

@Suite("Clients that wait with a loop")
struct LoopClientTests {
    private let loop = EventLoop()

    init() throws { try loop.start() }

    /// A server's address and authority.
    private struct Place: Sendable {
        var address: SocketAddress
        var authority: String?

        init(_ server: TestServer) throws {
            address = try #require(SocketAddress("127.0.0.1", port: server.server.boundPort))
            authority = server.authority
        }
    }

    private func client(_ place: Place, timeout: Duration = .seconds(60), certificate: (file: String, key: String)? = nil) throws -> LoopClient {
        try LoopClient(place.address, loop: loop, trust: .system(also: place.authority), serverName: "localhost", timeout: timeout, certificate: { certificate })
    }

    private func held(at place: Place) -> Task<HTTPClient.Answer, any Error> { Task { try await client(place).request(.post, "/hold") } }

    private func until(_ holds: () -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(120)
        while !holds() {
            try #require(ContinuousClock.now < end)
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    @Test("a hundred that wait for their answers are a hundred waits of one loop, and each gets its answer")
    func many() async throws {
        defer { loop.stop() }
        let server = try TestServer(), place = try Place(server)
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<100 { group.addTask { try await client(place).request(.post, "/hold").text } }
            try await until { server.echo.held.withLock { $0.count } == 100 && loop.waiting == 100 }
            _ = try await client(place).request(.get, "/let-go")
            for try await text in group { #expect(text == "held") }
        }
        #expect(loop.waiting == 0)
    }

    @Test("what does not go in one piece arrives whole in both directions; a stream without a length is read to its end; the session is resumed")
    func whole() async throws {
        defer { loop.stop() }
        let server = try TestServer(limit: 8 << 20)
        let client = try client(Place(server))
        #expect(try await client.request(.post, "/", body: [UInt8](repeating: 7, count: 5 << 20)).text == "POST / \(5 << 20)")
        #expect(try await client.request(.get, "/large?3000000").body.count == 3_000_000)
        #expect(try await client.request(.get, "/stream").text == "piecepiecepiece")
        #expect(client.isConnected)
        client.disconnect()
        #expect(try await client.request(.get, "/").status == 200)
        #expect(server.value("tls_handshakes_resumed_total") == 1)
    }

    @Test("an answer that does not come in time, a certificate of others, nobody there: each is an error, and the connection ends")
    func failures() async throws {
        defer { loop.stop() }
        let server = try TestServer()
        var place = try Place(server)
        let late = try client(place, timeout: .milliseconds(50))
        await #expect(throws: NetworkError.self) { try await late.request(.get, "/hold") }
        #expect(!late.isConnected && loop.waiting == 0)
        place.authority = nil
        let stranger = try client(place)
        await #expect(throws: NetworkError.self) { try await stranger.request(.get, "/") }
        server.server.stop()
        let alone = try client(place)
        await #expect(throws: NetworkError.self) { try await alone.request(.get, "/") }
        #expect(loop.waiting == 0)
    }

    @Test("whoever waits is let go when the task is cancelled, before it waits too, and when the loop ends; afterwards nobody waits with it")
    func ends() async throws {
        let server = try TestServer(), place = try Place(server)
        let cancelled = held(at: place)
        try await until { server.echo.held.withLock { $0.count } == 1 && loop.waiting == 1 }
        cancelled.cancel()
        await #expect(throws: NetworkError.self) { try await cancelled.value }
        let early = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await client(place).request(.get, "/hold")
        }
        await #expect(throws: NetworkError.self) { try await early.value }
        let last = held(at: place)
        try await until { server.echo.held.withLock { $0.count } >= 2 && loop.waiting == 1 }
        loop.stop()
        await #expect(throws: NetworkError.self) { try await last.value }
        await #expect(throws: NetworkError.self) { try await client(place).request(.get, "/") }
        #expect(loop.waiting == 0)
    }

    @Test("clients that believe the same share what is made of it, whatever each shows of itself")
    func shared() async throws {
        defer { loop.stop() }
        let server = try TestServer(clientCA: true)
        let one = try ClientTLS.shared(.system(also: server.authority), protocols: ["http/1.1"])
        #expect(try ClientTLS.shared(.system(also: server.authority), protocols: ["http/1.1"]) === one)
        #expect(try ClientTLS.shared(.system(also: server.authority), protocols: []) !== one)
        #expect(try ClientTLS.shared(.system(also: nil), protocols: ["http/1.1"]) !== one)
        let wrong = try client(Place(server), certificate: (server.folder + "/none.pem", server.folder + "/none.key"))
        let error = await #expect(throws: NetworkError.self) { try await wrong.request(.get, "/") }
        #expect(error?.code == "network.client-certificate")
    }
}
