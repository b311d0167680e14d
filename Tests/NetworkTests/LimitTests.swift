import Foundation
import Network
import Synchronization
import Testing

@Suite("Limits, deadlines and endings")
struct LimitTests {
    @Test func aHeadThatDoesNotEndIsAnswered408() throws {
        let server = try TestServer { $0.headTime = .milliseconds(120) }
        let client = try server.client()
        try client.send(Array("GET / HTTP/1.1\r\nHost: loc".utf8))
        #expect(try client.readAnswer().status == 408)
        #expect(server.value("http_head_timeouts_total") == 1)
    }

    @Test func aBodyThatDripsIsAnswered408() throws {
        let server = try TestServer { $0.bodyStallTime = .milliseconds(120) }
        let client = try server.client()
        try client.send(Array("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nabc".utf8))
        #expect(try client.readAnswer(to: .post).status == 408)
        #expect(server.value("http_body_timeouts_total") == 1)
    }

    @Test func anIdleConnectionIsClosed() throws {
        let server = try TestServer { $0.idleTime = .milliseconds(120) }
        let client = try server.client()
        _ = try client.get("/")
        #expect(try client.receive().isEmpty)
        #expect(eventually { server.value("http_connections_open") == 0 })
    }

    @Test func aPeerThatNeverShakesHandsIsDropped() throws {
        let server = try TestServer { $0.handshakeTime = .milliseconds(120) }
        let client = try HTTPClient(port: server.server.boundPort, trust: .plain)
        try client.connect()
        #expect(try client.receive().isEmpty)
        #expect(server.value("tls_handshake_failures_total") == 1)
    }

    @Test func aHandlerThatNeverAnswersIsReplacedBy503() throws {
        let server = try TestServer { $0.answerTime = .milliseconds(120) }
        let client = try server.client()
        let answer = try client.get("/hold")
        #expect(answer.status == 503)
        #expect(answer.text.contains("network.answer-timeout"))
        server.echo.held.withLock { $0.first }?.finish(HTTPResponse())
        #expect(try client.get("/x").status == 200, "the server goes on")
    }

    @Test func aReaderThatStopsIsEvicted() throws {
        let server = try TestServer { $0.writeStallTime = .milliseconds(150) }
        let client = try server.client()
        try client.send(Array("GET /large?50000000 HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
        #expect(eventually { server.value("http_slow_readers_total") == 1 })
        #expect(eventually { server.value("http_connections_open") == 0 })
    }

    @Test func oneAddressGetsSoManyConnectionsAndNoMore() throws {
        let server = try TestServer { $0.connectionsPerAddress = 2 }
        let first = try server.client(), second = try server.client(), third = try server.client()
        _ = try first.get("/")
        _ = try second.get("/")
        #expect(throws: NetworkError.self) { try third.get("/") }
        #expect(server.value("http_refused_address_total") == 1)
        first.disconnect()
        #expect(eventually { server.value("http_connections_open") == 1 })
        #expect(try server.client().get("/").status == 200)
    }

    @Test func beyondAllConnectionsAPlainListenerSays503() throws {
        let server = try TestServer(plain: true) { $0.connections = 1 }
        let first = try server.client()
        _ = try first.get("/")
        let second = try server.client()
        try second.connect()
        #expect(String(decoding: try second.readToEnd(), as: UTF8.self).hasPrefix("HTTP/1.1 503 "))
    }

    @Test func aConnectionServesOnlySoManyRequests() throws {
        let server = try TestServer { $0.requestsPerConnection = 2 }
        let client = try server.client()
        #expect(try client.get("/").headers["Connection"] == nil)
        #expect(try client.get("/").headers["Connection"] == "close")
    }

    @Test func drainingFinishesOpenRequestsAndEndsIdleConnections() async throws {
        let server = try TestServer()
        let idle = try server.client(), busy = try server.client()
        _ = try idle.get("/")
        try busy.send(Array("GET /hold HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
        #expect(eventually { server.echo.held.withLock { $0.count } == 1 })
        let http = server.server
        // The clients block; on a thread of their own, started before the wait, they need nothing of the task pool.
        let talk = Talk(idle: idle, busy: busy, echo: server.echo)
        let seen = Seen()
        Thread.detachNewThread { seen.answer.withLock { $0 = try? talk.run() } }
        #expect(await http.drain(within: .seconds(30)))
        #expect(eventually { seen.answer.withLock { $0 } == HTTPAnswerSeen(goodbye: 0, text: "done", connection: "close") })
        #expect(throws: NetworkError.self) { try server.client().get("/") }
    }

    @Test func drainingGivesUpAfterItsTime() async throws {
        let server = try TestServer()
        let busy = try server.client()
        try busy.send(Array("GET /hold HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
        #expect(eventually { server.echo.held.withLock { $0.count } == 1 })
        #expect(await server.server.drain(within: .milliseconds(100)) == false)
    }

    @Test func aTakenPortAndAWrongAddressAreNamed() throws {
        let server = try TestServer()
        let port = server.server.boundPort
        let echo = Echo()
        let second = HTTPServer(configuration: .init(port: port, loops: 1), handler: echo)
        #expect { try second.start() } throws: { error in
            (error as? NetworkError)?.code == "network.port-taken" && "\(error)".contains("\(port)")
        }
        let third = HTTPServer(configuration: .init(host: "example", loops: 1), handler: echo)
        #expect { try third.start() } throws: { ($0 as? NetworkError)?.code == "network.address" }
        let fourth = HTTPServer(configuration: .init(port: 70_000, loops: 1), handler: echo)
        #expect { try fourth.start() } throws: { ($0 as? NetworkError)?.code == "network.port" }
    }

    @Test func anExchangeWithoutAConnectionCallsBack() async throws {
        let server = try TestServer(plain: true)
        let loop = server.server.loops[0]
        let answer = await withCheckedContinuation { continuation in
            let exchange = HTTPExchange(loop: loop) { continuation.resume(returning: $0) }
            server.echo.handle(HTTPRequest(method: .get, path: "/inside"), exchange)
        }
        guard case .bytes(let bytes) = answer.body else {
            Issue.record("no bytes")
            return
        }
        #expect(String(decoding: bytes, as: UTF8.self) == "GET /inside 0")
    }
}

private struct HTTPAnswerSeen: Equatable, Sendable {
    let goodbye: Int
    let text: String
    let connection: String?
}

/// Two blocking clients during a drain; handed to one thread and used by nobody else, hence unchecked.
private struct Talk: @unchecked Sendable {
    let idle: HTTPClient
    let busy: HTTPClient
    let echo: Echo

    func run() throws -> HTTPAnswerSeen {
        let goodbye = try idle.receive()
        echo.held.withLock { $0.first }?.finish(HTTPResponse(body: .bytes(Array("done".utf8))))
        let answer = try busy.readAnswer()
        busy.disconnect()
        return HTTPAnswerSeen(goodbye: goodbye.count, text: answer.text, connection: answer.headers["Connection"])
    }
}

private final class Seen: Sendable {
    let answer = Mutex<HTTPAnswerSeen?>(nil)
}
