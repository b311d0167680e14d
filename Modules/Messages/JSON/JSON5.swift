/// Reads JSON5 (https://spec.json5.org) for configuration files: JSON with comments, trailing commas, single quotes,
/// unquoted keys, hexadecimal numbers and a leading plus or point. `Infinity` and `NaN` are refused: no setting wants them.
public enum JSON5 {
    /// Reads a text of at most 1 MiB and 64 levels.
    ///
    /// - Throws: `JSON5.Problem` with line and column.
    public static func parse(_ bytes: [UInt8], limits: JSON.Limits = JSON.Limits(bytes: 1 << 20)) throws(Problem) -> JSONValue {
        var parser = JSON5Parser(bytes, limits: limits)
        return try parser.document()
    }

    /// Where a text stops being JSON5, and why.
    public struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
        /// From 1.
        public var line: Int
        /// From 1, in characters.
        public var column: Int
        /// Chinese: the rule and the next step.
        public var message: String
        /// English, for the log.
        public var reason: String

        public var description: String { "line \(line), column \(column): \(reason)" }

        /// As a fault of the file: `第 3 行第 7 列：…`.
        public func fault(field: String) -> Refusal.Fault {
            Refusal.Fault(field: field, message: "第 \(line) 行第 \(column) 列：\(message)")
        }
    }
}

/// Recursive descent over the bytes; depth is bounded by the limits.
struct JSON5Parser {
    let bytes: [UInt8]
    let limits: JSON.Limits
    var at = 0
    private var depth = 0

    init(_ bytes: [UInt8], limits: JSON.Limits) {
        self.bytes = bytes
        self.limits = limits
    }

    /// The byte ahead; 0 at the end, which no rule accepts.
    func peek(_ ahead: Int = 0) -> UInt8 { at + ahead < bytes.count ? bytes[at + ahead] : 0 }
    var isAtEnd: Bool { at >= bytes.count }

    mutating func document() throws(JSON5.Problem) -> JSONValue {
        guard bytes.count <= limits.bytes else {
            throw problem(at: 0, "文件过大，最多 \(limits.bytes) 字节，请精简。", "more than \(limits.bytes) bytes")
        }
        if let wrong = firstWrongByte() { throw problem(at: wrong, "此处不是 UTF-8 编码，请把文件另存为 UTF-8。", "not UTF-8") }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
        try space()
        let value = try value()
        try space()
        guard isAtEnd else { throw problem("值已结束，请删去后面多余的内容。", "something follows the value") }
        return value
    }

    private func firstWrongByte() -> Int? {
        bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return nil }
            var position = 0
            while position < buffer.count {
                if base[position] < 0x80 {
                    position += 1
                } else {
                    let length = JSONText.sequenceLength(base + position, buffer.count - position)
                    guard length > 0 else { return position }
                    position += length
                }
            }
            return nil
        }
    }

    func problem(_ message: String, _ reason: String) -> JSON5.Problem { problem(at: at, message, reason) }

    func problem(at offset: Int, _ message: String, _ reason: String) -> JSON5.Problem {
        let before = bytes[..<min(offset, bytes.count)]
        let line = before.count { $0 == 0x0A } + 1
        let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let column = String(decoding: before[start...], as: UTF8.self).unicodeScalars.count + 1
        return JSON5.Problem(line: line, column: column, message: message, reason: reason)
    }

    // MARK: - White space and comments

    mutating func space() throws(JSON5.Problem) {
        while !isAtEnd {
            switch peek() {
            case 0x20, 0x09...0x0D: at += 1
            case 0xC2 where peek(1) == 0xA0: at += 2
            case 0xEF where peek(1) == 0xBB && peek(2) == 0xBF: at += 3
            case 0xE2 where peek(1) == 0x80 && (0x80...0x8A ~= peek(2) || peek(2) | 1 == 0xA9 || peek(2) == 0xAF): at += 3
            case 0xE2 where peek(1) == 0x81 && peek(2) == 0x9F: at += 3
            case 0xE3 where peek(1) == 0x80 && peek(2) == 0x80: at += 3
            case 0xE1 where peek(1) == 0x9A && peek(2) == 0x80: at += 3
            case 0x2F where peek(1) == 0x2F:
                while !isAtEnd, peek() != 0x0A, peek() != 0x0D { at += 1 }
            case 0x2F where peek(1) == 0x2A:
                let start = at
                at += 2
                while !(peek() == 0x2A && peek(1) == 0x2F) {
                    guard !isAtEnd else { throw problem(at: start, "注释没有结束，请补上 */。", "a comment is not closed") }
                    at += 1
                }
                at += 2
            default: return
            }
        }
    }

    // MARK: - Values

    mutating func value() throws(JSON5.Problem) -> JSONValue {
        guard !isAtEnd else { throw problem("内容到此中断，请补上值。", "the text ends where a value is expected") }
        switch peek() {
        case 0x7B: return try container { parser throws(JSON5.Problem) in try parser.object() }
        case 0x5B: return try container { parser throws(JSON5.Problem) in try parser.array() }
        case 0x22, 0x27: return .string(try string())
        case 0x2B, 0x2D, 0x2E, 0x30...0x39: return try number()
        default: break
        }
        let start = at
        switch try identifier() {
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "null": return .null
        case "Infinity", "NaN":
            throw problem(at: start, "不支持无穷大和 NaN，请改写为具体数值。", "Infinity and NaN are not supported")
        default: throw problem(at: start, "此处应为值；文字请加引号。", "not a value; texts need quotes")
        }
    }

    private mutating func container(
        _ read: (inout JSON5Parser) throws(JSON5.Problem) -> JSONValue
    ) throws(JSON5.Problem) -> JSONValue {
        depth += 1
        guard depth <= limits.depth else {
            throw problem("嵌套超过 \(limits.depth) 层，请减少嵌套。", "nested deeper than \(limits.depth) levels")
        }
        let value = try read(&self)
        depth -= 1
        return value
    }

    private mutating func object() throws(JSON5.Problem) -> JSONValue {
        let opening = at
        at += 1
        var members: [JSONValue.Member] = []
        var seen: Set<[UInt8]> = []
        while true {
            try space()
            if peek() == 0x7D { break }
            guard !isAtEnd else { throw problem(at: opening, "花括号没有结束，请补上 }。", "an object is not closed") }
            let start = at
            let key = peek() == 0x22 || peek() == 0x27 ? try string() : try identifier()
            guard seen.insert(Array(key.utf8)).inserted else {
                throw problem(at: start, "“\(key.prefix(40))”在同一对象中重复，请删去一个。", "a key stands twice in one object")
            }
            try space()
            guard peek() == 0x3A else { throw problem("“\(key.prefix(40))”之后应为冒号。", "a colon is expected") }
            at += 1
            try space()
            members.append(.init(key, try value()))
            try space()
            if peek() == 0x7D { break }
            guard peek() == 0x2C else { throw problem("成员之间应有逗号，或以 } 结束。", "a comma or } is expected") }
            at += 1
        }
        at += 1
        return .object(members)
    }

    private mutating func array() throws(JSON5.Problem) -> JSONValue {
        let opening = at
        at += 1
        var elements: [JSONValue] = []
        while true {
            try space()
            if peek() == 0x5D { break }
            guard !isAtEnd else { throw problem(at: opening, "方括号没有结束，请补上 ]。", "an array is not closed") }
            elements.append(try value())
            try space()
            if peek() == 0x5D { break }
            guard peek() == 0x2C else { throw problem("元素之间应有逗号，或以 ] 结束。", "a comma or ] is expected") }
            at += 1
        }
        at += 1
        return .array(elements)
    }
}
