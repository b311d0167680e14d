import Messages
public import Network

/// What came of one attempt to reach a receiver.
public struct WebhookAnswer: Sendable, Hashable {
    public var status: Int
    public var body: [UInt8]
    /// Seconds that the receiver asks to wait (`Retry-After` in seconds).
    public var retryAfter: Int?

    public init(status: Int, body: [UInt8] = [], retryAfter: Int? = nil) {
        self.status = status
        self.body = body
        self.retryAfter = retryAfter
    }
}

/// Sends a webhook; blocks until the answer or a failure.
public struct WebhookTransport: Sendable {
    typealias Post = @Sendable (_ url: EndpointURL, _ headers: [(String, String)], _ body: [UInt8]) throws -> WebhookAnswer
    let post: Post

    init(_ post: @escaping Post) { self.post = post }

    /// A transport of a test: gets URL, header fields and body.
    package static func fake(_ answer: @escaping @Sendable (String, [String: String], [UInt8]) throws -> WebhookAnswer) -> WebhookTransport {
        WebhookTransport { url, headers, body in
            try answer(url.description, Dictionary(headers) { first, _ in first }, body)
        }
    }

    /// Over TLS to the address that the name has now, when the guard permits it. Redirects are answers like others; the body is read up to 64 KiB.
    ///
    /// - Parameters:
    ///   - authority: PEM file of further authorities beside the system's.
    ///   - time: for everything together, from the name to the answer.
    ///   - resolve: the addresses of a name within a time.
    public static func network(
        _ addresses: AddressGuard, authority: String?, time: Duration = .seconds(15),
        resolve: @escaping @Sendable (String, Int, Duration) throws -> [SocketAddress] = { try SocketAddress.resolve($0, port: $1, within: $2) }
    ) -> WebhookTransport {
        WebhookTransport { url, headers, body in
            let deadline = ContinuousClock.now + time
            let found = try resolve(url.host, url.port, time)
            guard let address = found.first(where: addresses.permits) else { throw Refusal.addressNotAllowed(url.host) }
            let client = try HTTPClient(
                host: address.description, port: url.port, trust: .system(also: authority), serverName: url.host, timeout: time)
            client.deadline = deadline
            client.answerLimit = 64 << 10
            defer { client.disconnect() }
            var fields: HTTPHeaders = ["Host": url.hostField, "Connection": "close"]
            for (name, value) in headers { fields.add(name, value) }
            let answer = try client.request(.post, url.target, headers: fields, body: body)
            return WebhookAnswer(
                status: answer.status, body: answer.body, retryAfter: answer.headers["Retry-After"].flatMap { Int($0) })
        }
    }
}
