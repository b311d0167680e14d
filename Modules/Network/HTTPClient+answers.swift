extension HTTPClient {
    /// Sends a request and reads its answer; connects first where needed. A body gets its `Content-Length`.
    /// - Throws: `NetworkError` when the connection fails or the answer is not HTTP.
    public func request(
        _ method: HTTPMethod, _ path: String, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = []
    ) throws -> Answer {
        try send(Self.bytes(of: method, path, headers: headers, body: body, serverName: serverName))
        let answer = try readAnswer(to: method)
        if answer.headers["Connection"]?.lowercased() == "close" { disconnect() }
        return answer
    }

    /// A request as it is sent.
    static func bytes(of method: HTTPMethod, _ path: String, headers: HTTPHeaders, body: [UInt8], serverName: String) -> [UInt8] {
        var text = "\(method.rawValue) \(path) HTTP/1.1\r\n"
        if headers["Host"] == nil { text += "Host: \(serverName)\r\n" }
        for field in headers.fields { text += "\(field.name): \(field.value)\r\n" }
        if !body.isEmpty || method == .post || method == .put || method == .patch {
            text += "Content-Length: \(body.count)\r\n"
        }
        return Array((text + "\r\n").utf8) + body
    }

    /// `GET`.
    public func get(_ path: String, headers: HTTPHeaders = HTTPHeaders()) throws -> Answer {
        try request(.get, path, headers: headers)
    }

    /// Reads the next answer; interim answers (1xx) are answers too.
    public func readAnswer(to method: HTTPMethod = .get) throws -> Answer {
        var reader = AnswerReader(to: method, limit: answerLimit)
        do {
            while true {
                let more = try receive()
                guard !more.isEmpty else {
                    let answer = try reader.end()
                    disconnect()
                    return answer
                }
                if let answer = try reader.feed(more) {
                    unread = reader.rest
                    return answer
                }
            }
        } catch let error as NetworkError where error.code == AnswerReader.malformed {
            disconnect()
            throw error
        }
    }

    /// Reads until the server closes.
    public func readToEnd() throws -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let more = try receive()
            if more.isEmpty { return bytes }
            bytes += more
        }
    }
}
