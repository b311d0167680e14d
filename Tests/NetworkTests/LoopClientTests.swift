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

    @Test("an answer that drips byte by byte, so that no wait is ever long, ends with the time for the whole; so does a handshake; a slow one that keeps the rate is read")
    func drips() async throws {
        defer { loop.stop() }
        func answer(_ length: Int) -> [UInt8] { Array("HTTP/1.1 200 OK\r\nContent-Length: \(length)\r\n\r\n".utf8) + [UInt8](repeating: 65, count: length) }
        // The whole would take more than an hour, however late this task is called.
        let endless = try Dripper(answer(1_000_000)), dripping = try Dripper(answer(400))
        let record = try Dripper([0x16, 3, 3, 0x40, 0] + [UInt8](repeating: 0, count: 0x4000))
        func client(rate: Int, _ trust: HTTPClient.Trust = .plain, at port: Int) throws -> LoopClient {
            let address = try #require(SocketAddress("127.0.0.1", port: port))
            return try LoopClient(address, loop: loop, trust: trust, serverName: "localhost", timeout: .milliseconds(200), lowestRate: rate)
        }
        let late = await #expect(throws: NetworkError.self) { try await client(rate: 1000, at: endless.port).request(.get, "/") }
        #expect(late?.code == "network.timeout")
        let shaking = await #expect(throws: NetworkError.self) { try await client(rate: 1, .anyone, at: record.port).request(.get, "/") }
        #expect(shaking?.code == "network.timeout")
        // Each byte gives a second more.
        #expect(try await client(rate: 1, at: dripping.port).request(.get, "/").body.count == 400)
        #expect(loop.waiting == 0)
    }

    @Test("a record of TLS that comes byte by byte is read to its end where its bytes keep the rate, and ends with the time for the whole where they do not")
    func slowRecord() async throws {
        defer { loop.stop() }
        let server = try TestServer(), place = try Place(server)
        func answered(rate: Int) async throws -> HTTPClient.Answer {
            let line = try DrippingLine(to: place.address)
            defer { line.end() }
            let client = try LoopClient(
                try #require(SocketAddress("127.0.0.1", port: line.port)), loop: loop, trust: .system(also: place.authority), serverName: "localhost",
                timeout: .seconds(2), lowestRate: rate)
            // On a busy machine a handshake may take longer than that: then once more.
            for _ in 0..<30 where !client.isConnected { _ = try? await client.request(.get, "/") }
            #expect(client.isConnected)
            line.drips.store(true, ordering: .relaxed)
            return try await client.request(.get, "/large?1000")
        }
        // Each byte gives a second more, or a thousandth of one.
        #expect(try await answered(rate: 1).body.count == 1000)
        let late = await #expect(throws: NetworkError.self) { try await answered(rate: 1000) }
        #expect(late?.code == "network.timeout")
        #expect(loop.waiting == 0)
    }

    @Test("a blocking client ends a handshake that drips with the time for connecting")
    func blockingHandshake() async throws {
        defer { loop.stop() }
        let record = try Dripper([0x16, 3, 3, 0x40, 0] + [UInt8](repeating: 0, count: 0x4000))
        let port = record.port
        let late = await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var found: NetworkError?
                do { try HTTPClient(port: port, trust: .anyone, timeout: .milliseconds(200)).connect() } catch { found = error as? NetworkError }
                continuation.resume(returning: found)
            }
        }
        #expect(late?.code == "network.timeout")
    }

    @Test("a blocking client ends a read of a record that drips with the time for one read")
    func blockingRecord() async throws {
        defer { loop.stop() }
        let server = try TestServer(), place = try Place(server)
        let line = try DrippingLine(to: place.address)
        let (port, authority) = (line.port, place.authority)
        let late = await withCheckedContinuation { (continuation: CheckedContinuation<NetworkError?, Never>) in
            Thread.detachNewThread {
                var found: NetworkError?
                do {
                    let client = try HTTPClient(port: port, trust: .system(also: authority), timeout: .seconds(2))
                    guard try client.request(.get, "/").status == 200 else { return continuation.resume(returning: nil) }
                    line.drips.store(true, ordering: .relaxed)
                    // Five seconds long a byte comes every five milliseconds.
                    _ = try client.request(.get, "/large?1000")
                } catch { found = error as? NetworkError }
                continuation.resume(returning: found)
            }
        }
        #expect(late?.code == "network.receive")
    }

    @Test("interim answers without end are no answer")
    func interimFlood() throws {
        var reader = AnswerReader(to: .get, limit: 10, isPatient: true)
        let interim = Array("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n".utf8)
        let error = #expect(throws: NetworkError.self) { for _ in 0..<10_000 { _ = try reader.feed(interim) } }
        #expect(error?.code == AnswerReader.malformed)
    }

    @Test("half an exchange may take a wait and the time for what moved at the lowest rate; one wait is never longer; the next half begins anew")
    func exchangeTime() throws {
        var time = ExchangeTime(.seconds(40), rate: 500, now: 1000)
        #expect(try time.left(now: 1000) == .seconds(40))
        time.move(1)
        #expect(try time.left(now: 41_001) == .milliseconds(1))
        #expect(throws: NetworkError.self) { try time.left(now: 41_002) }
        time.move(2_000_000)
        #expect(try time.left(now: 41_002) == .seconds(40))
        #expect(try time.left(now: 4_041_000) == .milliseconds(2))
        #expect(throws: NetworkError.self) { try time.left(now: 4_041_002) }
        time.begin(now: 5_000_000)
        #expect(try time.left(now: 5_039_999) == .milliseconds(1))
        #expect(throws: NetworkError.self) { try time.left(now: 5_040_000) }
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

/// Gives everybody the same, a byte every five milliseconds, whatever is asked.
private final class Dripper: Sendable {
    let port: Int
    private let listener: Int32

    init(_ answer: [UInt8]) throws {
        (listener, port) = try loopbackListener()
        let listener = listener
        Thread.detachNewThread {
            defer { close(listener) }
            while case let peer = accept(listener, nil, nil), peer >= 0 {
                Thread.detachNewThread {
                    drip(answer, to: peer)
                    // Closed with something unread, the connection would be reset, and what is still on its way lost.
                    shutdown(peer, Int32(SHUT_WR))
                    var rest = [UInt8](repeating: 0, count: 4096)
                    while recv(peer, &rest, rest.count, 0) > 0 {}
                    close(peer)
                }
            }
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }
}

/// A line to a server on which what comes down can be made to drip.
private final class DrippingLine: Sendable {
    let port: Int
    let drips = Atomic<Bool>(false)
    private let listener: Int32

    init(to target: SocketAddress) throws {
        (listener, port) = try loopbackListener()
        Thread.detachNewThread { [self] in
            while case let near = accept(listener, nil, nil), near >= 0 {
                let far = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
                guard target.withPointer({ connect(far, $0, $1) }) == 0 else { break }
                Thread.detachNewThread { Self.carry(from: near, to: far) { send(far, $0, $1, Int32(MSG_NOSIGNAL)) } }
                Thread.detachNewThread { [self] in
                    Self.carry(from: far, to: near) { piece, count in
                        guard drips.load(ordering: .relaxed) else { return send(near, piece, count, Int32(MSG_NOSIGNAL)) }
                        return drip(Array(UnsafeBufferPointer(start: piece, count: count)), to: near)
                    }
                }
            }
            close(listener)
        }
    }

    func end() { shutdown(listener, Int32(SHUT_RDWR)) }

    private static func carry(from: Int32, to: Int32, _ pass: (UnsafePointer<UInt8>, Int) -> Int) {
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while case let count = recv(from, &piece, piece.count, 0), count > 0, pass(piece, count) == count {}
        shutdown(from, Int32(SHUT_RDWR))
        shutdown(to, Int32(SHUT_RDWR))
    }
}

private func loopbackListener() throws -> (descriptor: Int32, port: Int) {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(listener, $0, size) == 0 && listen(listener, 8) == 0 && getsockname(listener, $0, &size) == 0
        }
    }
    guard isBound else { throw POSIXError(.EADDRINUSE) }
    return (listener, Int(UInt16(bigEndian: address.sin_port)))
}

/// - Returns: how many bytes were sent.
@discardableResult
private func drip(_ bytes: [UInt8], to peer: Int32) -> Int {
    for (place, each) in bytes.enumerated() {
        var byte = each
        guard send(peer, &byte, 1, Int32(MSG_NOSIGNAL)) == 1 else { return place }
        usleep(5_000)
    }
    return bytes.count
}
