/// What answers requests. Called on the connection's loop; it must return soon and finish the exchange once, then or later.
public protocol HTTPHandler: Sendable {
    func handle(_ request: HTTPRequest, _ exchange: HTTPExchange)
    /// The largest body that this request may carry, in bytes, asked for when the head is complete.
    func bodyLimit(method: HTTPMethod, path: String) -> Int
}
