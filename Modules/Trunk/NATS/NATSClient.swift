import Crypto
import Dispatch
import Messages
package import Network
import Synchronization
import Vocabulary

/// A client of NATS servers (docs.nats.io, Client Protocol): one connection, made anew at another server of the list when it ends.
///
/// - `start`, `stop`; `publish`, `subscribe`, `ask`, `request`
/// Subscriptions outlive connections; what was asked over one that ended fails with `nats.cut`, whoever asked decides. Handlers are
/// called on the connection's thread: they must be quick and never wait.
package final class NATSClient: Sendable {
    package struct Settings: Sendable {
        package var servers: [NATSServer]
        package var credential = NATSCredential.none
        /// Whom it believes where TLS is spoken.
        package var trust = HTTPClient.Trust.system(also: nil)
        /// PEM files.
        package var certificate: (file: String, key: String)?
        /// Shown in the server's lists.
        package var name = "shuniu"
        /// Waits after failures.
        package var first: Duration = .seconds(1)
        package var longest: Duration = .seconds(30)
        /// For an answer.
        package var patience: Duration = .seconds(5)
        /// How often an idle connection is tried; two unanswered tries end it.
        package var keepAlive: Duration = .seconds(30)

        package init(servers: [NATSServer]) { self.servers = servers }
    }

    /// What servers say of themselves.
    struct Info: Codable, Sendable, Equatable {
        var server_name: String?
        var version: String?
        var headers: Bool?
        var jetstream: Bool?
        var max_payload: Int?
        var tls_required: Bool?
        var tls_available: Bool?
        var nonce: String?
        var connect_urls: [String]?
    }

    let settings: Settings
    private let inbox = "_INBOX." + Secrets.random(12).hexadecimal
    private let state = Mutex(State())
    private let ended = DispatchSemaphore(value: 0)
    private let gone = DispatchSemaphore(value: 0)
    private let onChange: @Sendable (_ isConnected: Bool) -> Void

    private struct State {
        var line: DuplexClient?
        var server: NATSServer?
        var info = Info()
        /// Of servers that others of the cluster named.
        var named: [NATSServer] = []
        var subscriptions: [Int: Subscription] = [:]
        var lastNumber = 1
        var waiting: [Int: @Sendable (Result<NATSMessage, NATSError>) -> Void] = [:]
        var unanswered = 0
        var isStopped = false
        var heard: ContinuousClock.Instant?
        var trouble: String?
    }

    private struct Subscription: Sendable {
        var subject: String
        var handler: @Sendable (NATSMessage) -> Void
    }

    /// - Parameter onChange: a connection began or ended; called on a thread of the client's.
    init(_ settings: Settings, onChange: @escaping @Sendable (_ isConnected: Bool) -> Void = { _ in }) {
        self.settings = settings
        self.onChange = onChange
    }

    // MARK: - Life

    func start() {
        DispatchQueue(label: "shuniu.nats").async { [self] in
            var failures = 0
            while !state.withLock({ $0.isStopped }) {
                do {
                    try pass()
                    failures = 0
                } catch {
                    failures += 1
                    let sentence =
                        (error as? NATSError)?.message ?? (error as? NetworkError)?.message ?? (error as? Refusal)?
                        .message ?? "\(error)"
                    state.withLock { $0.trouble = sentence }
                }
                guard !state.withLock({ $0.isStopped }) else { break }
                // Between half and all of the wait, so that many hosts do not come at once.
                let longest = min(
                    settings.longest.milliseconds, settings.first.milliseconds << Int64(min(10, failures)))
                _ = ended.wait(
                    timeout: .now() + .milliseconds(Int(longest / 2 + Int64.random(in: 0...max(1, longest / 2)))))
            }
            gone.signal()
        }
    }

    /// Ends the connection; returns when nothing of it runs any more, after two seconds at most.
    func stop() {
        let line = state.withLock { state -> DuplexClient? in
            state.isStopped = true
            return state.line
        }
        line?.close()
        ended.signal()
        _ = gone.wait(timeout: .now() + .seconds(2))
    }

    var isConnected: Bool { state.withLock { $0.line != nil } }

    /// The server, when it was last heard of, and what is wrong, in Chinese.
    var report: (server: String?, heard: ContinuousClock.Instant?, trouble: String?) {
        state.withLock { ($0.server?.description, $0.heard, $0.trouble) }
    }

    /// The longest message that the server takes, headers included.
    var mostBytes: Int { state.withLock { $0.info.max_payload ?? 1 << 20 } }

    /// One connection from its beginning to its end.
    private func pass() throws {
        let servers =
            settings.servers.shuffled()
            + state.withLock { $0.named }.filter { !settings.servers.contains($0) }.shuffled()
        var last: any Error = NATSError("no-server", "没有可用的 NATS 服务器。")
        for server in servers where !state.withLock({ $0.isStopped }) {
            do {
                let (line, parser, info) = try open(server)
                live(line, parser, info, server)
                return
            } catch { last = error }
        }
        throw last
    }

    private func open(_ server: NATSServer) throws -> (DuplexClient, NATSParser, Info) {
        guard let address = try SocketAddress.resolve(server.host, port: server.port, within: .seconds(10)).first else {
            throw NATSError.cut
        }
        let line = DuplexClient(timeout: settings.patience)
        try line.open(address)
        var parser = NATSParser()
        func next() throws -> NATSParser.Operation {
            while true {
                if let operation = try parser.next() { return operation }
                let bytes = try line.read()
                guard !bytes.isEmpty else { throw NATSError.cut }
                parser.feed(bytes)
            }
        }
        guard case .info(let bytes) = try next() else { throw NATSError("protocol", "\(server) 不是 NATS 服务器。请检查地址和端口。") }
        let info = try JSON.decode(Info.self, from: bytes)
        if info.tls_required ?? false || server.wantsTLS {
            guard info.tls_required ?? info.tls_available ?? false || info.tls_available ?? false else {
                throw NATSError("no-tls", "服务器 \(server) 不提供 TLS，而配置写的是 tls://。请在服务器上启用 TLS，或改写地址。")
            }
            // What came before in clear anybody may have said.
            parser = NATSParser()
            try line.startTLS(settings.trust, serverName: server.host, certificate: settings.certificate)
        }
        try check(info, server)
        var fields: [JSONValue.Member] = [
            .init("verbose", false), .init("pedantic", false), .init("lang", "swift"), .init("version", "1"),
            .init("protocol", 1), .init("headers", true),
            .init("no_responders", true), .init("echo", true), .init("name", .string(settings.name)),
            .init("tls_required", .bool(server.wantsTLS)),
        ]
        fields += try settings.credential.fields(nonce: info.nonce)
        try line.write(Array("CONNECT ".utf8) + JSONValue.object(fields).serialized() + Array("\r\nPING\r\n".utf8))
        while true {
            switch try next() {
            case .pong: return (line, parser, info)
            case .error(let words): throw NATSError("refused", "NATS 服务器 \(server) 拒绝连接：\(words)。请核对账号与权限。")
            default: break
            }
        }
    }

    private func check(_ info: Info, _ server: NATSServer) throws {
        let numbers = (info.version ?? "").split(separator: ".").prefix(2).compactMap { Int($0) }
        guard numbers.count == 2, (numbers[0], numbers[1]) >= (2, 10) else {
            throw NATSError("version", "NATS 服务器 \(server) 的版本 \(info.version ?? "不明") 低于 2.10。请升级服务器。")
        }
        guard info.headers ?? false, info.jetstream ?? false else {
            throw NATSError("no-jetstream", "NATS 服务器 \(server) 没有启用 JetStream。请在服务器配置中写 jetstream { … }。")
        }
    }

    private func live(_ line: DuplexClient, _ parser: NATSParser, _ info: Info, _ server: NATSServer) {
        let parser = Mutex(parser)
        let end = DispatchSemaphore(value: 0)
        let mayLive = state.withLock { state -> Bool in
            guard !state.isStopped else { return false }
            var bytes = Array("SUB \(inbox).* 1\r\n".utf8)
            for (number, subscription) in state.subscriptions {
                bytes += Array("SUB \(subscription.subject) \(number)\r\n".utf8)
            }
            line.send(bytes)
            state.line = line
            state.server = server
            state.info = info
            state.named = (info.connect_urls ?? []).compactMap { NATSServer(place: $0, wantsTLS: server.wantsTLS) }
            state.unanswered = 0
            state.heard = .now
            state.trouble = nil
            return true
        }
        guard mayLive else { return }
        line.run(
            "shuniu.nats.line",
            onBytes: { [self] bytes in
                parser.withLock { parser in
                    parser.feed(bytes)
                    do {
                        while let operation = try parser.next() { take(operation, line) }
                        return true
                    } catch {
                        state.withLock { $0.trouble = "NATS 服务器 \(server) 的数据不合协议：\(error)。" }
                        return false
                    }
                }
            },
            onEnd: { [self] error in
                state.withLock { $0.trouble = $0.trouble ?? "与 NATS 服务器 \(server) 的连接中断（\(error.log)），正在重连。" }
                end.signal()
            })
        onChange(true)
        while end.wait(timeout: .now() + .milliseconds(Int(settings.keepAlive.milliseconds))) == .timedOut {
            let mustEnd = state.withLock { state -> Bool in
                state.unanswered += 1
                return state.unanswered > 2
            }
            if mustEnd { line.close() } else { line.send(Array("PING\r\n".utf8)) }
        }
        let waiting = state.withLock { state in
            state.line = nil
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        for handler in waiting { handler(.failure(.cut)) }
        onChange(false)
    }

    private func take(_ operation: NATSParser.Operation, _ line: DuplexClient) {
        switch operation {
        case .ping: line.send(Array("PONG\r\n".utf8))
        case .pong:
            state.withLock { state in
                state.unanswered = 0
                state.heard = .now
            }
        case .info(let bytes):
            guard let info = try? JSON.decode(Info.self, from: bytes) else { return }
            state.withLock { state in
                let wantsTLS = state.server?.wantsTLS ?? false
                state.named = (info.connect_urls ?? []).compactMap { NATSServer(place: $0, wantsTLS: wantsTLS) }
            }
        case .error(let words): state.withLock { $0.trouble = "NATS 服务器报告：\(words)。请核对账号的权限。" }
        case .ok: break
        case .message(let message): deliver(message)
        }
    }

    private func deliver(_ message: NATSMessage) {
        if message.subscription == 1 {
            let handler = state.withLock { state in
                state.heard = .now
                return message.subject.split(separator: ".").last.flatMap { Int($0) }.flatMap {
                    state.waiting.removeValue(forKey: $0)
                }
            }
            handler?(message.headers.status == 503 ? .failure(.nobody) : .success(message))
        } else {
            state.withLock { state in
                state.heard = .now
                return state.subscriptions[message.subscription]?.handler
            }?(message)
        }
    }

    // MARK: - Speaking

    /// - Throws: `nats.cut` without a connection. That it was sent says nothing of its arrival.
    func publish(
        _ subject: String, reply: String? = nil, headers: [(name: String, value: String)] = [], _ payload: [UInt8]
    ) throws {
        guard let line = state.withLock({ $0.line }), line.send(Self.frame(subject, reply, headers, payload)) else {
            throw NATSError.cut
        }
    }

    static func frame(
        _ subject: String, _ reply: String?, _ headers: [(name: String, value: String)], _ payload: [UInt8]
    ) -> [UInt8] {
        let reply = reply.map { " " + $0 } ?? ""
        var bytes: [UInt8] = []
        bytes.reserveCapacity(payload.count + 400)
        if headers.isEmpty {
            bytes += Array("PUB \(subject)\(reply) \(payload.count)\r\n".utf8)
        } else {
            let head = NATSHeaders(headers).bytes
            bytes += Array("HPUB \(subject)\(reply) \(head.count) \(head.count + payload.count)\r\n".utf8)
            bytes += head
        }
        bytes += payload
        bytes.append(13)
        bytes.append(10)
        return bytes
    }

    /// Hears a subject, over this connection and those after it.
    /// - Returns: a number for `unsubscribe`.
    func subscribe(_ subject: String, _ handler: @escaping @Sendable (NATSMessage) -> Void) -> Int {
        state.withLock { state in
            state.lastNumber += 1
            state.subscriptions[state.lastNumber] = Subscription(subject: subject, handler: handler)
            state.line?.send(Array("SUB \(subject) \(state.lastNumber)\r\n".utf8))
            return state.lastNumber
        }
    }

    func unsubscribe(_ number: Int) {
        state.withLock { state in
            guard state.subscriptions.removeValue(forKey: number) != nil else { return }
            state.line?.send(Array("UNSUB \(number)\r\n".utf8))
        }
    }

    /// A subject on which nobody else hears, for a subscription of its own.
    func freshInbox() -> String { "_INBOX." + Secrets.random(12).hexadecimal }

    /// Sends and hears the one answer, on the connection's thread; a connection that ends is an answer too.
    /// - Returns: a number for `forget`.
    @discardableResult
    func ask(
        _ subject: String, headers: [(name: String, value: String)] = [], _ payload: [UInt8],
        then answer: @escaping @Sendable (Result<NATSMessage, any Error>) -> Void
    ) -> Int {
        let number = state.withLock { state -> Int? in
            guard let line = state.line else { return nil }
            state.lastNumber += 1
            state.waiting[state.lastNumber] = { result in answer(result.mapError { $0 as any Error }) }
            // Under the lock, so that what one thread sends arrives in its order.
            if line.send(Self.frame(subject, "\(inbox).\(state.lastNumber)", headers, payload)) {
                return state.lastNumber
            }
            state.waiting[state.lastNumber] = nil
            return nil
        }
        if number == nil { answer(.failure(NATSError.cut)) }
        return number ?? 0
    }

    /// The answer is no longer wanted.
    func forget(_ number: Int) { state.withLock { _ = $0.waiting.removeValue(forKey: number) } }

    /// The same, waiting. Never on the connection's thread.
    /// - Throws: `NATSError` `nats.timeout`, `nats.no-responders`, `nats.cut`.
    func request(
        _ subject: String, headers: [(name: String, value: String)] = [], _ payload: [UInt8],
        within patience: Duration? = nil
    ) throws -> NATSMessage {
        let outcome = Mutex<Result<NATSMessage, any Error>?>(nil)
        let done = DispatchSemaphore(value: 0)
        let number = ask(subject, headers: headers, payload) { result in
            outcome.withLock { $0 = result }
            done.signal()
        }
        guard done.wait(timeout: .now() + .milliseconds(Int((patience ?? settings.patience).milliseconds))) == .success,
            let result = outcome.withLock({ $0 })
        else {
            forget(number)
            throw NATSError.timeout
        }
        return try result.get()
    }
}
