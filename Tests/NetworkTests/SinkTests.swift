import Network
import Synchronization
import Testing

/// Counts what it takes; answers 422 when it meets an exclamation mark.
final class Counter: HTTPBodySink {
    struct State {
        var bytes: [UInt8] = []
        var pieces = 0
        var abandoned = 0
    }

    let state = Mutex(State())

    func take(_ bytes: UnsafeBufferPointer<UInt8>) -> HTTPResponse? {
        state.withLock {
            $0.bytes += bytes
            $0.pieces += 1
        }
        return bytes.contains(33) ? HTTPResponse(status: 422, body: .bytes(Array("no".utf8))) : nil
    }

    func abandon() { state.withLock { $0.abandoned += 1 } }
}

/// Sends bodies where the path says.
final class Funnel: HTTPHandler {
    let counter = Counter()
    let limit: Int

    init(limit: Int) { self.limit = limit }

    func bodyLimit(method: HTTPMethod, path: String) -> Int { 10 }

    func bodyPlan(for head: HTTPRequest) -> HTTPBodyPlan {
        switch head.path {
        case "/sink": .sink(counter, limit: limit)
        case "/closed": .refuse(HTTPResponse(status: 403))
        default: .memory(limit: 10)
        }
    }

    func handle(_ request: HTTPRequest, _ exchange: HTTPExchange) {
        let text = "\(request.body.count) \((request.sink as? Counter)?.state.withLock { $0.bytes.count } ?? -1)"
        exchange.finish(HTTPResponse(body: .bytes(Array(text.utf8))))
    }
}

@Suite("Bodies that do not stay in memory")
struct SinkTests {
    let funnel = Funnel(limit: 5_000_000)
    let server: HTTPServer

    init() throws {
        var configuration = HTTPServer.Configuration(loops: 1)
        configuration.bodyStallTime = .milliseconds(150)
        server = HTTPServer(configuration: configuration, tls: nil, handler: funnel)
        try server.start()
    }

    private func client() throws -> HTTPClient { try HTTPClient(port: server.boundPort, trust: .plain) }

    @Test("A large body goes to its sink piece by piece, and the connection goes on")
    func whole() throws {
        defer { server.stop() }
        let client = try client()
        try client.send(Array("POST /sink HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3000000\r\n\r\n".utf8) + [UInt8](repeating: 65, count: 3_000_000))
        #expect(try client.readAnswer(to: .post).text == "0 3000000")
        #expect(funnel.counter.state.withLock { $0.pieces } > 10)
        #expect(try client.get("/").text == "0 -1")
        #expect(funnel.counter.state.withLock { $0.abandoned } == 0)
    }

    @Test("Chunks are taken apart on their way to the sink")
    func chunks() throws {
        defer { server.stop() }
        let client = try client()
        try client.send(Array("POST /sink HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n".utf8))
        #expect(try client.readAnswer(to: .post).text == "0 5")
        #expect(funnel.counter.state.withLock { String(decoding: $0.bytes, as: UTF8.self) } == "abcde")
    }

    @Test("What the sink refuses, what is not wanted, and what is too large is answered at once; then the connection ends", arguments: [
        ("/sink", "Content-Length: 100\r\n\r\nabc!", 422), ("/closed", "Content-Length: 100\r\n\r\nabc", 403),
        ("/sink", "Content-Length: 5000001\r\n\r\n", 413), ("/sink", "Transfer-Encoding: chunked\r\n\r\n3\r\nab!\r\n", 422),
        ("/sink", "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd", 400), ("/other", "Content-Length: 11\r\n\r\n", 413),
    ])
    func refused(path: String, rest: String, status: Int) throws {
        defer { server.stop() }
        let client = try client()
        try client.send(Array("POST \(path) HTTP/1.1\r\nHost: localhost\r\n\(rest)".utf8))
        let answer = try client.readAnswer(to: .post)
        #expect(answer.status == status)
        #expect(answer.headers["Connection"] == "close")
        #expect(try client.receive().isEmpty)
    }

    @Test("A sink is told once when the rest does not come", arguments: [true, false])
    func abandoned(isSlow: Bool) throws {
        defer { server.stop() }
        let client = try client()
        try client.send(Array("POST /sink HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc".utf8))
        #expect(eventually { funnel.counter.state.withLock { $0.bytes.count } == 3 })
        if isSlow {
            #expect(try client.readAnswer(to: .post).status == 408)
        } else {
            client.disconnect()
        }
        #expect(eventually { funnel.counter.state.withLock { $0.abandoned } == 1 })
    }
}
