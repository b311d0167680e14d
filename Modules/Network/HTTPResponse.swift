/// Fields that many answers have, put into bytes once.
public struct PreparedFields: Sendable {
    let shared: HTTPHeaders.SharedFields

    /// - Returns: `nil` where there is none, or one that the server decides itself or that cannot be sent.
    public init?(_ headers: HTTPHeaders) {
        guard let shared = headers.prepared().shared else { return nil }
        self.shared = shared
    }
}

/// A 200 from memory with prepared fields, a tag and a number: most answers to programs. It stays where it is put until it is written,
/// while an `HTTPResponse` is copied on its way.
public struct PlainAnswer: Sendable {
    let fields: HTTPHeaders.SharedFields
    let tag: (high: UInt64, low: UInt64)
    let id: (high: UInt64, low: UInt64)
    public let body: [UInt8]
    /// Fields of this answer alone.
    public var more: (any FieldSource)?

    /// The same as any answer.
    public var response: HTTPResponse {
        var headers = HTTPHeaders(fields, tag: tag, id: id)
        if let more { headers.add(FieldLines(more)) }
        return HTTPResponse(headers: headers, body: .bytes(body))
    }
}

/// One answer. The server adds Date, Content-Length or chunking, Connection, and drops the body for HEAD, 204 and 304.
public struct HTTPResponse: Sendable {
    /// Where the bytes of an answer come from.
    public enum Body: Sendable {
        /// All of it, in memory.
        case bytes([UInt8])
        /// A regular file, sent in pieces; the server honours single `Range` requests (RFC 9110 §14) and answers 206 or 416.
        case file(path: String, length: Int64)
        /// Chunks produced on demand: called on the loop until it returns `nil`.
        case stream(@Sendable () throws -> [UInt8]?)
    }

    /// The status code, 200…599.
    public var status: Int
    /// Fields beyond those that the server adds; a value with CR, LF or NUL makes the answer a 500.
    public var headers: HTTPHeaders
    /// The content.
    public var body: Body

    /// An answer; by default an empty 200.
    public init(status: Int = 200, headers: HTTPHeaders = HTTPHeaders(), body: Body = .bytes([])) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
