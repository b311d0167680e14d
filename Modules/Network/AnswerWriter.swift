/// Puts the head of an answer into bytes, and refuses what a handler must not send.
enum AnswerWriter {
    /// How the end of the body is told.
    enum Length {
        case bytes(Int)
        case chunked
        case none
    }

    /// Fields that the server decides itself.
    private static let own = FieldNames("date", "connection", "keep-alive", "content-length", "transfer-encoding")

    /// Appends status line and fields.
    /// - Returns: whether it did; `false` when a field would break the framing, with nothing appended.
    static func write(
        _ response: borrowing HTTPResponse, _ length: Length, closes: Bool, date: DateField, standing: StandingLines, to out: inout ByteBuffer
    ) -> Bool {
        let start = out.count
        if response.status == 200 {
            out.append(date.ok)
        } else {
            guard (200...599).contains(response.status) else { return false }
            out.append(literal: "HTTP/1.1 ")
            out.append(decimal: response.status)
            out.append(literal: " ")
            out.append(literal: StatusLine.reason(response.status))
            out.append(literal: "\r\n")
            out.append(date.line)
        }
        if !append(response.headers, to: &out) {
            out.count = start
            return false
        }
        if let numbers = response.headers.numbers { append(numbers, to: &out) }
        standing.append(besides: response.headers, to: &out)
        switch length {
        case .bytes(let count):
            out.append(literal: "Content-Length: ")
            out.append(decimal: count)
            out.append(literal: "\r\n")
        case .chunked: out.append(literal: "Transfer-Encoding: chunked\r\n")
        case .none: break
        }
        if closes { out.append(literal: "Connection: close\r\n") }
        out.append(literal: "\r\n")
        return true
    }

    /// Appends the head of a plain 200 whose fields are known beforehand.
    static func write(_ answer: borrowing PlainAnswer, closes: Bool, date: DateField, standing: StandingLines, to out: inout ByteBuffer) {
        out.append(date.ok)
        out.append(answer.fields.lines)
        append(tag: answer.tag, to: &out)
        append(id: answer.id, to: &out)
        if let more = answer.more {
            let names = out.append(more)
            standing.append(beside: answer.fields, more, names, to: &out)
        } else {
            standing.append(beside: answer.fields, to: &out)
        }
        out.append(literal: "Content-Length: ")
        out.append(decimal: answer.body.count)
        out.append(literal: "\r\n")
        if closes { out.append(literal: "Connection: close\r\n") }
        out.append(literal: "\r\n")
    }

    /// Every field but those that the server decides itself; `false` where one would break the framing.
    static func append(_ headers: borrowing HTTPHeaders, to out: inout ByteBuffer) -> Bool {
        guard headers.odd == nil else { return false }
        if let shared = headers.shared { out.append(shared.lines) }
        guard headers.names.mayShare(own) else {
            out.append(headers.lines)
            return true
        }
        headers.lines.withUnsafeBufferPointer { bytes in
            var walk = FieldWalk(bytes)
            while let line = walk.next() {
                if !isOwn(bytes.part(line.name, line.colon)) { out.append(bytes.part(line.name, line.end)) }
            }
        }
        return true
    }

    /// Lines that are made of numbers.
    static func append(_ numbers: HTTPHeaders.Numbers, to out: inout ByteBuffer) {
        if let tag = numbers.tag { append(tag: tag, to: &out) }
        if let id = numbers.id { append(id: id, to: &out) }
    }

    private static func append(tag: (high: UInt64, low: UInt64), to out: inout ByteBuffer) {
        out.append(literal: "ETag: \"")
        out.append(hexadecimal: tag.high)
        out.append(hexadecimal: tag.low)
        out.append(literal: "\"\r\n")
    }

    private static func append(id: (high: UInt64, low: UInt64), to out: inout ByteBuffer) {
        out.append(literal: "X-Request-Id: ")
        out.append(uuid: id.high, id.low)
        out.append(literal: "\r\n")
    }

    private static func isOwn(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        switch name.count {
        case 4: name.isText("date")
        case 10: name.isText("connection") || name.isText("keep-alive")
        case 14: name.isText("content-length")
        case 17: name.isText("transfer-encoding")
        default: false
        }
    }
}
