import Synchronization

/// One request, parsed strictly by RFC 9110 and 9112. Its body is whole: the loop has read it within the limits, or its sink has
/// taken it.
public struct HTTPRequest: Sendable {
    let head: RequestHead
    let client: RequestClient
    /// The whole body, chunks joined.
    public let body: [UInt8]
    /// Where the body went instead, when the handler wanted it so.
    public let sink: (any HTTPBodySink)?

    /// The method token.
    public var method: HTTPMethod { head.method }
    /// The path as sent, percent-encoded, always beginning with `/`.
    public var path: String { head.path }
    /// What stands after `?`, as sent; `nil` without one.
    public var query: String? { head.query }
    /// The header fields in the order sent.
    public var headers: HTTPHeaders { head.block.headers }
    /// The client's address without port, for limits and the log; behind a trusted proxy the one that it names.
    public var peer: String { client.text }
    /// The same as a number.
    public var address: NetworkAddress { client.address }
    /// `false` when a trusted proxy says that the client spoke plain HTTP to it.
    public var isSecure: Bool { client.isSecure }
    /// The verified client certificate (DER), when one was presented.
    public var clientCertificate: [UInt8]? { client.certificate }

    /// The first field of that name.
    public func field(_ name: String) -> String? { head.block.headers[name] }

    /// The first field of that name; cheap where there is none.
    public func field(_ name: HTTPFieldName) -> String? { head.block.headers[name] }

    /// Whether there may be a field of that name; `false` is certain.
    public func mayHave(_ name: HTTPFieldName) -> Bool { head.block.headers.mayHold(name) }

    /// Whether the method is GET: asked of every request, without handing the token out.
    public var isGet: Bool { head.method == .get }
    /// Whether it is GET or HEAD.
    public var isRead: Bool { head.method == .get || head.method == .head }
    /// Whether it shows neither cookie nor token nor certificate.
    public var isAnonymous: Bool { head.block.isAnonymous && client.certificate == nil }

    /// Whether `Accept` plainly asks for JSON or for anything; `false` where it takes reading.
    public var takesJSON: Bool { head.block.takesJSON }

    /// What was kept by a request of the same connection with the very same field lines; `nil` for the first of them.
    public var kept: (any AnyObject & Sendable)? { head.block.note.withLock { $0 } }

    /// Keeps what follows from the field lines alone, for the requests after this one that repeat them.
    public func keep(_ note: any AnyObject & Sendable) { head.block.note.withLock { $0 = note } }

    /// A request made by hand, for tests and for calls inside the house.
    public init(
        method: HTTPMethod, path: String, query: String? = nil, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = [],
        peer: String = "127.0.0.1", clientCertificate: [UInt8]? = nil
    ) {
        head = RequestHead(method: method, path: path, query: query, headers: headers)
        client = RequestClient(NetworkAddress(peer) ?? NetworkAddress(four: 0), text: peer, certificate: clientCertificate)
        self.body = body
        sink = nil
    }

    /// A request as it came.
    init(_ head: RequestHead, from client: RequestClient, body: [UInt8], sink: (any HTTPBodySink)? = nil) {
        self.head = head
        self.client = client
        self.body = body
        self.sink = sink
    }
}

/// Who sends the requests of a connection.
final class RequestClient: Sendable {
    let address: NetworkAddress
    let text: String
    let isSecure: Bool
    let certificate: [UInt8]?

    init(_ address: NetworkAddress, text: String? = nil, isSecure: Bool = true, certificate: [UInt8]? = nil) {
        self.address = address
        self.text = text ?? address.description
        self.isSecure = isSecure
        self.certificate = certificate
    }
}
