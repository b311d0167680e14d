import CLinux
import COpenSSL
import Dispatch
import Glibc
import Synchronization

/// A client's connection on which both ends speak whenever they like, plain at first, under TLS from where its protocol says so.
///
/// First it is used by one thread (`open`, `read`, `write`, `startTLS`); then `run` gives it to a thread of its own, which hands on what
/// comes in, and `send` may be called by all. Nothing wakes it when nothing passes.
public final class DuplexClient: @unchecked Sendable {
    private let timeout: Duration
    private let wakeUp: Int32
    private var descriptor: Int32 = -1
    private var session: OpaquePointer?
    private let state = Mutex(State())

    private struct State {
        var output: [UInt8] = []
        var isAwake = false
        var isEnded = false
    }

    /// More than this is not kept for a peer that does not read.
    private static let mostQueued = 64 << 20

    /// - Parameter timeout: for connecting, and for each wait before `run`.
    public init(timeout: Duration = .seconds(5)) {
        self.timeout = timeout
        signal(SIGPIPE, SIG_IGN)
        wakeUp = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    }

    deinit {
        release()
        if wakeUp >= 0 { Glibc.close(wakeUp) }
    }

    private func release() {
        if let session { SSL_free(session) }
        ERR_clear_error()
        session = nil
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }

    // MARK: - Before it runs

    /// Connects, without TLS.
    /// - Throws: `NetworkError`.
    public func open(_ address: SocketAddress) throws {
        guard wakeUp >= 0 else { throw NetworkError.system("connect", "无法建立连接", EMFILE) }
        descriptor = socket(
            address.family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { throw NetworkError.system("connect", "无法建立连接", errno) }
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        guard address.withPointer({ Glibc.connect(descriptor, $0, $1) }) != 0 else { return }
        guard errno == EINPROGRESS else {
            throw NetworkError.system("connect", "无法连接 \(address):\(address.port)", errno)
        }
        try wait(forWriting: true)
        var number: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &number, &size)
        guard number == 0 else { throw NetworkError.system("connect", "无法连接 \(address):\(address.port)", number) }
    }

    /// From here on everything is encrypted.
    /// - Throws: `NetworkError` when the server's certificate is not believed.
    public func startTLS(_ trust: HTTPClient.Trust, serverName: String, certificate: (file: String, key: String)? = nil)
        throws
    {
        guard let tls = try ClientTLS.shared(trust, protocols: []) else { return }
        let fresh = try tls.session(on: descriptor, for: serverName, certificate: certificate)
        session = fresh
        SSL_set_connect_state(fresh)
        while true {
            switch Transport(descriptor: descriptor, tls: fresh).handshake() {
            case .moved: return
            case .blocked(let onWrite): try wait(forWriting: onWrite)
            case .ended, .failed: throw ClientTLS.failure("handshake", "与 \(serverName) 的 TLS 握手失败")
            }
        }
    }

    /// The next bytes; empty at the end of the connection.
    public func read() throws -> [UInt8] {
        while true {
            var outcome = Transport.Outcome.failed
            let bytes = [UInt8](unsafeUninitializedCapacity: 16 << 10) { buffer, count in
                outcome = Transport(descriptor: descriptor, tls: session).read(into: buffer)
                if case .moved(let moved) = outcome { count = moved }
            }
            switch outcome {
            case .moved: return bytes
            case .ended: return []
            case .blocked(let onWrite): try wait(forWriting: onWrite)
            case .failed: throw Self.broken
            }
        }
    }

    public func write(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            switch bytes.withUnsafeBufferPointer({
                Transport(descriptor: descriptor, tls: session).write($0.part(sent, bytes.count))
            }) {
            case .moved(let count): sent += count
            case .blocked(let onWrite): try wait(forWriting: onWrite)
            case .ended, .failed: throw Self.broken
            }
        }
    }

    private func wait(forWriting: Bool) throws {
        var watched = pollfd(fd: descriptor, events: Int16(forWriting ? POLLOUT : POLLIN), revents: 0)
        let (seconds, attoseconds) = timeout.components
        guard poll(&watched, 1, Int32(clamping: seconds * 1000 + attoseconds / 1_000_000_000_000_000)) > 0 else {
            throw NetworkError("timeout", "对方没有在时限内答复。", log: "deadline passed")
        }
    }

    private static let broken = NetworkError("receive", "连接中断。", log: "the connection broke")

    // MARK: - While it runs

    /// Hands on what comes in, on a thread of its own, until the connection ends or `close` is called.
    ///
    /// - Parameters:
    ///   - onBytes: what came; `false` ends the connection.
    ///   - onEnd: called once, last.
    public func run(
        _ name: String, onBytes: @escaping @Sendable ([UInt8]) -> Bool,
        onEnd: @escaping @Sendable (NetworkError) -> Void
    ) {
        DispatchQueue(label: name).async { [self] in
            let error = pass(onBytes)
            state.withLock {
                $0.isEnded = true
                $0.output = []
            }
            release()
            onEnd(error)
        }
    }

    /// Sends bytes when the peer takes them; copies are not made.
    /// - Returns: whether the connection still runs.
    @discardableResult
    public func send(_ bytes: [UInt8]) -> Bool {
        let (mustWake, runs) = state.withLock { state -> (Bool, Bool) in
            guard !state.isEnded, state.output.count + bytes.count <= Self.mostQueued else { return (false, false) }
            if state.output.isEmpty { state.output = bytes } else { state.output += bytes }
            defer { state.isAwake = true }
            return (!state.isAwake, true)
        }
        if mustWake { wake() }
        return runs
    }

    /// Ends the connection; `onEnd` is called by its thread.
    public func close() {
        state.withLock { $0.isEnded = true }
        wake()
    }

    private func wake() {
        var one: UInt64 = 1
        _ = Glibc.write(wakeUp, &one, 8)
    }

    private func pass(_ onBytes: ([UInt8]) -> Bool) -> NetworkError {
        let transport = Transport(descriptor: descriptor, tls: session)
        var output: [UInt8] = []
        var sent = 0
        while true {
            let isEnded = state.withLock { state -> Bool in
                if sent == output.count {
                    output = []
                    sent = 0
                    swap(&output, &state.output)
                }
                return state.isEnded
            }
            if isEnded { return NetworkError("closed", "连接已关闭。", log: "closed here") }
            var wantsWrite = false
            writing: while sent < output.count {
                switch output.withUnsafeBufferPointer({ transport.write($0.part(sent, output.count)) }) {
                case .moved(let count): sent += count
                case .blocked(let onWrite):
                    wantsWrite = onWrite
                    break writing
                case .ended, .failed: return Self.broken
                }
            }
            var blocked = false
            for _ in 0..<16 where !blocked {
                var outcome = Transport.Outcome.failed
                let bytes = [UInt8](unsafeUninitializedCapacity: 64 << 10) { buffer, count in
                    outcome = transport.read(into: buffer)
                    if case .moved(let moved) = outcome { count = moved }
                }
                switch outcome {
                case .moved:
                    guard onBytes(bytes) else {
                        return NetworkError("protocol", "对方的数据不合协议。", log: "the peer broke the protocol")
                    }
                case .ended: return NetworkError("ended", "对方关闭了连接。", log: "the peer closed")
                case .blocked(let onWrite):
                    wantsWrite = wantsWrite || onWrite
                    blocked = true
                case .failed: return Self.broken
                }
            }
            let mayRest = state.withLock { state -> Bool in
                // Whoever sends while it cannot write need not wake it.
                state.isAwake = sent < output.count
                return blocked && (sent < output.count || state.output.isEmpty) && !state.isEnded
            }
            guard mayRest else { continue }
            var watched = [
                pollfd(fd: descriptor, events: Int16(wantsWrite ? POLLIN | POLLOUT : POLLIN), revents: 0),
                pollfd(fd: wakeUp, events: Int16(POLLIN), revents: 0),
            ]
            if poll(&watched, 2, -1) < 0, errno != EINTR { return NetworkError.system("poll", "连接中断", errno) }
            var number: UInt64 = 0
            if watched[1].revents != 0 { _ = Glibc.read(wakeUp, &number, 8) }
        }
    }
}
