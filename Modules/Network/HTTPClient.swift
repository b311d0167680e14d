import CLinux
import COpenSSL
import Glibc

/// A small blocking HTTP/1.1 client over TLS or plain TCP, one connection at a time: for tests, health checks and
/// load generators. It keeps its connection and resumes TLS sessions.
public final class HTTPClient {
    /// Whom the client believes.
    public enum Trust: Sendable {
        /// No TLS.
        case plain
        /// TLS; the server's certificate must come from the authority in this PEM file and name `serverName`.
        case authority(file: String)
        /// TLS; the certificate must come from the system's authorities, or from one in the PEM file, and name `serverName`.
        case system(also: String?)
        /// TLS without looking at the certificate; for measuring only.
        case anyone
    }

    /// One answer, read whole.
    public struct Answer: Sendable {
        /// The status code.
        public let status: Int
        /// The fields as sent.
        public let headers: HTTPHeaders
        /// The body, chunks joined.
        public let body: [UInt8]
        /// The body as text.
        public var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// Address to connect to, as a number.
    public let host: String
    /// Port to connect to.
    public let port: Int
    /// The name sent as `Host` and SNI, and checked in the certificate.
    public let serverName: String
    /// The longest wait for one read, under TLS of a whole record, or one write, and for connecting with its handshake.
    public let timeout: Duration
    /// Whether the last handshake resumed a session.
    public private(set) var wasResumed = false

    /// When everything must be done, whatever comes in between; `nil`: only `timeout` counts.
    public var deadline: ContinuousClock.Instant?
    /// The longest body that is read, in bytes.
    public var answerLimit = 1 << 30

    private let tls: ClientTLS?
    private let certificate: ClientTLS.Files?
    private var descriptor: Int32 = -1
    private var session: OpaquePointer?
    private var ticket: OpaquePointer?
    var unread: [UInt8] = []

    /// A client that connects on its first request.
    /// - Parameters:
    ///   - certificate: PEM files of a client certificate and its key, read at each connecting.
    ///   - protocols: what ALPN offers; empty for none.
    /// - Throws: `NetworkError` when a file is missing or wrong.
    public init(
        host: String = "127.0.0.1", port: Int, trust: Trust, serverName: String = "localhost",
        timeout: Duration = .seconds(5), certificate: (file: String, key: String)? = nil,
        protocols: [String] = ["http/1.1"]
    ) throws {
        self.host = host
        self.port = port
        self.serverName = serverName
        self.timeout = timeout
        signal(SIGPIPE, SIG_IGN)
        tls = try ClientTLS.shared(trust, protocols: protocols)
        self.certificate = certificate
    }

    deinit {
        disconnect()
        if let ticket { SSL_SESSION_free(ticket) }
    }

    // MARK: Connection

    /// Connects anew, closing what was open.
    public func connect() throws {
        disconnect()
        guard let address = SocketAddress(host, port: port) else {
            throw NetworkError("address", "地址“\(host)”不是 IPv4 或 IPv6 地址。", log: "client address is not numeric")
        }
        descriptor = socket(address.family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw NetworkError.system("connect", "无法建立连接", errno) }
        let end = end
        try keepTime()
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        let result = address.withPointer { Glibc.connect(descriptor, $0, $1) }
        guard result == 0 else {
            let number = errno
            disconnect()
            throw NetworkError.system("connect", "无法连接 \(host):\(port)", number)
        }
        if let tls { try shake(tls, until: end) }
    }

    /// Limits the next wait to `timeout`, or to what is left until the deadline.
    private func keepTime() throws {
        var wait = timeout
        if let deadline {
            wait = min(wait, deadline - ContinuousClock.now)
            guard wait > .milliseconds(1) else { throw NetworkError.late }
        }
        let (seconds, attoseconds) = wait.components
        var limit = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    private func shake(_ tls: ClientTLS, until end: ContinuousClock.Instant) throws {
        do {
            let fresh = try tls.session(on: descriptor, for: serverName, certificate: certificate)
            session = fresh
            if let ticket { SSL_set_session(fresh, ticket) }
            // A peer that gives a byte now and then would keep blocking reads and writes going on and on: OpenSSL waits for a whole record.
            _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
            while true {
                let result = SSL_connect(fresh)
                if result == 1 { break }
                switch wait(fresh, result, until: end) {
                case .again: continue
                case .late: throw NetworkError.late
                case .over: throw ClientTLS.failure("handshake", "与 \(host):\(port) 的 TLS 握手失败")
                }
            }
            wasResumed = SSL_session_reused(fresh) == 1
        } catch {
            disconnect()
            throw error
        }
    }

    private enum Waited { case again, late, over }

    /// Waits for what OpenSSL wants next after a call with this result.
    private func wait(_ session: OpaquePointer, _ result: Int32, until end: ContinuousClock.Instant) -> Waited {
        let events: Int32
        switch SSL_get_error(session, result) {
        case SSL_ERROR_WANT_READ: events = Int32(POLLIN)
        case SSL_ERROR_WANT_WRITE: events = Int32(POLLOUT)
        default: return .over
        }
        let left = (end - ContinuousClock.now).milliseconds
        var wanted = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        return left > 0 && poll(&wanted, 1, Int32(clamping: left)) != 0 ? .again : .late
    }

    /// When what begins now must have ended: connecting, a read or a write.
    private var end: ContinuousClock.Instant {
        let end = ContinuousClock.now + timeout
        return min(end, deadline ?? end)
    }

    /// Whether a connection is open on this side.
    public var isConnected: Bool { descriptor >= 0 }

    /// Closes the connection, keeping the TLS session for the next one.
    public func disconnect() {
        ClientTLS.end(&session, keeping: &ticket)
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
        unread = []
    }

    /// Forgets the TLS session, so that the next handshake is a full one.
    public func forgetSession() {
        if let ticket { SSL_SESSION_free(ticket) }
        ticket = nil
    }

    // MARK: Bytes

    /// Sends bytes as they are, in one write.
    public func send(_ bytes: [UInt8]) throws {
        if !isConnected { try connect() }
        var sent = 0
        while sent < bytes.count {
            if deadline != nil { try keepTime() }
            let count = bytes.withUnsafeBufferPointer { buffer in
                let rest = buffer.part(sent, buffer.count)
                return session.map { write(rest, to: $0) } ?? Glibc.send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else {
                ERR_clear_error()
                throw NetworkError("send", "发送失败，连接已中断。", log: "write failed")
            }
            sent += count
        }
    }

    private func write(_ bytes: UnsafeBufferPointer<UInt8>, to session: OpaquePointer) -> Int {
        let end = end
        while true {
            let result = SSL_write(session, bytes.baseAddress, Int32(clamping: bytes.count))
            guard result <= 0, isAgain(session, result, until: end) else { return Int(result) }
        }
    }

    /// Tells the server that nothing more will be sent.
    public func endOutput() {
        if let session { SSL_shutdown(session) }
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Reads some bytes; empty at the end of the connection.
    /// - Throws: `network.receive` when nothing came within the time limit or the connection broke.
    public func receive(_ most: Int = 64 * 1024) throws -> [UInt8] {
        if !unread.isEmpty {
            defer { unread = [] }
            return unread
        }
        if deadline != nil { try keepTime() }
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: most) { buffer, count in
            if let session {
                let end = end
                var result: Int32
                repeat { result = SSL_read(session, buffer.baseAddress, Int32(clamping: most)) } while result <= 0 && isAgain(session, result, until: end)
                let error = SSL_get_error(session, result)
                count = max(0, Int(result))
                failed = result <= 0 && error != SSL_ERROR_ZERO_RETURN && !isEnd(session, error)
            } else {
                let result = recv(descriptor, buffer.baseAddress, most, 0)
                count = max(0, result)
                failed = result < 0
            }
        }
        if failed {
            ERR_clear_error()
            throw NetworkError("receive", "没有收到应答：超时或连接中断。", log: "read timed out or failed")
        }
        return bytes
    }

    private func isAgain(_ session: OpaquePointer, _ result: Int32, until end: ContinuousClock.Instant) -> Bool {
        if case .again = wait(session, result, until: end) { true } else { false }
    }

    private func isEnd(_ session: OpaquePointer, _ error: Int32) -> Bool {
        error == SSL_ERROR_SSL && shuniu_err_reason(ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING
    }
}
