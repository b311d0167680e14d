import CLinux
import COpenSSL
import Glibc

/// One connection: it reads requests, keeps their answers in order, writes them, and ends by rule or by deadline.
///
/// It lives on its loop's thread only. The parts: `+input` reads and parses, `+output` writes, `+deadlines` ends waits.
final class Connection: Pollable {
    enum Phase { case handshake, open, lingering, closed }
    /// What the next byte belongs to.
    enum Reading {
        case head
        case body(RequestHead, remaining: Int)
        case chunks(RequestHead)
    }
    /// What the deadline is about.
    enum Waiting { case handshake, request, head, body, answer, reader, goodbye }
    /// What is left of the answer that is being sent.
    enum Source {
        case bytes([UInt8], sent: Int)
        case file(Int32, offset: Int64, remaining: Int64)
        case stream(@Sendable () throws -> [UInt8]?)
    }

    let acceptor: Acceptor
    let loop: EventLoop
    let transport: Transport
    /// The peer of the socket.
    let address: NetworkAddress
    /// Who the client of the request being read is.
    var client: RequestClient
    /// The head of the request before, where it may be a pattern for the next.
    var last: RequestHead?
    /// The server's own answer to the request being read, sent when its body has been read over.
    var refusal: HTTPResponse?

    var phase = Phase.handshake
    var serial: UInt32 = 0
    var interest = EPOLLIN

    // Input
    var reading = Reading.head { didSet { if case .head = reading { readsHead = true } else { readsHead = false } } }
    private(set) var readsHead = true
    /// Bytes of an unfinished head, or of requests that have to wait.
    var pending: [UInt8] = [] { didSet { holdsPending = !pending.isEmpty } }
    // What every request asks of an array stands beside it: a number is read without a check for overlapping accesses.
    private(set) var holdsPending = false
    /// How far `pending` was searched without finding a whole head.
    var searched = 0
    /// `pending` holds bytes that were not looked at because something had to be answered first.
    var hasUnread = false
    /// The socket or OpenSSL may have more.
    var isReadable = false
    var inputEnded = false
    /// No further request is taken.
    var isLast = false
    var body: [UInt8] = []
    var bodyLimit = 0
    /// Takes the body being read, in the place of `body`.
    var sink: (any HTTPBodySink)?
    var decoder = ChunkDecoder(limit: 0, trailerBytes: 0, trailerFields: 0)
    var served = 0
    /// This connection's part of the loop's queued bytes, and of that what belongs to the body being read.
    var queuedBytes = 0
    var bodyQueued = 0

    // Answers, in the order of their requests
    var first: HTTPExchange?
    var others: [HTTPExchange] = [] { didSet { othersCount = others.count } }
    private(set) var othersCount = 0

    // Output
    var source: Source? { didSet { holdsSource = source != nil } }
    private(set) var holdsSource = false
    var sourceCloses = false
    var leftover: [UInt8] = [] { didSet { holdsLeftover = !leftover.isEmpty } }
    private(set) var holdsLeftover = false
    var leftoverSent = 0
    var isBlocked = false
    var blockedOnRead = false
    var continueDue = false
    var endsAfterOutput = false
    var isInTurn = false
    /// Reads of the turn under way.
    var rounds = 0
    var turnIsQueued = false

    // Deadlines
    var waiting = Waiting.handshake
    var deadline: Int64 = 0
    var scheduledAt = Int64.max
    var headSince: Int64 = -1
    var idleSince: Int64
    var periodStart: Int64 = 0
    var periodBytes = 0
    var discarded = 0

    init(acceptor: Acceptor, transport: Transport, peer: NetworkAddress) {
        self.acceptor = acceptor
        loop = acceptor.loop
        self.transport = transport
        address = peer
        client = RequestClient(peer)
        idleSince = acceptor.loop.now
        if transport.tls == nil { phase = .open }
    }

    /// Registers with the loop.
    /// - Returns: whether it could.
    func start() -> Bool {
        guard let serial = loop.watch(transport.descriptor, EPOLLIN, self) else { return false }
        self.serial = serial
        setDeadline()
        return true
    }

    func ready(_ events: UInt32) {
        if events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0, events & EPOLLIN.rawValue == 0 { return close() }
        switch phase {
        case .open:
            if events & EPOLLIN.rawValue != 0 { isReadable = true }
            if events & EPOLLOUT.rawValue != 0 || blockedOnRead { isBlocked = false }
            if loop.gathers { gatheredTurn() } else { turn() }
        case .handshake: shake()
        case .lingering: discard()
        case .closed: break
        }
    }

    func abandon() {
        if phase == .open || phase == .handshake { transport.endOutput() }
        close()
    }

    private func shake() {
        switch transport.handshake() {
        case .moved:
            phase = .open
            acceptor.handshaking -= 1
            acceptor.metrics.handshakes.add(1)
            if let tls = transport.tls {
                if SSL_session_reused(tls) == 1 { acceptor.metrics.resumed.add(1) }
                if acceptor.asksForCertificate, let certificate = TLSContext.peerCertificate(of: tls) {
                    client = RequestClient(address, certificate: certificate)
                }
            }
            idleSince = loop.now
            isReadable = true
            turn()
        case .blocked(let onWrite): watch(onWrite ? EPOLLOUT : EPOLLIN)
        case .ended, .failed:
            acceptor.metrics.handshakeFailures.add(1)
            // Somebody who typed http:// in front of this port deserves a sentence.
            if shuniu_err_reason(ERR_peek_error()) == SSL_R_HTTP_REQUEST {
                var out = ByteBuffer(capacity: 1024)
                defer { out.free() }
                loop.date.refresh(at: loop.now)
                let fault = ProtocolFault.plainText.response
                guard case .bytes(let body) = fault.body else { return close() }
                if AnswerWriter.write(fault, .bytes(body.count), closes: true, date: loop.date, standing: acceptor.standing, to: &out) {
                    out.append(body)
                    _ = Transport(descriptor: transport.descriptor, tls: nil).write(out.bytes)
                }
            }
            close()
        }
    }

    /// Watches for exactly these events from now on.
    func watch(_ events: EPOLL_EVENTS) {
        guard events != interest, phase != .closed else { return }
        interest = events
        loop.change(transport.descriptor, events, serial: serial)
    }

    /// Ends the connection politely after its last answer: nothing more is sent, and what the peer still sends is read
    /// and dropped for a moment, because closing at once would destroy the answer on its way (RFC 9112 §9.6).
    func linger() {
        guard phase == .open else { return }
        transport.endOutput()
        if inputEnded { return close() }
        phase = .lingering
        dropAnswers()
        watch(EPOLLIN)
        setDeadline()
    }

    private func discard() {
        for _ in 0..<4 {
            let count = recv(transport.descriptor, loop.scratch.baseAddress, loop.scratch.count, 0)
            if count < 0, errno == EAGAIN || errno == EINTR { return }
            discarded += max(0, count)
            if count <= 0 || discarded > 4 << 20 { return close() }
        }
    }

    /// Ends the connection now.
    func close() {
        guard phase != .closed else { return }
        if phase == .handshake { acceptor.handshaking -= 1 }
        phase = .closed
        loop.forget(transport.descriptor)
        transport.close()
        dropAnswers()
        acceptor.left(self)
    }

    private func dropAnswers() {
        let left = [first].compactMap { $0 } + others
        first = nil
        others = []
        for exchange in left { exchange.abandon() }
        last = nil
        if case .file(let descriptor, _, _) = source { Glibc.close(descriptor) }
        source = nil
        pending = []
        acceptor.queuedBytes -= queuedBytes
        queuedBytes = 0
        body = []
        reading = .head
        abandonSink()
    }

    /// The body being read will not become whole.
    func abandonSink() {
        sink?.abandon()
        sink = nil
    }

    func queue(_ bytes: Int) {
        queuedBytes += bytes
        acceptor.queuedBytes += bytes
    }
}
