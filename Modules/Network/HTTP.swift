/// One request, parsed strictly by RFC 9110 and 9112. Its body is whole: the loop has read it within the limits.
public struct HTTPRequest: Sendable {
    public var method: HTTPMethod
    /// The path as sent, percent-encoded, always beginning with `/`.
    public var path: String
    /// What stands after `?`, as sent; `nil` without one.
    public var query: String?
    public var headers: HTTPHeaders
    public var body: [UInt8]
    /// The peer's address without port, for limits and the log.
    public var peer: String
    /// The verified client certificate (DER), when one was presented.
    public var clientCertificate: [UInt8]?

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
        self.clientCertificate = clientCertificate
    }
}

/// A request method; any token is allowed, the router decides.
public struct HTTPMethod: Hashable, Sendable, RawRepresentable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    public static let get = HTTPMethod(rawValue: "GET")
    public static let head = HTTPMethod(rawValue: "HEAD")
    public static let post = HTTPMethod(rawValue: "POST")
    public static let put = HTTPMethod(rawValue: "PUT")
    public static let patch = HTTPMethod(rawValue: "PATCH")
    public static let delete = HTTPMethod(rawValue: "DELETE")
    public static let options = HTTPMethod(rawValue: "OPTIONS")
}

/// Header fields in the order sent; names compare without case.
public struct HTTPHeaders: Sendable, ExpressibleByDictionaryLiteral {
    public private(set) var fields: [(name: String, value: String)] = []

    public init() {}
    public init(dictionaryLiteral elements: (String, String)...) { fields = elements.map { (name: $0.0, value: $0.1) } }

    /// The first field of that name.
    public subscript(_ name: String) -> String? { preconditionFailure("unfinished") }
    public func all(_ name: String) -> [String] { preconditionFailure("unfinished") }
    public mutating func add(_ name: String, _ value: String) { fields.append((name, value)) }
    public mutating func set(_ name: String, _ value: String) { preconditionFailure("unfinished") }
}

/// One answer. The server adds Date, Content-Length or chunking, Connection, and drops the body for HEAD, 204 and 304.
public struct HTTPResponse: Sendable {
    public enum Body: Sendable {
        case bytes([UInt8])
        /// A regular file, sent in pieces; the server honours single `Range` requests (RFC 9110 §14) and answers 206 or 416.
        case file(path: String, length: Int64)
        /// Chunks produced on demand: called on the loop until it returns `nil`.
        case stream(@Sendable () throws -> [UInt8]?)
    }

    public var status: Int
    public var headers: HTTPHeaders
    public var body: Body

    public init(status: Int = 200, headers: HTTPHeaders = HTTPHeaders(), body: Body = .bytes([])) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// What answers requests. Called on the connection's loop; it must return soon and finish the exchange once, then or later.
public protocol HTTPHandler: Sendable {
    func handle(_ request: HTTPRequest, _ exchange: HTTPExchange)
    /// The largest body that this request may carry, in bytes, asked for when the head is complete.
    func bodyLimit(method: HTTPMethod, path: String) -> Int
}
