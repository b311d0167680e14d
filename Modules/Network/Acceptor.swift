import CLinux
import COpenSSL
import Glibc

/// The part of a server that stands on one loop: its listener, its connections and their common limits.
///
/// Everything but the constants belongs to the loop's thread.
final class Acceptor: Pollable, @unchecked Sendable {
    /// The configuration's durations in milliseconds.
    struct Times {
        let handshake, head, idle, bodyStall, writeStall, answer: Int64

        init(_ configuration: HTTPServer.Configuration) {
            handshake = configuration.handshakeTime.milliseconds
            head = configuration.headTime.milliseconds
            idle = configuration.idleTime.milliseconds
            bodyStall = configuration.bodyStallTime.milliseconds
            writeStall = configuration.writeStallTime.milliseconds
            answer = configuration.answerTime.milliseconds
        }
    }

    /// How long a peer may take to notice that its connection is ended.
    static let lingerMilliseconds: Int64 = 2000
    private static let acceptsPerTurn = 64
    private static let pause: Duration = .milliseconds(200)

    let loop: EventLoop
    private(set) var configuration: HTTPServer.Configuration
    let handler: any HTTPHandler
    let metrics: ServerMetrics
    private(set) var parser: HeadParser
    private(set) var times: Times
    private(set) var standing: StandingLines
    /// What of the configuration every request asks for.
    private(set) var hasProxies: Bool
    private(set) var requestsPerConnection: Int
    private let tls: TLSContext?
    private let book: AddressBook
    private let arrivals: TokenBuckets<NetworkAddress.Key>
    private let listener: Int32

    private var serial: UInt32 = 0
    private var isListening = false
    private var connections: [Int32: Connection] = [:]
    private var drained: (@Sendable () -> Void)?
    private(set) var isDraining = false
    var queuedBytes = 0
    /// Connections whose handshake is under way.
    var handshaking = 0
    private var gate: OverloadGate
    private var probe: DelayProbe?

    init(
        loop: EventLoop, listener: Int32, configuration: HTTPServer.Configuration, tls: TLSContext?,
        handler: any HTTPHandler, metrics: ServerMetrics, book: AddressBook, arrivals: TokenBuckets<NetworkAddress.Key>
    ) {
        self.loop = loop
        self.listener = listener
        self.configuration = configuration
        self.tls = tls
        self.handler = handler
        self.metrics = metrics
        self.book = book
        self.arrivals = arrivals
        gate = OverloadGate(target: configuration.queueTime.milliseconds)
        parser = HeadParser(configuration)
        times = Times(configuration)
        standing = StandingLines(configuration.standing)
        hasProxies = !configuration.proxies.ranges.isEmpty
        requestsPerConnection = configuration.requestsPerConnection
    }

    /// Keeps other limits from now on; on the loop. What a connection waits for at this moment keeps its deadline.
    func configure(_ new: HTTPServer.Configuration) {
        configuration = new
        parser = HeadParser(new)
        times = Times(new)
        standing = StandingLines(new.standing)
        hasProxies = !new.proxies.ranges.isEmpty
        requestsPerConnection = new.requestsPerConnection
        gate.target = new.queueTime.milliseconds
    }

    /// Begins to accept; on the loop.
    func listen() {
        guard let serial = loop.watch(listener, EPOLLIN, self) else { return }
        self.serial = serial
        isListening = true
        if probe == nil { probe = DelayProbe(loop) { [unowned self] wait, now in gate.note(wait: wait, now: now) } }
    }

    func ready(_ events: UInt32) {
        for _ in 0..<Acceptor.acceptsPerTurn {
            guard acceptOne() else { return }
        }
    }

    func expired() {}

    func abandon() {
        closeListener()
        for connection in Array(connections.values) { connection.abandon() }
        connections = [:]
        finishDrain()
    }

    private func acceptOne() -> Bool {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let descriptor = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                accept4(listener, $0, &length, Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue))
            }
        }
        guard descriptor >= 0 else {
            if errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS { rest() }
            return errno == ECONNABORTED || errno == EINTR
        }
        let peer = AddressBook.describe(&storage)
        // Behind a trusted proxy are many clients.
        let isProxy = configuration.proxies.trusts(peer)
        guard handshaking < configuration.handshakes, isProxy || mayConnect(peer) else {
            metrics.tooManyHandshakes.add(1)
            turnAway(descriptor)
            return true
        }
        let each = isProxy ? configuration.connections : configuration.connectionsPerAddress
        switch book.enter(peer.key, limit: configuration.connections, limitEach: each) {
        case .welcome: break
        case .full:
            metrics.tooManyConnections.add(1)
            turnAway(descriptor)
            return true
        case .addressFull:
            metrics.tooManyPerAddress.add(1)
            turnAway(descriptor)
            return true
        }
        welcome(descriptor, peer)
        return true
    }

    private func mayConnect(_ peer: NetworkAddress) -> Bool {
        guard tls != nil, configuration.connectionsPerMinute > 0 else { return true }
        let rate = TokenBucket.Rate(burst: configuration.connectionsPerMinute, perMinute: configuration.connectionsPerMinute)
        return arrivals.take(of: peer.key, rate: rate, now: loop.now) == .granted
    }

    private func welcome(_ descriptor: Int32, _ peer: NetworkAddress) {
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        var session: OpaquePointer?
        if let tls {
            session = tls.newSession(descriptor)
            guard session != nil else {
                close(descriptor)
                book.leave(peer.key)
                return
            }
        }
        let connection = Connection(
            acceptor: self, transport: Transport(descriptor: descriptor, tls: session), peer: peer)
        metrics.accepted.add(1)
        metrics.open.add(1)
        if session != nil { handshaking += 1 }
        connections[descriptor] = connection
        if !connection.start() { connection.close() }
    }

    /// Without TLS a sentence, with TLS nothing: a handshake would cost what the limit is there to save.
    private func turnAway(_ descriptor: Int32) {
        if tls == nil {
            let text = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\nRetry-After: 5\r\n\r\n"
            var copy = text
            copy.withUTF8 { _ = send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            shutdown(descriptor, Int32(SHUT_WR))
        }
        close(descriptor)
    }

    /// No descriptors left: stop accepting for a moment instead of spinning.
    private func rest() {
        metrics.tooManyConnections.add(1)
        guard isListening else { return }
        isListening = false
        loop.forget(listener)
        loop.run(after: Acceptor.pause) { if !self.isDraining { self.listen() } }
    }

    func left(_ connection: Connection) {
        connections[connection.transport.descriptor] = nil
        book.leave(connection.address.key)
        metrics.open.add(-1)
        if isDraining, connections.isEmpty { finishDrain() }
    }

    /// Whether clients are asked for a certificate now.
    var asksForCertificate: Bool { tls?.asksForCertificate ?? false }

    /// Ends every connection whose client certificate is no longer good, whatever it is doing; on the loop.
    func dropRefusedPeers() {
        guard let tls else { return }
        for connection in Array(connections.values) where connection.client.certificate != nil {
            guard let session = connection.transport.tls, !tls.stillAccepts(session) else { continue }
            metrics.refusedPeers.add(1)
            connection.abandon()
        }
    }

    /// The server's own answer to a request whose head is complete, where the loop is behind or the client asks too much;
    /// nothing of the request's body has been waited for.
    func refusal(of head: RequestHead, from client: NetworkAddress) -> HTTPResponse? {
        probe?.note()
        guard queuedBytes <= configuration.queuedBytes, takesAnother() else {
            if handler.isEssential(path: head.path) { return nil }
            metrics.overloads.add(1)
            return ProtocolFault.busy.response
        }
        guard let answer = handler.refusal(method: head.method, path: head.path, address: client),
            !handler.isEssential(path: head.path)
        else { return nil }
        metrics.tooManyRequests.add(1)
        return answer
    }

    private func takesAnother() -> Bool {
        guard let waiting = probe?.waiting, waiting > 0 else { return gate.takes() }
        // The loop's own time stands still while it works through what was ready.
        return gate.takes(waiting: waiting, now: EventLoop.clock())
    }

    // MARK: Ending

    /// Takes what already knocked, closes the listener, lets the connections finish; on the loop.
    func drain(_ done: @escaping @Sendable () -> Void) {
        guard !isDraining else { return done() }
        if isListening { ready(0) }
        isDraining = true
        drained = done
        closeListener()
        for connection in Array(connections.values) { connection.beginDrain() }
        if connections.isEmpty { finishDrain() }
    }

    private func finishDrain() {
        drained?()
        drained = nil
    }

    private var isListenerClosed = false

    private func closeListener() {
        guard !isListenerClosed else { return }
        isListenerClosed = true
        probe?.stop()
        probe = nil
        if isListening { loop.forget(listener) }
        isListening = false
        close(listener)
    }
}

extension HeadParser {
    fileprivate init(_ configuration: HTTPServer.Configuration) {
        self.init(
            headBytes: configuration.headBytes, targetBytes: configuration.targetBytes, fields: configuration.fields)
    }
}
