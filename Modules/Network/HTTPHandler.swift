/// What answers requests. Called on the connection's loop; it must return soon and finish the exchange once, then or later.
public protocol HTTPHandler: Sendable {
    func handle(_ request: HTTPRequest, _ exchange: HTTPExchange)
    /// The largest body that this request may carry, in bytes, asked for when the head is complete.
    func bodyLimit(method: HTTPMethod, path: String) -> Int
    /// Where the body of this request goes, asked for when its head is complete and a body follows. By default into memory, as far as
    /// `bodyLimit` allows.
    func bodyPlan(for head: HTTPRequest) -> HTTPBodyPlan
    /// Whether this is answered however busy the loop is, as health is.
    func isEssential(path: String) -> Bool
    /// An answer in the place of the handler's, asked for when the head is complete: this client asks too much.
    func refusal(method: HTTPMethod, path: String, address: NetworkAddress) -> HTTPResponse?
}

extension HTTPHandler {
    public func bodyPlan(for head: HTTPRequest) -> HTTPBodyPlan { .memory(limit: bodyLimit(method: head.method, path: head.path)) }
    public func isEssential(path: String) -> Bool { false }
    public func refusal(method: HTTPMethod, path: String, address: NetworkAddress) -> HTTPResponse? { nil }
}

/// Where a request's body goes.
public enum HTTPBodyPlan: Sendable {
    /// Collected; the request is handled when it is whole.
    case memory(limit: Int)
    /// Handed over as it arrives; the request is handled, without body but with the sink, when it is whole.
    case sink(any HTTPBodySink, limit: Int)
    /// Not read at all: answered at once, and the connection closes.
    case refuse(HTTPResponse)
}

/// Takes a body as it arrives, whatever its framing. Called on the connection's loop, so it must not wait long: a write to the page
/// cache is well, a sync is not.
public protocol HTTPBodySink: AnyObject, Sendable {
    /// Takes the next bytes; never empty.
    /// - Returns: an answer that ends the request now and closes the connection; `nil` to go on.
    func take(_ bytes: UnsafeBufferPointer<UInt8>) -> HTTPResponse?
    /// The rest will not come: the peer left, was too slow, or broke the framing. Called at most once, and never after the request
    /// was handled.
    func abandon()
}
