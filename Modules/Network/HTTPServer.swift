import CLinux
import Glibc
import Synchronization

/// An HTTP/1.1 server over TLS or plain TCP: one event loop per core, each with a listener of its own.
public final class HTTPServer: Sendable {
    /// What the server was made with; `keepLimits` may have changed its limits since.
    public let configuration: Configuration
    /// The loops, fixed from the start; `EventLoop.index` is the place here.
    public let loops: [EventLoop]
    /// What happened so far.
    public let metrics = ServerMetrics()

    private struct State {
        var acceptors: [Acceptor] = []
        var port = 0
    }

    private let tls: TLSContext?
    private let handler: any HTTPHandler
    private let state = Mutex(State())

    /// A server that does not listen yet. Without `tls` it speaks plain HTTP: for loopback and the redirect only.
    public init(configuration: Configuration = Configuration(), tls: TLSContext? = nil, handler: any HTTPHandler) {
        self.configuration = configuration
        self.tls = tls
        self.handler = handler
        let count = configuration.loops > 0 ? configuration.loops : Int(shuniu_processors())
        loops = (0..<count).map { EventLoop(index: $0) }
    }

    /// Opens the listeners and starts the loops.
    /// - Throws: `NetworkError` when the address is unknown, taken or not permitted.
    public func start() throws {
        // A peer that closes early must not end the process.
        signal(SIGPIPE, SIG_IGN)
        let (sockets, port) = try Listener.open(configuration, count: loops.count)
        let book = AddressBook(), arrivals = TokenBuckets<NetworkAddress.Key>(capacity: 50_000)
        let acceptors = zip(loops, sockets).map { loop, socket in
            Acceptor(
                loop: loop, listener: socket, configuration: configuration, tls: tls, handler: handler,
                metrics: metrics, book: book, arrivals: arrivals)
        }
        for (loop, acceptor) in zip(loops, acceptors) {
            try loop.start()
            loop.run { acceptor.listen() }
        }
        state.withLock { $0 = State(acceptors: acceptors, port: port) }
    }

    /// Keeps the limits of another configuration from now on, on open connections too. Address, port, backlog and loops stay.
    public func keepLimits(of configuration: Configuration) {
        for acceptor in state.withLock({ $0.acceptors }) { acceptor.loop.run { acceptor.configure(configuration) } }
    }

    /// Ends connections whose client certificate is no longer good; after new certificates or revocation lists came into use.
    public func dropRefusedPeers() {
        for acceptor in state.withLock({ $0.acceptors }) { acceptor.loop.run { acceptor.dropRefusedPeers() } }
    }

    /// The port listened on; the chosen one where the configuration said 0. Zero before `start`.
    public var boundPort: Int { state.withLock { $0.port } }

    /// Stops accepting, lets open requests finish with `Connection: close`, then stops the loops.
    /// - Returns: whether everything had finished within the limit.
    @discardableResult
    public func drain(within limit: Duration) async -> Bool {
        let acceptors = state.withLock { $0.acceptors }
        guard !acceptors.isEmpty else { return true }
        let isClean = await withCheckedContinuation { (continuation: CheckedContinuation<Bool, Never>) in
            let countdown = Countdown(acceptors.count, continuation)
            for acceptor in acceptors { acceptor.loop.run { acceptor.drain { countdown.one() } } }
            acceptors[0].loop.run(after: limit) { countdown.expire() }
        }
        stop()
        return isClean
    }

    /// Closes everything at once and ends the loops' threads. May be called twice.
    public func stop() {
        state.withLock { $0.acceptors = [] }
        for loop in loops { loop.stop() }
    }
}

/// Resumes once: when all have reported, or when time is up.
private final class Countdown: Sendable {
    private struct State {
        var left: Int
        var continuation: CheckedContinuation<Bool, Never>?
    }

    private let state: Mutex<State>

    init(_ count: Int, _ continuation: CheckedContinuation<Bool, Never>) {
        state = Mutex(State(left: count, continuation: continuation))
    }

    func one() {
        state.withLock { state in
            state.left -= 1
            guard state.left == 0 else { return }
            state.continuation?.resume(returning: true)
            state.continuation = nil
        }
    }

    func expire() {
        state.withLock { state in
            state.continuation?.resume(returning: false)
            state.continuation = nil
        }
    }
}
