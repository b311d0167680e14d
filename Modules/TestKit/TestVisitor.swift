import Dispatch
import FoundationEssentials
import Gateway
import Host
import Network
public import PluginKit
import Synchronization

/// What came back for a request of a test.
public struct TestAnswer: Sendable {
    public let status: Int
    public let fields: [(name: String, value: String)]
    public let body: [UInt8]

    public var text: String { String(decoding: body, as: UTF8.self) }
    public var json: JSONValue? { try? JSONValue(parsing: body) }

    /// The first field of that name, whatever its case.
    public subscript(_ name: String) -> String? { all(name).first }

    public func all(_ name: String) -> [String] {
        fields.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }

    /// The value of a hidden field of the page: `_csrf`, `_id`.
    public func hidden(_ name: String) -> String? {
        guard let start = text.firstRange(of: "name=\"\(name)\"")?.upperBound else { return nil }
        let rest = text[start...]
        guard let value = rest.firstRange(of: "value=\"")?.upperBound, let close = rest.firstIndex(of: ">"), value < close else { return nil }
        return String(rest[value...].prefix { $0 != "\"" })
    }
}

/// A browser without a screen: keeps cookies, remembers the form token of the last page, follows no redirect by itself.
///
/// Blocking work runs on a queue of its own, so that a hundred visitors never stand in the way of the tasks they wait for.
public final class TestVisitor: Sendable {
    private struct State {
        var cookies: [(name: String, value: String)] = []
        var token = ""
    }

    private final class Wire: @unchecked Sendable {
        // On the visitor's queue only.
        var client: HTTPClient?
    }

    private let transport: TestTransport
    private let host: TestHost
    private let site: String
    private let queue = DispatchQueue(label: "shuniu.visitor")
    private let wire = Wire()
    private let state = Mutex(State())

    init(transport: TestTransport, host: TestHost, site: String) {
        self.transport = transport
        self.host = host
        self.site = site
    }

    // MARK: - What a person does

    /// Opens the sign-in page and sends it.
    @discardableResult
    public func signIn(_ login: String, password: String = TestHost.password, to page: String? = nil) async throws -> TestAnswer {
        _ = try await get("/\(site)/login")
        return try await post(
            "/\(site)/login", [("account", login), ("password", password)] + (page.map { [("return", $0)] } ?? []))
    }

    @discardableResult
    public func get(_ path: String, headers: [(String, String)] = []) async throws -> TestAnswer {
        try await send("GET", path, headers: headers)
    }

    /// Sends a form with the token of the last page seen.
    ///
    /// - Parameter token: another token; an empty one sends none.
    public func post(
        _ path: String, _ fields: [(String, String)] = [], token: String? = nil, headers: [(String, String)] = []
    ) async throws -> TestAnswer {
        let token = token ?? state.withLock { $0.token }
        let all = fields + (token.isEmpty ? [] : [("_csrf", token)])
        let body = all.map { "\(QueryLink.encode($0.0))=\(QueryLink.encode($0.1))" }.joined(separator: "&")
        return try await send(
            "POST", path, headers: [("Content-Type", "application/x-www-form-urlencoded")] + headers, body: Array(body.utf8))
    }

    /// Sends a form with files, RFC 7578.
    public func upload(
        _ path: String, _ fields: [(String, String)] = [], files: [(field: String, name: String, bytes: [UInt8])]
    ) async throws -> TestAnswer {
        let boundary = "----shuniu-\(UInt64.random(in: 0...UInt64.max))"
        var body: [UInt8] = []
        for (name, value) in fields + [("_csrf", token)] {
            body += Array("--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8)
        }
        for file in files {
            body += Array(
                "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(file.field)\"; filename=\"\(file.name)\"\r\n\r\n".utf8)
            body += file.bytes + [13, 10]
        }
        body += Array("--\(boundary)--\r\n".utf8)
        return try await send("POST", path, headers: [("Content-Type", "multipart/form-data; boundary=\(boundary)")], body: body)
    }

    /// Sends JSON to the API, with the session's token.
    public func tell(
        _ path: String, _ json: String, method: String = "POST", headers: [(String, String)] = []
    ) async throws -> TestAnswer {
        try await send(
            method, path, headers: [("Content-Type", "application/json"), ("X-CSRF-Token", token)] + headers, body: Array(json.utf8))
    }

    /// The form token of the last page seen.
    public var token: String { state.withLock { $0.token } }

    public func cookie(_ name: String) -> String? { state.withLock { $0.cookies.first { $0.name == name }?.value } }

    public func setCookie(_ name: String, _ value: String) {
        state.withLock { state in
            state.cookies.removeAll { $0.name == name }
            state.cookies.append((name, value))
        }
    }

    // MARK: - On the way

    /// Any request, as it is.
    @discardableResult
    public func send(
        _ method: String, _ path: String, headers: [(String, String)] = [], body: [UInt8] = []
    ) async throws -> TestAnswer {
        var all = HTTPHeaders()
        for (name, value) in headers { all.add(name, value) }
        let cookies = state.withLock { $0.cookies }
        if !cookies.isEmpty, all["Cookie"] == nil {
            all.add("Cookie", cookies.map { "\($0.name)=\($0.value)" }.joined(separator: "; "))
        }
        let answer =
            transport == .router ? try await direct(method, path, all, body) : try await overSocket(method, path, all, body)
        take(answer)
        return answer
    }

    private func overSocket(_ method: String, _ path: String, _ headers: HTTPHeaders, _ body: [UInt8]) async throws -> TestAnswer {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { [self] in
                continuation.resume(
                    with: Result {
                        let client = try wire.client ?? connect()
                        wire.client = client
                        let answer = try client.request(HTTPMethod(rawValue: method), path, headers: headers, body: body)
                        return TestAnswer(status: answer.status, fields: answer.headers.fields, body: answer.body)
                    })
            }
        }
    }

    private func connect() throws -> HTTPClient {
        let time = Duration.seconds(120)
        return switch transport {
        case .router, .tls: try HTTPClient(port: host.host.port, trust: .authority(file: host.authority), timeout: time)
        case .admin: try HTTPClient(port: host.host.adminPort ?? 0, trust: .plain, timeout: time)
        case .redirect: try HTTPClient(port: host.host.redirectPort ?? 0, trust: .plain, timeout: time)
        }
    }

    private func direct(_ method: String, _ path: String, _ headers: HTTPHeaders, _ body: [UInt8]) async throws -> TestAnswer {
        let halves = path.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let request = HTTPRequest(
            method: HTTPMethod(rawValue: method), path: String(halves[0]), query: halves.count > 1 ? String(halves[1]) : nil,
            headers: headers, body: body)
        let gateway = host.host.gateway
        let loop = host.loop
        let response = await withCheckedContinuation { continuation in
            let exchange = HTTPExchange(loop: loop) { continuation.resume(returning: $0) }
            loop.run { gateway.handle(request, exchange) }
        }
        var bytes: [UInt8] = []
        if method != "HEAD" {
            switch response.body {
            case .bytes(let all): bytes = all
            case .file(let path, _): bytes = Array(FileManager.default.contents(atPath: path) ?? Data())
            case .stream(let produce): while let piece = try produce() { bytes += piece }
            }
        }
        return TestAnswer(status: response.status, fields: response.headers.fields, body: bytes)
    }

    private func take(_ answer: TestAnswer) {
        state.withLock { state in
            for line in answer.all("Set-Cookie") {
                let pair = line.prefix { $0 != ";" }
                let name = String(pair.prefix { $0 != "=" })
                state.cookies.removeAll { $0.name == name }
                if !line.contains("Max-Age=0") { state.cookies.append((name, String(pair.dropFirst(name.count + 1)))) }
            }
            if let token = answer.hidden("_csrf") { state.token = token }
        }
    }
}
