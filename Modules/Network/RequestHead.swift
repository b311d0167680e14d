import Glibc
import Synchronization

/// The head of one request as the parser found it, and how its body is framed.
final class RequestHead: Sendable {
    /// How the end of the body is known (RFC 9112 §6.3).
    enum Framing: Equatable, Sendable {
        case none
        case length(Int)
        case chunked
    }

    let method: HTTPMethod
    /// Begins with `/`, except that `OPTIONS *` has `*`.
    let path: String
    let query: String?
    /// Shared with the heads after it that have the same.
    let block: Block
    let framing: Framing
    let expectsContinue: Bool
    /// Bytes of the head with its last empty line.
    let length: Int

    /// The field lines and what follows from them alone.
    final class Block: Sendable {
        let headers: HTTPHeaders
        /// How many lines there are.
        let count: Int
        /// The client asked to close after the answer.
        let closes: Bool
        /// Whether any answer in JSON will do, as far as a look at `Accept` without its grammar tells.
        let takesJSON: Bool
        /// Whether somebody may stand behind the request: a cookie or a token.
        let isAnonymous: Bool
        /// What a handler found out from the lines; it goes with them.
        let note = Mutex<(any AnyObject & Sendable)?>(nil)

        init(_ headers: HTTPHeaders, count: Int, closes: Bool) {
            self.headers = headers
            self.count = count
            self.closes = closes
            takesJSON = headers.says(.accept, "application/json") || headers.says(.accept, "*/*")
            isAnonymous = headers[.cookie] == nil && headers[.authorization] == nil
        }
    }

    var headers: HTTPHeaders { block.headers }
    var closes: Bool { block.closes }
    var fields: Int { block.count }
    var takesJSON: Bool { block.takesJSON }

    init(
        method: HTTPMethod, path: String, query: String?, headers: HTTPHeaders, framing: Framing = .none, closes: Bool = false,
        expectsContinue: Bool = false, length: Int = 0, fields: Int = 0
    ) {
        self.method = method
        self.path = path
        self.query = query
        block = Block(headers, count: fields, closes: closes)
        self.framing = framing
        self.expectsContinue = expectsContinue
        self.length = length
    }

    /// A plain GET with the fields of another head.
    init(path: String, query: String?, block: Block, length: Int) {
        method = .get
        self.path = path
        self.query = query
        self.block = block
        framing = .none
        expectsContinue = false
        self.length = length
    }

    /// Whether a head with the same field lines means the same but for its first line.
    var isPattern: Bool { framing == .none && !expectsContinue }
}

/// What the bytes so far amount to.
enum HeadOutcome {
    case incomplete
    case fault(ProtocolFault)
    case head(RequestHead)
}

/// Parses the head of a request (RFC 9112 §2–§6), refusing whatever two readers could understand differently.
///
/// Only whole lines are judged and the first fault in reading order wins, so that the outcome does not depend on how
/// the bytes were cut into reads.
struct HeadParser {
    let headBytes: Int
    let targetBytes: Int
    let fields: Int

    typealias Bytes = UnsafeBufferPointer<UInt8>

    /// Judges the bytes from the beginning of a request.
    ///
    /// - Parameter last: the head before it on the same connection. Clients send the same fields again and again: where they do,
    ///   comparing them takes the place of reading them.
    func parse(_ bytes: Bytes, after last: RequestHead? = nil) -> HeadOutcome {
        if let last, let head = repeated(bytes, last) { return .head(head) }
        return read(bytes)
    }

    /// A plain `GET` with the fields of the head before it; `nil` where it is anything else.
    private func repeated(_ bytes: Bytes, _ last: RequestHead) -> RequestHead? {
        let fields = last.block.headers.lines.count
        // "GET " and " HTTP/1.1\r\n" around a target, then the fields and an empty line.
        guard last.isPattern, last.block.count <= self.fields, let base = bytes.baseAddress, bytes.count > 17 + fields,
            UnsafeRawPointer(base).loadUnaligned(as: UInt32.self) == 0x2054_4547, base[4] == Byte.slash
        else { return nil }
        let classes = ByteClass.table
        // A target ends where the fields would have to begin; what is longer is none of ours.
        let most = min(4 + targetBytes, bytes.count - fields - 13)
        var end = 4
        var question = -1
        while end <= most {
            if classes[Int(base[end])] & ByteClass.plain == 0 {
                guard base[end] == Byte.question else { break }
                if question < 0 { question = end }
            }
            end &+= 1
        }
        let length = end + 11 + fields + 2
        guard end <= most, length <= headBytes, base[end] == Byte.space,
            UnsafeRawPointer(base + end + 1).loadUnaligned(as: UInt64.self) == 0x312E_312F_5054_5448,
            base[end + 9] == Byte.carriageReturn, base[end + 10] == Byte.lineFeed,
            base[length - 2] == Byte.carriageReturn, base[length - 1] == Byte.lineFeed
        else { return nil }
        let isSame = last.block.headers.lines.withUnsafeBufferPointer { lines in
            lines.baseAddress.map { memcmp(base + end + 11, $0, fields) == 0 } ?? (fields == 0)
        }
        guard isSame else { return nil }
        return RequestHead(
            path: String(decoding: bytes.part(4, question < 0 ? end : question), as: UTF8.self),
            query: question < 0 ? nil : String(decoding: bytes.part(question + 1, end), as: UTF8.self), block: last.block,
            length: length)
    }

    private func read(_ bytes: Bytes) -> HeadOutcome {
        let classes = ByteClass.table
        var line = 0
        // One empty line before a request is forgiven, as RFC 9112 §2.2 asks.
        if bytes.count > 0, bytes[0] == Byte.carriageReturn {
            guard bytes.count > 1 else { return .incomplete }
            guard bytes[1] == Byte.lineFeed else {
                return bytes.lineEnd(from: 0) == nil && bytes.count <= headBytes ? .incomplete : .fault(.lineEnd)
            }
            line = 2
        }
        guard let first = bytes.lineEnd(from: line) else {
            return bytes.count - line > headBytes ? .fault(.longTarget) : .incomplete
        }
        guard first + 1 - line <= headBytes else { return .fault(.longTarget) }
        guard first > line, bytes[first - 1] == Byte.carriageReturn else { return .fault(.lineEnd) }
        let start: RequestLine
        switch RequestLine.parse(bytes.part(line, first - 1), targetBytes: targetBytes, classes: classes) {
        case .success(let found): start = found
        case .failure(let failure): return .fault(failure.fault)
        }

        let firstField = first + 1
        line = firstField
        var names = FieldNames()
        var count = 0
        var framing = FramingFields()
        while true {
            guard let end = bytes.lineEnd(from: line) else {
                return bytes.count > headBytes ? .fault(.largeHead) : .incomplete
            }
            guard end < headBytes else { return .fault(.largeHead) }
            guard end > line, bytes[end - 1] == Byte.carriageReturn else { return .fault(.lineEnd) }
            if end - 1 == line {
                line = end + 1
                break
            }
            guard count < fields else { return .fault(.largeHead) }
            guard let mark = FieldLine.parse(bytes, line, end - 1, classes) else {
                return .fault(FieldLine.hasStrayLineEnd(bytes, line, end - 1) ? .lineEnd : .field)
            }
            if let fault = framing.note(bytes, mark, classes) { return .fault(fault) }
            names.insert(bytes.part(mark.name, mark.nameEnd))
            count += 1
            line = end + 1
        }
        let body: RequestHead.Framing
        switch framing.conclude(with: start, bytes) {
        case .success(let found): body = found
        case .failure(let failure): return .fault(failure.fault)
        }
        return .head(
            RequestHead(
                method: start.method, path: start.path, query: start.query,
                headers: HTTPHeaders(lines: Array(bytes[firstField..<(line - 2)]), names: names),
                framing: body, closes: framing.closes, expectsContinue: framing.expectsContinue, length: line, fields: count))
    }
}

/// A fault on its way through a `Result`.
struct ProtocolFailure: Error {
    let fault: ProtocolFault
}

extension UnsafeBufferPointer<UInt8> {
    /// The offset of the next line feed.
    @inline(__always)
    func lineEnd(from offset: Int) -> Int? {
        guard offset < count, let base = baseAddress else { return nil }
        guard let found = memchr(base + offset, 10, count - offset) else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }
}
