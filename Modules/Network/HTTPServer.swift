/// An HTTP/1.1 server over TLS or plain TCP: one event loop per core, each with a listener of its own.
public final class HTTPServer: Sendable {
    /// What the server listens on and its limits.
    public let configuration: Configuration
    /// The loops, fixed from the start; `EventLoop.index` is the place here.
    public let loops: [EventLoop]
    /// What happened so far.
    public let metrics = ServerMetrics()

    /// A server that does not listen yet. Without `tls` it speaks plain HTTP: for loopback and the redirect only.
    public init(configuration: Configuration = Configuration(), tls: TLSContext? = nil, handler: any HTTPHandler) {
        self.configuration = configuration
        loops = []
    }

    /// Opens the listeners and starts the loops.
    /// - Throws: `NetworkError` when the address is unknown, taken or not permitted.
    public func start() throws { preconditionFailure("unfinished") }

    /// The port listened on; the chosen one where the configuration said 0. Zero before `start`.
    public var boundPort: Int { preconditionFailure("unfinished") }

    /// Stops accepting, lets open requests finish with `Connection: close`, then stops the loops.
    /// - Returns: whether everything had finished within the limit.
    @discardableResult
    public func drain(within limit: Duration) async -> Bool { preconditionFailure("unfinished") }

    /// Closes everything at once and ends the loops' threads. May be called twice.
    public func stop() { preconditionFailure("unfinished") }
}
