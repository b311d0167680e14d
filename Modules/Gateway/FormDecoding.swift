import Messages
import Pages

/// Reads what browsers send: percent-encoding, URL-encoded forms and multipart forms (WHATWG URL §5, RFC 7578).
enum FormDecoding {
    static let fieldLimit = 1000

    /// `nil` for a broken escape, a NUL or anything that is not UTF-8.
    static func percentDecoded(_ text: some Sequence<UInt8>, plusIsSpace: Bool) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.underestimatedCount)
        var pending: [UInt8]?
        for byte in text {
            if var digits = pending {
                digits.append(byte)
                if digits.count < 2 {
                    pending = digits
                    continue
                }
                guard let high = hex(digits[0]), let low = hex(digits[1]) else { return nil }
                let value = high << 4 | low
                guard value != 0 else { return nil }
                bytes.append(value)
                pending = nil
            } else if byte == UInt8(ascii: "%") {
                pending = []
            } else {
                guard byte != 0 else { return nil }
                bytes.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        guard pending == nil else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hex(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }

    /// `a=1&b=2` as pairs, in order.
    static func pairs(_ text: some Collection<UInt8>) throws(Refusal) -> [(name: String, value: String)] {
        var pairs: [(name: String, value: String)] = []
        for part in text.split(separator: UInt8(ascii: "&")) {
            let halves = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let first = halves.first, let name = percentDecoded(first, plusIsSpace: true),
                let value = halves.count > 1 ? percentDecoded(halves[1], plusIsSpace: true) : ""
            else {
                throw Refusal(
                    "gateway.form-encoding", status: 400, message: "表单内容的编码有误（须为 UTF-8 百分号编码）。请返回上一页重新提交。",
                    log: "form or query string is not percent-encoded UTF-8")
            }
            guard pairs.count < fieldLimit else { throw tooManyFields }
            pairs.append((name, value))
        }
        return pairs
    }

    private static let tooManyFields = Refusal(
        "gateway.form-fields", status: 413, message: "表单字段超过 \(fieldLimit) 个，未受理。请分次提交。", log: "form has more than \(fieldLimit) fields")

    private static func brokenMultipart(_ what: String) -> Refusal {
        Refusal(
            "gateway.multipart", status: 400, message: "上传内容不完整或格式有误，未受理。请返回上一页重新选择文件后提交。",
            log: "multipart form: \(what)")
    }

    /// A `multipart/form-data` body: fields and files, in order. File names are labels only.
    static func multipart(_ body: [UInt8], boundary: String) throws(Refusal) -> (fields: [(name: String, value: String)], files: [UploadedFile]) {
        guard (1...70).contains(boundary.utf8.count) else { throw brokenMultipart("boundary of \(boundary.utf8.count) characters") }
        let delimiter = Array("\r\n--\(boundary)".utf8)
        var fields: [(name: String, value: String)] = []
        var files: [UploadedFile] = []
        var parts = 0
        guard body.starts(with: delimiter.dropFirst(2)) else { throw brokenMultipart("does not begin with its boundary") }
        var position = delimiter.count - 2
        while true {
            if body[position...].starts(with: [45, 45]) { return (fields, files) }
            guard body[position...].starts(with: [13, 10]) else { throw brokenMultipart("boundary without line end") }
            position += 2
            guard let headEnd = find([13, 10, 13, 10], in: body, from: position), headEnd - position <= 4096 else {
                throw brokenMultipart("part without head")
            }
            guard !body[position..<headEnd].contains(0) else { throw brokenMultipart("NUL in the head of a part") }
            let head = String(decoding: body[position..<headEnd], as: UTF8.self)
            let start = headEnd + 4
            guard let end = find(delimiter, in: body, from: start) else { throw brokenMultipart("part without end") }
            let part = Part(head: head)
            guard let name = part.name else { throw brokenMultipart("part without name") }
            // Also empty file fields, which leave nothing behind, cost reading.
            parts += 1
            guard parts <= fieldLimit else { throw tooManyFields }
            if let fileName = part.fileName {
                if !(fileName.isEmpty && start == end) {
                    files.append(UploadedFile(field: name, name: fileName, type: part.type, bytes: Array(body[start..<end])))
                }
            } else {
                guard !body[start..<end].contains(0), let value = String(validating: body[start..<end], as: UTF8.self) else { throw brokenMultipart("field '\(name)' is not UTF-8, or holds a NUL") }
                fields.append((name, value))
            }
            position = end + delimiter.count
        }
    }

    struct Part {
        var name: String?
        var fileName: String?
        var type = "application/octet-stream"
        var hasType = false

        init(head: String) {
            for line in head.split(separator: "\r\n") {
                let halves = line.split(separator: ":", maxSplits: 1)
                guard halves.count == 2 else { continue }
                let value = halves[1].drop { $0 == " " }
                switch halves[0].lowercased() {
                case "content-disposition":
                    name = Self.parameter("name", in: value)
                    // Browsers send the bare name; anything that looks like a path is cut to its last part.
                    fileName = Self.parameter("filename", in: value).map { String($0.split { $0 == "/" || $0 == "\\" }.last ?? "") }
                case "content-type":
                    hasType = true
                    type = String(value.prefix { $0 != ";" }).lowercased()
                default: break
                }
            }
        }

        /// A quoted parameter; browsers escape `"` as %22 and line ends as %0D %0A, so the next quote ends it.
        private static func parameter(_ wanted: String, in text: Substring) -> String? {
            var rest = text.drop { $0 != ";" }
            while rest.first == ";" {
                rest = rest.dropFirst().drop { $0 == " " }
                let name = rest.prefix { $0 != "=" && $0 != ";" }
                rest = rest.dropFirst(name.count)
                guard rest.hasPrefix("=\"") else {
                    rest = rest.drop { $0 != ";" }
                    continue
                }
                let value = rest.dropFirst(2).prefix { $0 != "\"" }
                if name == wanted { return String(value.prefix(255)) }
                rest = rest.dropFirst(value.count + 3).drop { $0 != ";" }
            }
            return nil
        }
    }

    static func find(_ needle: [UInt8], in body: [UInt8], from start: Int) -> Int? {
        guard let first = needle.first, body.count >= needle.count, start <= body.count - needle.count else { return nil }
        return body.withUnsafeBufferPointer { bytes in
            var index = start
            let last = bytes.count - needle.count
            while index <= last {
                if bytes[index] == first, needle.indices.allSatisfy({ bytes[index + $0] == needle[$0] }) { return index }
                index += 1
            }
            return nil
        }
    }
}
