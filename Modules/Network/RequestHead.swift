import Glibc

/// The head of one request as the parser found it, and how its body is framed.
struct RequestHead {
    /// How the end of the body is known (RFC 9112 §6.3).
    enum Framing: Equatable {
        case none
        case length(Int)
        case chunked
    }

    var method: HTTPMethod
    /// Begins with `/`, except that `OPTIONS *` has `*`.
    var path: String
    var query: String?
    var headers: HTTPHeaders
    var framing: Framing
    /// The client asked to close after the answer.
    var closes: Bool
    var expectsContinue: Bool
    /// Bytes of the head with its last empty line.
    var length: Int
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
    func parse(_ bytes: Bytes) -> HeadOutcome {
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
        var marks: [HTTPHeaders.Mark] = []
        marks.reserveCapacity(12)
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
            guard marks.count < fields else { return .fault(.largeHead) }
            guard let mark = FieldLine.parse(bytes, line, end - 1, classes) else {
                return .fault(FieldLine.hasStrayLineEnd(bytes, line, end - 1) ? .lineEnd : .field)
            }
            if let fault = framing.note(bytes, mark, classes) { return .fault(fault) }
            marks.append(mark.moved(by: firstField))
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
                headers: HTTPHeaders(bytes: Array(bytes[firstField..<line]), marks: marks),
                framing: body, closes: framing.closes, expectsContinue: framing.expectsContinue, length: line))
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
