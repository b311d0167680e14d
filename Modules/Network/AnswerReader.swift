/// Puts a client's answer together from the pieces in which it comes.
struct AnswerReader {
    /// Code of the error where what came is no answer.
    static let malformed = "network.answer"

    private enum Content {
        case length(Int)
        case chunks(ChunkDecoder)
        /// Without a length the content ends with the connection (RFC 9112 §6.3).
        case untilEnd
    }

    private let method: HTTPMethod
    private let limit: Int
    private let isPatient: Bool
    private var head: (status: Int, headers: HTTPHeaders)?
    private var content = Content.untilEnd
    /// Of the head at first, then of the body.
    private var bytes: [UInt8] = []
    private var body: [UInt8] = []
    /// Bytes of interim answers so far.
    private var interim = 0

    /// - Parameters:
    ///   - limit: the longest body, in bytes.
    ///   - isPatient: interim answers (1xx) are passed over.
    init(to method: HTTPMethod, limit: Int, isPatient: Bool = false) {
        self.method = method
        self.limit = limit
        self.isPatient = isPatient
    }

    /// What came behind the answer.
    private(set) var rest: [UInt8] = []

    /// - Returns: `nil`: there must be more.
    /// - Throws: `NetworkError` `network.answer`.
    mutating func feed(_ more: [UInt8]) throws -> HTTPClient.Answer? {
        guard !more.isEmpty else { return nil }
        bytes += more
        while head == nil {
            guard let end = Self.headEnd(bytes, from: max(0, bytes.count - more.count)) else {
                guard interim + bytes.count <= 256 * 1024 else { throw Self.broken("应答首部过长") }
                return nil
            }
            guard let (status, headers) = Self.head(bytes[..<end]) else { throw Self.broken("应答首部无法解析") }
            bytes.removeFirst(end)
            // An interim answer goes before the real one (RFC 9110 §15.2).
            if isPatient, (100..<200).contains(status), status != 101 {
                interim += end
                guard interim <= 256 * 1024 else { throw Self.broken("应答首部过长") }
                continue
            }
            head = (status, headers)
            if method == .head || status == 204 || status == 304 || status < 200 { return finish([], rest: bytes) }
            if headers["Transfer-Encoding"] != nil {
                content = .chunks(ChunkDecoder(limit: limit, trailerBytes: 16 * 1024, trailerFields: 100))
            } else if let field = headers["Content-Length"] {
                guard let length = Int(field), length >= 0, field.utf8.allSatisfy({ (48...57).contains($0) }) else { throw Self.broken("应答没有给出长度") }
                guard length <= limit else { throw Self.broken("应答正文过长") }
                content = .length(length)
            }
        }
        switch content {
        case .untilEnd:
            guard bytes.count <= limit else { throw Self.broken("应答正文过长") }
            return nil
        case .length(let length):
            guard bytes.count > length else { return bytes.count < length ? nil : finish(bytes, rest: []) }
            return finish(Array(bytes[..<length]), rest: Array(bytes[length...]))
        case .chunks(var decoder):
            var body = self.body
            self.body = []
            let (used, outcome) = bytes.withUnsafeBufferPointer { decoder.feed($0, into: &body) }
            switch outcome {
            case .complete: return finish(body, rest: Array(bytes[used...]))
            case .fault: throw Self.broken("应答分块无法解析")
            case .more:
                content = .chunks(decoder)
                self.body = body
                bytes = []
                return nil
            }
        }
    }

    /// The connection ended.
    mutating func end() throws -> HTTPClient.Answer {
        guard head != nil else { throw Self.broken("连接在应答首部之前结束") }
        guard case .untilEnd = content, let answer = finish(bytes, rest: []) else { throw Self.broken("应答正文不完整") }
        return answer
    }

    private mutating func finish(_ body: [UInt8], rest: [UInt8]) -> HTTPClient.Answer? {
        self.rest = rest
        return head.map { HTTPClient.Answer(status: $0.status, headers: $0.headers, body: body) }
    }

    private static func headEnd(_ bytes: [UInt8], from place: Int) -> Int? {
        guard bytes.count >= 4 else { return nil }
        for i in max(0, place - 3)...(bytes.count - 4)
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

    private static func broken(_ sentence: String) -> NetworkError {
        NetworkError("answer", "\(sentence)。", log: "malformed or incomplete answer")
    }
}
