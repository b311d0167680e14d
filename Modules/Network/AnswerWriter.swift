/// Puts the head of an answer into bytes, and refuses what a handler must not send.
enum AnswerWriter {
    /// How the end of the body is told.
    enum Length {
        case bytes(Int)
        case chunked
        case none
    }

    /// Appends status line and fields.
    /// - Returns: whether it did; `false` when a field would break the framing, with nothing appended.
    static func write(
        _ response: borrowing HTTPResponse, _ length: Length, closes: Bool, date: [UInt8], standing: inout StandingLines, to out: inout ByteBuffer
    ) -> Bool {
        let start = out.count
        if response.status == 200 {
            out.append("HTTP/1.1 200 OK\r\n")
        } else {
            guard (200...599).contains(response.status) else { return false }
            out.append("HTTP/1.1 ")
            out.append(decimal: response.status)
            out.append(" ")
            out.append(StatusLine.reason(response.status))
            out.append("\r\n")
        }
        out.append(date)
        if !append(response.headers, to: &out) {
            out.count = start
            return false
        }
        standing.append(besides: response.headers, to: &out)
        switch length {
        case .bytes(let count):
            out.append("Content-Length: ")
            out.append(decimal: count)
            out.append("\r\n")
        case .chunked: out.append("Transfer-Encoding: chunked\r\n")
        case .none: break
        }
        if closes { out.append("Connection: close\r\n") }
        out.append("\r\n")
        return true
    }

    /// Every field; `false` at the first that would break the framing.
    static func append(_ headers: borrowing HTTPHeaders, to out: inout ByteBuffer) -> Bool {
        if headers.isReceived {
            for field in headers.fields where !append(field.name, field.value, to: &out) { return false }
            return true
        }
        if let shared = headers.shared { out.append(shared.lines) }
        for field in headers.written where !append(field.name, field.value, to: &out) { return false }
        return true
    }

    /// One field; those that the server decides itself are left out.
    private static func append(_ name: String, _ value: String, to out: inout ByteBuffer) -> Bool {
        var name = name, value = value
        let classes = ByteClass.table
        return name.withUTF8 { name in
            guard !name.isEmpty, all(name, ByteClass.token, classes) else { return false }
            switch name.count {
            case 4 where name.isText("date"), 10 where name.isText("connection"), 10 where name.isText("keep-alive"),
                14 where name.isText("content-length"), 17 where name.isText("transfer-encoding"):
                return true
            default: break
            }
            return value.withUTF8 { value in
                guard all(value, ByteClass.value, classes) else { return false }
                out.append(name)
                out.append(": ")
                out.append(value)
                out.append("\r\n")
                return true
            }
        }
    }

    @inline(__always)
    private static func all(
        _ bytes: UnsafeBufferPointer<UInt8>, _ bits: UInt8, _ classes: UnsafePointer<UInt8>
    ) -> Bool {
        guard let base = bytes.baseAddress else { return true }
        var place = 0
        // Eight visible characters at a time, where the class is that of values.
        if bits == ByteClass.value {
            let high: UInt64 = 0x8080_8080_8080_8080, ones: UInt64 = 0x0101_0101_0101_0101
            while bytes.count &- place >= 8 {
                let word = UnsafeRawPointer(base + place).loadUnaligned(as: UInt64.self)
                let control = (word &- ones &* 0x20) & ~word
                let delete = word ^ ones &* 0x7F
                guard (control | (delete &- ones) & ~delete | word) & high == 0 else { break }
                place &+= 8
            }
        }
        while place < bytes.count {
            if classes[Int(base[place])] & bits == 0 { return false }
            place &+= 1
        }
        return true
    }
}
