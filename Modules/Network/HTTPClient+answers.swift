extension HTTPClient {
    /// Sends a request and reads its answer; connects first where needed. A body gets its `Content-Length`.
    /// - Throws: `NetworkError` when the connection fails or the answer is not HTTP.
    public func request(
        _ method: HTTPMethod, _ path: String, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = []
    ) throws -> Answer {
        var text = "\(method.rawValue) \(path) HTTP/1.1\r\n"
        if headers["Host"] == nil { text += "Host: \(serverName)\r\n" }
        for field in headers.fields { text += "\(field.name): \(field.value)\r\n" }
        if !body.isEmpty || method == .post || method == .put || method == .patch {
            text += "Content-Length: \(body.count)\r\n"
        }
        try send(Array((text + "\r\n").utf8) + body)
        let answer = try readAnswer(to: method)
        if answer.headers["Connection"]?.lowercased() == "close" { disconnect() }
        return answer
    }

    /// `GET`.
    public func get(_ path: String, headers: HTTPHeaders = HTTPHeaders()) throws -> Answer {
        try request(.get, path, headers: headers)
    }

    /// Reads the next answer; interim answers (1xx) are answers too.
    public func readAnswer(to method: HTTPMethod = .get) throws -> Answer {
        var bytes: [UInt8] = []
        var end: Int?
        while end == nil {
            let more = try receive()
            guard !more.isEmpty else { throw broken("连接在应答首部之前结束") }
            bytes += more
            end = HTTPClient.headEnd(bytes)
            guard end != nil || bytes.count <= 256 * 1024 else { throw broken("应答首部过长") }
        }
        guard let end, let (status, headers) = HTTPClient.head(bytes[..<end]) else { throw broken("应答首部无法解析") }
        var rest = Array(bytes[end...])
        if method == .head || status == 204 || status == 304 || status < 200 {
            unread = rest
            return Answer(status: status, headers: headers, body: [])
        }
        if headers["Transfer-Encoding"] != nil { return try readChunks(rest, status, headers) }
        guard let field = headers["Content-Length"] else {
            // Without a length the content ends with the connection (RFC 9112 §6.3).
            while rest.count <= answerLimit {
                let more = try receive()
                if more.isEmpty { break }
                rest += more
            }
            disconnect()
            guard rest.count <= answerLimit else { throw broken("应答正文过长") }
            return Answer(status: status, headers: headers, body: rest)
        }
        guard let length = Int(field), length >= 0 else { throw broken("应答没有给出长度") }
        guard length <= answerLimit else { throw broken("应答正文过长") }
        while rest.count < length {
            let more = try receive()
            guard !more.isEmpty else { throw broken("应答正文不完整") }
            rest += more
        }
        unread = Array(rest[length...])
        return Answer(status: status, headers: headers, body: Array(rest[..<length]))
    }

    private func readChunks(_ first: [UInt8], _ status: Int, _ headers: HTTPHeaders) throws -> Answer {
        var decoder = ChunkDecoder(limit: answerLimit, trailerBytes: 16 * 1024, trailerFields: 100)
        var body: [UInt8] = []
        var bytes = first
        while true {
            let (used, outcome) = bytes.withUnsafeBufferPointer { decoder.feed($0, into: &body) }
            switch outcome {
            case .complete:
                unread = Array(bytes[used...])
                return Answer(status: status, headers: headers, body: body)
            case .fault: throw broken("应答分块无法解析")
            case .more:
                bytes = try receive()
                guard !bytes.isEmpty else { throw broken("应答正文不完整") }
            }
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

    private static func headEnd(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        for i in 0...(bytes.count - 4)
        where bytes[i] == 13 && bytes[i + 1] == 10 && bytes[i + 2] == 13 && bytes[i + 3] == 10 {
            return i + 4
        }
        return nil
    }

    private static func head(_ bytes: ArraySlice<UInt8>) -> (Int, HTTPHeaders)? {
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n")
        guard let first = lines.first, first.hasPrefix("HTTP/1.1 ") || first.hasPrefix("HTTP/1.0 "), let status = Int(first.dropFirst(9).prefix(3)) else {
            return nil
        }
        var headers = HTTPHeaders()
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { return nil }
            headers.add(String(line[..<colon]), String(line[line.index(after: colon)...].drop { $0 == " " }))
        }
        return (status, headers)
    }

    private func broken(_ sentence: String) -> NetworkError {
        disconnect()
        return NetworkError("answer", "\(sentence)。", log: "malformed or incomplete answer")
    }
}
