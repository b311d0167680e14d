import CLinux

extension Connection {
    private static let roundsPerTurn = 16
    private static let smallRefusedBody = 16 * 1024
    /// A connection that waits keeps no more of its last head than this.
    private static let longestPattern = 2048

    /// Whether another request may be read now.
    var canTake: Bool {
        guard phase == .open, !isLast, !isBlocked, !holdsSource else { return false }
        guard let first else { return true }
        return first.isSafe && othersCount + 1 < acceptor.configuration.pipelined
    }

    /// Reads, answers and writes as far as it goes without waiting.
    func turn() {
        if beginTurn() { endTurn() }
    }

    /// The first half of a turn where the loop gathers answers: it ends with the turns of the neighbours.
    func gatheredTurn() {
        if beginTurn() { loop.gather(self) }
    }

    /// - Returns: whether a turn is under way now that was not before.
    private func beginTurn() -> Bool {
        turnIsQueued = false
        guard phase == .open, !isInTurn else { return false }
        isInTurn = true
        rounds = 0
        takeIn()
        return true
    }

    /// Reads and handles what has come.
    private func takeIn() {
        while canTake, hasUnread || isReadable, rounds < Connection.roundsPerTurn {
            rounds &+= 1
            if hasUnread { parsePending() } else { readOnce() }
        }
    }

    /// The second half of a turn: answers are written, and what came meanwhile is handled.
    func endTurn() {
        flush()
        while phase == .open, canTake, hasUnread || isReadable, rounds < Connection.roundsPerTurn {
            takeIn()
            flush()
        }
        isInTurn = false
        guard phase == .open else { return }
        if inputEnded, !hasUnread, first == nil, source == nil, leftover.isEmpty { return linger() }
        if rounds >= Connection.roundsPerTurn || wantsAnotherTurn { queueTurn() }
        var events = EPOLL_EVENTS(rawValue: 0)
        if isBlocked, !blockedOnRead { events = EPOLLOUT }
        if !inputEnded, canTake || blockedOnRead { events = EPOLL_EVENTS(rawValue: events.rawValue | EPOLLIN.rawValue) }
        watch(events)
        setDeadline()
    }

    /// More can be written although nothing is blocked: other connections go first.
    private var wantsAnotherTurn: Bool { !isBlocked && (holdsSource || first?.hasAnswer ?? false) }

    /// An answer has come; unless a turn is under way, one is due.
    func answered() {
        guard phase == .open, !isInTurn else { return }
        queueTurn()
    }

    private func queueTurn() {
        guard !turnIsQueued else { return }
        turnIsQueued = true
        loop.afterwards { self.turn() }
    }

    private func readOnce() {
        switch transport.read(into: loop.scratch) {
        case .moved(let count):
            isReadable = transport.hasPending
            acceptor.metrics.bytesReceived.add(count)
            let bytes = UnsafeBufferPointer(rebasing: loop.scratch[0..<count])
            if !holdsPending {
                let used = parse(bytes)
                if used < count, phase == .open { pending = Array(bytes[used...]) }
            } else {
                pending.append(contentsOf: bytes)
                parsePending()
            }
        case .blocked(let onWrite):
            isReadable = false
            if onWrite { isBlocked = true }
        case .ended:
            isReadable = false
            inputEnded = true
        case .failed: close()
        }
    }

    private func parsePending() {
        // Moved out while handlers run: they may end up closing the connection, which empties `pending`.
        var bytes = pending
        pending = []
        let used = bytes.withUnsafeBufferPointer { parse($0) }
        guard phase == .open else { return }
        if used > 0 { bytes.removeFirst(used) }
        pending = bytes
    }

    /// Takes whole requests from the bytes; answers how many were used.
    private func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var place = 0
        hasUnread = false
        while place < bytes.count, phase == .open, !isLast {
            let rest = bytes.part(place, bytes.count)
            if readsHead {
                guard canTake else {
                    hasUnread = true
                    return place
                }
                let used = takeHead(rest)
                if used == 0 { return place }
                place += used
                continue
            }
            switch reading {
            case .head: break
            case .body(let head, let remaining):
                let take = min(remaining, rest.count)
                if let sink {
                    periodBytes += take
                    pour(rest.part(0, take), into: sink)
                } else {
                    body.append(contentsOf: rest[0..<take])
                    noteBody(take)
                }
                place += take
                guard !isLast else { continue }
                if take == remaining {
                    reading = .head
                    dispatch(head, takeBody())
                } else {
                    reading = .body(head, remaining: remaining - take)
                }
            case .chunks(let head):
                let (used, outcome) = decoder.feed(rest, into: &body)
                if let sink {
                    periodBytes += used
                    body.withUnsafeBufferPointer { if !$0.isEmpty { pour($0, into: sink) } }
                    body.removeAll(keepingCapacity: true)
                } else {
                    noteBody(used)
                }
                place += used
                guard !isLast else { continue }
                switch outcome {
                case .more: break
                case .complete:
                    reading = .head
                    dispatch(head, takeBody())
                case .fault(let fault): refuse(fault)
                }
            }
        }
        return isLast ? bytes.count : place
    }

    /// The head at the beginning of the bytes; answers its length, or 0 when it has to wait.
    private func takeHead(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        let limit = acceptor.parser.headBytes
        // Without a new line end nothing can have changed.
        if searched > 0, searched <= bytes.count, bytes.count <= limit, bytes.lineEnd(from: searched) == nil {
            searched = bytes.count
            return 0
        }
        switch acceptor.parser.parse(bytes, after: last) {
        case .incomplete:
            searched = bytes.count
            if headSince < 0 { headSince = loop.now }
            return 0
        case .fault(let fault):
            refuse(fault)
            return bytes.count
        case .head(let head):
            if first != nil, !(head.method == .get || head.method == .head) {
                // What changes something waits until everything before it is answered.
                hasUnread = true
                return 0
            }
            searched = 0
            headSince = -1
            if head.isPattern, head.block !== last?.block, head.block.headers.lines.count <= Connection.longestPattern { last = head }
            begin(head, moreFollows: bytes.count > head.length)
            return head.length
        }
    }

    private func begin(_ head: RequestHead, moreFollows: Bool) {
        acceptor.metrics.requests.add(1)
        if acceptor.hasProxies { findClient(head) }
        refusal = acceptor.refusal(of: head, from: client.address)
        guard head.framing != .none else { return dispatch(head, []) }
        if let refusal {
            // A small body is read over, which costs less than a new handshake; for a large one nobody waits.
            guard case .length(let length) = head.framing, length <= Connection.smallRefusedBody, !head.expectsContinue else {
                return end(with: refusal)
            }
            body = []
            bodyLimit = length
            reading = .body(head, remaining: length)
            return
        }
        body = []
        switch acceptor.handler.bodyPlan(for: HTTPRequest(head, from: client, body: [])) {
        case .memory(let limit): bodyLimit = limit
        case .sink(let taker, let limit):
            bodyLimit = limit
            sink = taker
        case .refuse(let answer): return end(with: answer)
        }
        if case .length(let length) = head.framing {
            guard length <= bodyLimit else { return refuse(.largeBody) }
            body.reserveCapacity(min(length, 64 * 1024))
            reading = .body(head, remaining: length)
        } else {
            decoder = ChunkDecoder(
                limit: bodyLimit, trailerBytes: acceptor.configuration.headBytes,
                trailerFields: acceptor.configuration.fields)
            reading = .chunks(head)
        }
        if head.expectsContinue, !moreFollows, first == nil { continueDue = true }
    }

    /// Hands a piece of the body over; an answer of the sink's ends the request.
    private func pour(_ bytes: UnsafeBufferPointer<UInt8>, into taker: any HTTPBodySink) {
        guard let answer = taker.take(bytes) else { return }
        sink = nil
        end(with: answer)
    }

    /// Answers before the body is whole: the rest of it cannot be told from requests any more, so the connection closes.
    private func end(with answer: HTTPResponse) {
        isLast = true
        continueDue = false
        reading = .head
        refusal = nil
        append(HTTPExchange(connection: self, answer: answer, closes: true))
    }

    /// Behind a trusted proxy the client is whom it names.
    private func findClient(_ head: RequestHead) {
        guard acceptor.configuration.proxies.trusts(address) else { return }
        var (found, isSecure) = (address, true)
        switch acceptor.configuration.proxies.client(of: head.headers, peer: address) {
        case .none: break
        case .malformed: acceptor.metrics.malformedForwards.add(1)
        case .client(let named, let secure):
            found = named
            isSecure = secure ?? true
        }
        guard found != client.address || isSecure != client.isSecure else { return }
        client = RequestClient(found, isSecure: isSecure, certificate: client.certificate)
    }

    private func noteBody(_ bytes: Int) {
        periodBytes += bytes
        bodyQueued += bytes
        queue(bytes)
    }

    private func takeBody() -> [UInt8] {
        defer {
            body = []
            queue(-bodyQueued)
            bodyQueued = 0
        }
        return body
    }

    private func dispatch(_ head: RequestHead, _ body: [UInt8]) {
        served += 1
        let most = acceptor.requestsPerConnection
        let closes = head.block.closes || acceptor.isDraining || (most > 0 && served >= most)
        if closes { isLast = true }
        if head.method == .options, head.path == "*" {
            let answer = HTTPResponse(
                status: 204, headers: ["Allow": "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"], body: .bytes([]))
            return append(HTTPExchange(connection: self, answer: answer, closes: closes))
        }
        if let refusal {
            self.refusal = nil
            return append(HTTPExchange(connection: self, answer: refusal, closes: closes))
        }
        let exchange = HTTPExchange(connection: self, head: head, closes: closes)
        append(exchange)
        let taker = sink
        if taker != nil { sink = nil }
        acceptor.handler.handle(HTTPRequest(head, from: client, body: body, sink: taker), exchange)
    }

    /// Answers a fault after everything before it, then closes; nothing after it is read as a request.
    func refuse(_ fault: ProtocolFault) {
        if fault != .headTime, fault != .bodyTime { acceptor.metrics.protocolFaults.add(1) }
        abandonSink()
        end(with: fault.response)
    }

    private func append(_ exchange: HTTPExchange) {
        if first == nil { first = exchange } else { others.append(exchange) }
    }
}
