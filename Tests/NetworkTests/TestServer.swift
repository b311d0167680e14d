import Dispatch
import Foundation
import Network
import Synchronization
import Testing

/// Answers that the tests know by heart.
final class Echo: HTTPHandler {
    let held = Mutex<[HTTPExchange]>([])
    let limit: Int
    let folder: String
    /// Paths in the order in which they were handled.
    let seen = Mutex<[String]>([])

    init(limit: Int = 1 << 20, folder: String = "/tmp") {
        self.limit = limit
        self.folder = folder
    }

    /// Opened by the test after `/stop`.
    let gate = DispatchSemaphore(value: 0)

    /// Whether every request is refused with 429.
    let refuses = Mutex(false)

    func refusal(method: HTTPMethod, path: String, address: NetworkAddress) -> HTTPResponse? {
        refuses.withLock { $0 } ? HTTPResponse(status: 429) : nil
    }

    func bodyLimit(method: HTTPMethod, path: String) -> Int { limit }

    func handle(_ request: HTTPRequest, _ exchange: HTTPExchange) {
        seen.withLock { $0.append(request.path) }
        switch request.path {
        case "/hold":
            held.withLock { $0.append(exchange) }
        case "/let-go":
            for one in held.withLock({ $0 }) { one.finish(HTTPResponse(body: .bytes(Array("held".utf8)))) }
            exchange.finish(HTTPResponse())
        case "/stop":
            // The loop stands still until the test lets it go on.
            gate.wait()
            exchange.finish(HTTPResponse())
        case "/later":
            let loop = exchange.loop
            Task.immediate(executorPreference: loop) {
                await Task.yield()
                exchange.finish(HTTPResponse(body: .bytes(Array((loop.isCurrent ? "on loop" : "elsewhere").utf8))))
            }
        case "/elsewhere":
            Thread.detachNewThread { exchange.finish(HTTPResponse(body: .bytes(Array("from a thread".utf8)))) }
        case "/large":
            exchange.finish(HTTPResponse(body: .bytes([UInt8](repeating: 65, count: Int(request.query ?? "") ?? 0))))
        case "/stream":
            let left = Mutex(3)
            exchange.finish(
                HTTPResponse(
                    body: .stream {
                        left.withLock { left -> [UInt8]? in
                            guard left > 0 else { return nil }
                            left -= 1
                            return Array("piece".utf8)
                        }
                    }))
        case "/broken-stream":
            exchange.finish(HTTPResponse(body: .stream { throw CancellationError() }))
        case "/file":
            exchange.finish(HTTPResponse(body: .file(path: folder + "/file.txt", length: 10)))
        case "/no-file":
            exchange.finish(HTTPResponse(body: .file(path: folder + "/absent", length: 10)))
        case "/split":
            exchange.finish(HTTPResponse(headers: ["X-Name": "a\r\nSet-Cookie: x=1"]))
        case "/prepared", "/prepared-less":
            var headers = (["X-One": "1", "X-Two": "2"] as HTTPHeaders).prepared()
            headers.add("X-Three", "3")
            if request.path == "/prepared-less" { headers.remove("x-one") }
            exchange.finish(HTTPResponse(headers: headers))
        case "/known", "/known-elsewhere", "/known-twice", "/known-large":
            let body = Array(String(repeating: "known", count: request.path == "/known-large" ? 20_000 : 1).utf8)
            let fields = PreparedFields(["X-One": "1"])
            let send: @Sendable () -> Void = {
                guard let fields else { return exchange.finish(HTTPResponse(status: 500)) }
                exchange.finish(body, with: fields, tag: (1, 2), id: (0x0190_B6F2_1234_7ABC, 0x8DEF_0123_4567_89AB))
            }
            if request.path == "/known-elsewhere" { Thread.detachNewThread(send) } else { send() }
            if request.path == "/known-twice" { exchange.finish(HTTPResponse(status: 500)) }
        case "/prepared-split":
            exchange.finish(HTTPResponse(headers: (["X-Name": "a\r\nSet-Cookie: x=1"] as HTTPHeaders).prepared()))
        case "/twice":
            exchange.finish(HTTPResponse(body: .bytes(Array("first".utf8))))
            exchange.finish(HTTPResponse(body: .bytes(Array("second".utf8))))
        case "/peer":
            exchange.finish(HTTPResponse(body: .bytes(Array("\(request.peer) \(request.isSecure)".utf8))))
        case "/certificate":
            exchange.finish(HTTPResponse(body: .bytes(Array("\(request.clientCertificate?.count ?? 0)".utf8))))
        default:
            var text = "\(request.method.rawValue) \(request.path)"
            if let query = request.query { text += "?\(query)" }
            text += " \(request.body.count)"
            exchange.finish(
                HTTPResponse(headers: ["Content-Type": "text/plain"], body: .bytes(Array(text.utf8))))
        }
    }
}

/// A server over real TLS with certificates of its own, gone with the value.
final class TestServer {
    let server: HTTPServer
    let echo: Echo
    let folder: String
    let tls: TLSContext?
    let authority: String

    init(
        plain: Bool = false, limit: Int = 1 << 20, clientCA: Bool = false,
        _ change: (inout HTTPServer.Configuration) -> Void = { _ in }
    ) throws {
        folder = "/tmp/network-tests-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try CertificateMaker.write(Array("0123456789".utf8), to: folder + "/file.txt", mode: 0o600)
        let paths = try CertificateMaker.writeDevelopmentFiles(in: folder)
        authority = paths.authority
        tls = plain
            ? nil
            : try TLSContext(
                certificateFile: paths.certificate, keyFile: paths.key, clientCA: clientCA ? authority : nil)
        var configuration = HTTPServer.Configuration(loops: 1)
        change(&configuration)
        echo = Echo(limit: limit, folder: folder)
        server = HTTPServer(configuration: configuration, tls: tls, handler: echo)
        try server.start()
    }

    deinit {
        server.stop()
        try? FileManager.default.removeItem(atPath: folder)
    }

    func client(timeout: Duration = .seconds(60)) throws -> HTTPClient {
        try HTTPClient(
            port: server.boundPort, trust: tls == nil ? .plain : .authority(file: authority), timeout: timeout)
    }

    func value(_ name: String) -> Int { server.metrics.values.first { $0.name == name }?.value ?? -1 }
}

/// Waits until something another thread does has happened; fails the test after two minutes.
func eventually(_ condition: () -> Bool) -> Bool {
    let end = ContinuousClock.now + .seconds(120)
    while !condition() {
        if ContinuousClock.now > end { return false }
        usleep(500)
    }
    return true
}
