/// One request, parsed strictly by RFC 9110 and 9112. Its body is whole: the loop has read it within the limits, or its sink has
/// taken it.
public struct HTTPRequest: Sendable {
    /// The method token.
    public var method: HTTPMethod
    /// The path as sent, percent-encoded, always beginning with `/`.
    public var path: String
    /// What stands after `?`, as sent; `nil` without one.
    public var query: String?
    /// The header fields in the order sent.
    public var headers: HTTPHeaders
    /// The whole body, chunks joined.
    public var body: [UInt8]
    /// Where the body went instead, when the handler wanted it so.
    public var sink: (any HTTPBodySink)?
    /// The client's address without port, for limits and the log; behind a trusted proxy the one that it names.
    public var peer: String
    /// The same as a number.
    public var address: NetworkAddress
    /// `false` when a trusted proxy says that the client spoke plain HTTP to it.
    public var isSecure = true
    /// The verified client certificate (DER), when one was presented.
    public var clientCertificate: [UInt8]?

    /// A request made by hand, for tests and for calls inside the house.
    public init(
        method: HTTPMethod, path: String, query: String? = nil, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = [],
        peer: String = "127.0.0.1", clientCertificate: [UInt8]? = nil
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.peer = peer
        address = NetworkAddress(peer) ?? NetworkAddress(four: 0)
        self.clientCertificate = clientCertificate
    }

    /// A request as it came.
    init(_ head: borrowing RequestHead, body: [UInt8], peer: String, address: NetworkAddress, isSecure: Bool, certificate: [UInt8]?) {
        method = head.method
        path = head.path
        query = head.query
        headers = head.headers
        self.body = body
        self.peer = peer
        self.address = address
        self.isSecure = isSecure
        clientCertificate = certificate
    }
}
