import Synchronization

/// One request waiting for its answer.
public final class HTTPExchange: @unchecked Sendable {
    /// The loop that the request arrived on and its answer leaves from.
    public let loop: EventLoop

    private let isFinished = Atomic<Bool>(false)
    private let taker: (any AnswerTaker)?

    // On the loop's thread only, from here on.
    private var abandoned: (@Sendable () -> Void)?
    var connection: Connection?
    private var answer: HTTPResponse?
    /// The answer in the place of `answer`.
    private var plain: PlainAnswer?
    /// An answer has come and was not taken yet.
    private(set) var hasAnswer = false
    let isHead: Bool
    /// GET or HEAD: what was begun for it may be left undone.
    public let isSafe: Bool
    /// The connection ends with this answer.
    var closes: Bool
    /// The value of `Range`, for files.
    let range: String?
    /// The value of `If-Range`: the range counts only for this very version.
    let ifRange: String?
    let since: Int64

    init(connection: Connection, head: RequestHead, closes: Bool) {
        loop = connection.loop
        taker = nil
        self.connection = connection
        isHead = head.method == .head
        isSafe = head.method == .get || isHead
        self.closes = closes
        range = head.method == .get ? head.block.headers[.range] : nil
        ifRange = range == nil ? nil : head.block.headers[.ifRange]
        since = loop.now
    }

    /// An exchange that the server answers itself, after those before it.
    init(connection: Connection, answer: HTTPResponse, closes: Bool) {
        loop = connection.loop
        taker = nil
        self.connection = connection
        self.answer = answer
        hasAnswer = true
        isHead = false
        isSafe = true
        self.closes = closes
        range = nil
        ifRange = nil
        since = loop.now
        isFinished.store(true, ordering: .relaxed)
    }

    /// An exchange without a connection, for calling a handler from inside the house; the closure gets the answer on
    /// the loop's thread.
    public convenience init(loop: EventLoop, finished: @escaping @Sendable (HTTPResponse) -> Void) {
        self.init(loop: loop, taker: ClosureTaker(finished))
    }

    /// The same, where somebody takes the answer who can do without a whole `HTTPResponse`.
    public init(loop: EventLoop, taker: any AnswerTaker) {
        self.loop = loop
        self.taker = taker
        isHead = false
        isSafe = true
        closes = false
        range = nil
        ifRange = nil
        since = 0
    }

    /// Sends the answer; from any thread, exactly once. A second call is ignored and counted as a defect.
    public func finish(_ response: consuming HTTPResponse) {
        guard !isFinished.exchange(true, ordering: .acquiringAndReleasing) else {
            loop.run { self.connection?.acceptor.metrics.defects.add(1) }
            return
        }
        if loop.isCurrent {
            deliver(response)
        } else {
            let response = response
            loop.run { self.deliver(response) }
        }
    }

    /// Sends a 200 with these fields, a strong tag and the request's number; from any thread, exactly once, as `finish`.
    public func finish(
        _ body: [UInt8], with fields: PreparedFields, tag: (high: UInt64, low: UInt64), id: (high: UInt64, low: UInt64)
    ) {
        finish(PlainAnswer(fields: fields.shared, tag: tag, id: id, body: body))
    }

    /// The same, put together already.
    public func finish(_ answer: consuming PlainAnswer) {
        guard loop.isCurrent else { return finish(answer.response) }
        guard !isFinished.exchange(true, ordering: .acquiringAndReleasing) else {
            connection?.acceptor.metrics.defects.add(1)
            return
        }
        if let taker { return taker.take(consume answer) }
        guard !hasAnswer else { return }
        plain = consume answer
        hasAnswer = true
        connection?.answered()
    }

    /// Runs the closure, on the loop's thread, when the caller has gone before the answer; from any thread. Only the last one counts.
    public func onAbandon(_ body: @escaping @Sendable () -> Void) {
        guard loop.isCurrent else {
            loop.run { self.onAbandon(body) }
            return
        }
        guard taker == nil, !isFinished.load(ordering: .acquiring) else { return }
        if connection == nil { body() } else { abandoned = body }
    }

    /// Its connection is gone.
    func abandon() {
        connection = nil
        if let abandoned, !isFinished.load(ordering: .acquiring) { abandoned() }
        abandoned = nil
    }

    /// Puts the server's own answer in the place of one that did not come; later ones are ignored.
    func overrule(_ response: HTTPResponse) {
        isFinished.store(true, ordering: .relaxed)
        answer = response
        plain = nil
        hasAnswer = true
        closes = true
    }

    /// The answer, handed over to be sent.
    func take() -> HTTPResponse? {
        guard hasAnswer else { return nil }
        hasAnswer = false
        return answer.take()
    }

    /// The same where it is a plain one.
    @inline(__always)
    func takePlain() -> PlainAnswer? {
        guard hasAnswer, plain != nil else { return nil }
        hasAnswer = false
        return plain.take()
    }

    private func deliver(_ response: consuming HTTPResponse) {
        if let taker { return taker.take(response) }
        guard !hasAnswer else { return }
        answer = consume response
        hasAnswer = true
        connection?.answered()
    }
}

/// Takes the answer of an exchange that has no connection, once, on the loop's thread.
public protocol AnswerTaker: AnyObject, Sendable {
    func take(_ response: consuming HTTPResponse)
    /// A 200 from memory, see `HTTPExchange.finish(_:with:tag:id:)`.
    func take(_ answer: consuming PlainAnswer)
}

private final class ClosureTaker: AnswerTaker {
    private let finished: @Sendable (HTTPResponse) -> Void

    init(_ finished: @escaping @Sendable (HTTPResponse) -> Void) { self.finished = finished }

    func take(_ response: consuming HTTPResponse) { finished(response) }
    func take(_ answer: consuming PlainAnswer) { finished(answer.response) }
}
