extension JSON5Parser {
    /// An ECMAScript identifier: letters, digits, `$`, `_` and characters beyond ASCII that are letters.
    mutating func identifier() throws(JSON5.Problem) -> String {
        let start = at
        while !isAtEnd {
            let byte = peek()
            let isLetter = byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A || byte == 0x24 || byte == 0x5F
            if isLetter || at > start && byte >= 0x30 && byte <= 0x39 {
                at += 1
            } else if byte >= 0x80 {
                let length = byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
                let text = String(decoding: bytes[at..<min(at + length, bytes.count)], as: UTF8.self)
                guard let scalar = text.unicodeScalars.first, scalar.properties.isIDContinue else { break }
                at += length
            } else {
                break
            }
        }
        guard at > start else { throw problem("此处有不认识的符号，请检查引号、逗号和括号是否为英文半角。", "an unexpected character") }
        return String(decoding: bytes[start..<at], as: UTF8.self)
    }

    /// A string in double or single quotes.
    mutating func string() throws(JSON5.Problem) -> String {
        let opening = at
        let quote = peek()
        at += 1
        var text: [UInt8] = []
        while true {
            guard !isAtEnd else { throw problem(at: opening, "引号没有结束，请补上。", "a string is not closed") }
            let byte = peek()
            switch byte {
            case quote:
                at += 1
                return String(decoding: text, as: UTF8.self)
            case 0x0A, 0x0D:
                throw problem(at: opening, "引号在本行没有结束，请补上；换行请写成 \\n。", "a string runs over the end of the line")
            case 0x5C:
                try escape(into: &text)
            default:
                text.append(byte)
                at += 1
            }
        }
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSON5.Problem) {
        let start = at
        at += 2
        switch bytes.indices.contains(start + 1) ? bytes[start + 1] : 0 {
        case 0x62: text.append(0x08)
        case 0x66: text.append(0x0C)
        case 0x6E: text.append(0x0A)
        case 0x72: text.append(0x0D)
        case 0x74: text.append(0x09)
        case 0x76: text.append(0x0B)
        case 0x30 where !(0x30...0x39 ~= peek()): text.append(0)
        case 0x0A: break  // the string goes on in the next line
        case 0x0D: if peek() == 0x0A { at += 1 }
        case 0xE2 where peek() == 0x80 && peek(1) | 1 == 0xA9: at += 2
        case 0x78: append(try hexadecimal(2, from: start), to: &text)
        case 0x75:
            var scalar = try hexadecimal(4, from: start)
            if scalar & 0xFC00 == 0xD800, peek() == 0x5C, peek(1) == 0x75 {
                at += 2
                let low = try hexadecimal(4, from: start)
                guard low & 0xFC00 == 0xDC00 else { throw loneSurrogate(start) }
                scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
            }
            guard scalar & 0xFFFF_F800 != 0xD800 else { throw loneSurrogate(start) }
            append(scalar, to: &text)
        case 0, 0x31...0x39: throw problem(at: start, "反斜杠之后不能是数字，请改用 \\u 加四位十六进制数字。", "an unknown escape")
        case let other: text.append(other)  // a backslash before anything else means the thing itself
        }
    }

    private func loneSurrogate(_ start: Int) -> JSON5.Problem {
        problem(at: start, "\\u 转义只写了半个字符，请写全两个。", "a surrogate without its other half")
    }

    private func append(_ scalar: UInt32, to text: inout [UInt8]) {
        text.append(contentsOf: UTF8.encode(Unicode.Scalar(scalar) ?? "\u{FFFD}") ?? UTF8.encodedReplacementCharacter)
    }

    private mutating func hexadecimal(_ count: Int, from start: Int) throws(JSON5.Problem) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<count {
            guard let digit = JSONText.digit(peek()) else {
                throw problem(at: start, "转义后应为 \(count) 位十六进制数字。", "\(count) hexadecimal digits are expected")
            }
            value = value << 4 | digit
            at += 1
        }
        return value
    }

    mutating func number() throws(JSON5.Problem) -> JSONValue {
        let start = at
        let isNegative = peek() == 0x2D
        if isNegative || peek() == 0x2B { at += 1 }
        if peek() == 0x49 || peek() == 0x4E {
            throw problem(at: start, "不支持无穷大和 NaN，请改写为具体数值。", "Infinity and NaN are not supported")
        }
        if peek() == 0x30, peek(1) | 0x20 == 0x78 { return try hexadecimalNumber(start, isNegative) }
        let first = at
        var isFraction = false
        while isDigit { at += 1 }
        let whole = at - first
        if whole > 1, bytes[first] == 0x30 { throw problem(at: start, "数字不能以 0 开头，请去掉前面的 0。", "a number does not begin with 0") }
        var fraction = 0
        if peek() == 0x2E {
            isFraction = true
            at += 1
            while isDigit {
                at += 1
                fraction += 1
            }
        }
        guard whole + fraction > 0 else { throw problem("此处应为数字。", "a digit is expected") }
        if peek() | 0x20 == 0x65 {
            isFraction = true
            at += 1
            if peek() == 0x2B || peek() == 0x2D { at += 1 }
            guard isDigit else { throw problem("指数部分应为数字。", "a digit is expected in the exponent") }
            while isDigit { at += 1 }
        }
        try endOfNumber()
        var text = String(decoding: bytes[first..<at], as: UTF8.self)
        if !isFraction, let value = Int64((isNegative ? "-" : "") + text) { return .integer(value) }
        if text.hasPrefix(".") { text = "0" + text }
        text = text.replacing(dotWithoutDigits: ())
        // As in JSON: beyond Int64 only what a double holds exactly.
        let isHeld = { (value: Double) in !isNegative && UInt64(text).map { $0 == UInt64(exactly: value) } ?? false }
        guard let value = Double(text), value.isFinite, isFraction || isHeld(value) else {
            throw problem(at: start, "数值过大，无法准确表示，请改小。", "the number cannot be held exactly")
        }
        return JSONValue(exactly: isNegative ? -value : value)
    }

    private mutating func hexadecimalNumber(_ start: Int, _ isNegative: Bool) throws(JSON5.Problem) -> JSONValue {
        at += 2
        var value: Int64 = 0
        let first = at
        while let digit = JSONText.digit(peek()) {
            let (product, over) = value.multipliedReportingOverflow(by: 16)
            let (sum, above) = product.addingReportingOverflow(Int64(digit))
            guard !over, !above else { throw problem(at: start, "数值过大，无法准确表示，请改小。", "the number cannot be held exactly") }
            value = sum
            at += 1
        }
        guard at > first else { throw problem("0x 之后应为十六进制数字。", "a hexadecimal digit is expected") }
        try endOfNumber()
        return .integer(isNegative ? -value : value)
    }

    private var isDigit: Bool { 0x30...0x39 ~= peek() }

    private func endOfNumber() throws(JSON5.Problem) {
        let byte = peek()
        let isLetter = byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A || byte == 0x24 || byte == 0x5F || byte >= 0x80 && byte != 0xC2 && byte != 0xE2
        if isLetter || isDigit || byte == 0x2E { throw problem("数字写法有误；文字请加引号。", "a number with something attached") }
    }
}

extension String {
    /// `5.` and `5.e3` as Swift reads them: `5.0`, `5.0e3`.
    fileprivate func replacing(dotWithoutDigits: Void) -> String {
        var out = ""
        var previous: Character?
        for character in self {
            if previous == ".", !character.isNumber { out.append("0") }
            out.append(character)
            previous = character
        }
        if previous == "." { out.append("0") }
        return out
    }
}
