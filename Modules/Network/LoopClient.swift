import CLinux
import COpenSSL
import Glibc

/// A small HTTP/1.1 client over TLS, one connection and one request at a time, that waits with an event loop: hundreds of them that wait for
/// their answers hold no thread. It keeps its connection and resumes TLS sessions. Used by one task.
public final class LoopClient {
    private let address: SocketAddress
    private let loop: EventLoop
    private let serverName: String
    private var time: ExchangeTime
    private let tls: ClientTLS?
    private let certificate: @Sendable () -> (file: String, key: String)?
    private let answerLimit: Int
    private var descriptor: Int32 = -1
    private var session: OpaquePointer?
    private var ticket: OpaquePointer?
    /// Bytes at the socket that were counted, in both directions.
    private var counted: UInt64 = 0

    /// A client that connects on its first request.
    /// - Parameters:
    ///   - serverName: sent as `Host` and SNI, and checked in the certificate.
    ///   - timeout: the longest wait for anything to move, and for connecting. The request, and then its answer, may take so long and a second more
    ///     for each `lowestRate` bytes that moved at the socket.
    ///   - lowestRate: bytes a second, as a server expects them.
    ///   - certificate: names the PEM files of a client certificate and its key; asked at each connecting.
    ///   - answerLimit: the longest body that is read, in bytes.
    /// - Throws: `NetworkError` when the authorities cannot be read.
    public init(
        _ address: SocketAddress, loop: EventLoop, trust: HTTPClient.Trust, serverName: String, timeout: Duration,
        lowestRate: Int = HTTPServer.Configuration().lowestRate, certificate: @escaping @Sendable () -> (file: String, key: String)? = { nil }, answerLimit: Int = 1 << 30
    ) throws {
        self.address = address
        self.loop = loop
        self.serverName = serverName
        time = ExchangeTime(timeout, rate: lowestRate, now: EventLoop.clock())
        self.certificate = certificate
        self.answerLimit = answerLimit
        signal(SIGPIPE, SIG_IGN)
        tls = try ClientTLS.shared(trust, protocols: ["http/1.1"])
    }

    deinit {
        disconnect()
        if let ticket { SSL_SESSION_free(ticket) }
    }

    /// Whether a connection is open on this side.
    public var isConnected: Bool { descriptor >= 0 }

    /// Closes the connection, keeping the TLS session for the next one.
    public func disconnect() {
        ClientTLS.end(&session, keeping: &ticket)
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    /// Sends a request and reads its answer; connects first where needed. Whatever fails ends the connection.
    /// - Throws: `NetworkError` when the connection fails, the answer is not HTTP, or the task is cancelled.
    public func request(_ method: HTTPMethod, _ path: String, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = []) async throws -> HTTPClient.Answer {
        do {
            if !isConnected { try await connect() }
            time.begin(now: EventLoop.clock())
            try await send(HTTPClient.bytes(of: method, path, headers: headers, body: body, serverName: serverName))
            time.begin(now: EventLoop.clock())
            let answer = try await readAnswer(to: method)
            if answer.headers["Connection"]?.lowercased() == "close" { disconnect() }
            return answer
        } catch {
            disconnect()
            throw error
        }
    }

    // MARK: - Connecting

    private func connect() async throws {
        time.begin(now: EventLoop.clock())
        descriptor = socket(address.family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { throw NetworkError.system("connect", "无法建立连接", errno) }
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        var number: Int32 = address.withPointer { Glibc.connect(descriptor, $0, $1) } == 0 ? 0 : errno
        if number == EINPROGRESS {
            try await wait(forWriting: true)
            var size = socklen_t(MemoryLayout<Int32>.size)
            getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &number, &size)
        }
        guard number == 0 else { throw NetworkError.system("connect", "无法连接 \(address):\(address.port)", number) }
        guard let tls else { return }
        let fresh = try tls.session(on: descriptor, for: serverName, certificate: certificate())
        session = fresh
        SSL_set_connect_state(fresh)
        if let ticket { SSL_set_session(fresh, ticket) }
        while true {
            switch transport.handshake() {
            case .moved:
                // Shown; a connection that waits for an answer needs neither certificate nor key any more.
                SSL_certs_clear(fresh)
                counted = transport.wireBytes
                return
            case .blocked(let onWrite): try await wait(forWriting: onWrite)
            case .ended, .failed: throw ClientTLS.failure("handshake", "与 \(address):\(address.port) 的 TLS 握手失败")
            }
        }
    }

    /// What others left in the thread's list of errors is not this connection's.
    private var transport: Transport {
        ERR_clear_error()
        return Transport(descriptor: descriptor, tls: session)
    }

    private func wait(forWriting: Bool) async throws {
        try await loop.wait(for: forWriting ? EPOLLOUT : EPOLLIN, on: descriptor, within: time.left(now: EventLoop.clock()))
    }

    // MARK: - Bytes

    private func send(_ bytes: [UInt8]) async throws {
        var sent = 0
        while sent < bytes.count {
            switch bytes.withUnsafeBufferPointer({ transport.write($0.part(sent, bytes.count)) }) {
            case .moved(let count):
                sent += count
                time.move(moved(count))
            case .blocked(let onWrite):
                time.move(moved(0))
                try await wait(forWriting: onWrite)
            case .ended, .failed:
                ERR_clear_error()
                throw NetworkError("send", "发送失败，连接已中断。", log: "write failed")
            }
        }
    }

    /// Bytes that moved at the socket since this was asked last: of a TLS record on a slow line nothing comes through until it is whole.
    /// - Parameter plain: that came through; without TLS it is the same.
    private func moved(_ plain: Int) -> Int {
        guard session != nil else { return plain }
        let now = transport.wireBytes
        defer { counted = now }
        return Int(now - counted)
    }

    private func readAnswer(to method: HTTPMethod) async throws -> HTTPClient.Answer {
        var reader = AnswerReader(to: method, limit: answerLimit, isPatient: true)
        // The other end may wait for news: time begins with the first bytes at the socket, which may be a ticket only, and anew with the answer's first.
        var hasStirred = false, hasBegun = false
        while true {
            let (bytes, onWrite) = try takeBytes()
            let count = moved(bytes?.count ?? 0)
            if count > 0 && !hasStirred || bytes != nil && !hasBegun { time.begin(now: EventLoop.clock()) }
            hasStirred = hasStirred || count > 0
            hasBegun = hasBegun || bytes != nil
            time.move(count)
            guard let bytes else {
                try await wait(forWriting: onWrite)
                continue
            }
            guard !bytes.isEmpty else {
                let answer = try reader.end()
                disconnect()
                return answer
            }
            guard let answer = try reader.feed(bytes) else { continue }
            // Whatever comes unasked would be taken for the next answer.
            if !reader.rest.isEmpty { disconnect() }
            return answer
        }
    }

    /// - Returns: the next bytes, empty at the end of the connection; `nil`: there are none yet, and whether OpenSSL waits to write.
    private func takeBytes() throws -> (bytes: [UInt8]?, onWrite: Bool) {
        var outcome = Transport.Outcome.failed
        let bytes = [UInt8](unsafeUninitializedCapacity: 16 << 10) { buffer, count in
            outcome = transport.read(into: buffer)
            if case .moved(let moved) = outcome { count = moved }
        }
        switch outcome {
        case .moved: return (bytes, false)
        case .ended: return ([], false)
        case .blocked(let onWrite): return (nil, onWrite)
        case .failed:
            ERR_clear_error()
            throw NetworkError("receive", "没有收到应答：超时或连接中断。", log: "read timed out or failed")
        }
    }
}
