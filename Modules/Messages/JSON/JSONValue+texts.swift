extension JSONValue {
    /// JSON over several lines, two spaces a level, for files that people read; no line break at the end.
    public func indented() -> String {
        var out = ""
        write(to: &out, margin: "")
        return out
    }

    private func write(to out: inout String, margin: String) {
        let inner = margin + "  "
        switch self {
        case .array(let elements) where !elements.isEmpty:
            out += "["
            for (position, element) in elements.enumerated() {
                out += (position > 0 ? ",\n" : "\n") + inner
                element.write(to: &out, margin: inner)
            }
            out += "\n" + margin + "]"
        case .object(let members) where !members.isEmpty:
            out += "{"
            for (position, member) in members.enumerated() {
                out += (position > 0 ? ",\n" : "\n") + inner + Self.text(.string(member.key)) + ": "
                member.value.write(to: &out, margin: inner)
            }
            out += "\n" + margin + "}"
        default: out += Self.text(self)
        }
    }

    private static func text(_ value: JSONValue) -> String { String(decoding: value.serialized(), as: UTF8.self) }

    /// The one text of a value for digests and signatures: members sorted by UTF-16 code units, numbers as ECMAScript
    /// writes doubles (RFC 8785).
    ///
    /// - Throws: `JSONError` for an integer beyond ±2⁵³, which a double does not hold, and for NaN and infinities.
    public func canonical() throws -> [UInt8] {
        let sink = JSONSink()
        try sink.canonical(self)
        return sink.take()
    }
}

extension JSONSink {
    fileprivate func canonical(_ value: JSONValue) throws {
        switch value {
        case .integer(let number):
            guard number.magnitude <= 1 << 53 else {
                throw JSONError(.unencodable, "the canonical form has no integers beyond 2^53")
            }
            integer(number)
        case .number(let number):
            guard number.isFinite else { throw JSONError(.unencodable, "JSON has no infinite numbers and no NaN") }
            for unit in Self.ecmaScript(number).utf8 { byte(unit) }
        case .array(let elements):
            byte(0x5B)
            for (position, element) in elements.enumerated() {
                if position > 0 { byte(0x2C) }
                try canonical(element)
            }
            byte(0x5D)
        case .object(let members):
            byte(0x7B)
            let sorted = members.sorted { $0.key.utf16.lexicographicallyPrecedes($1.key.utf16) }
            for (position, member) in sorted.enumerated() {
                if position > 0 { byte(0x2C) }
                string(member.key)
                byte(0x3A)
                try canonical(member.value)
            }
            byte(0x7D)
        default: try tree(value)
        }
    }

    /// ECMA-262 Number::toString: plain digits from 1e-6 up to below 1e21, otherwise with exponent.
    private static func ecmaScript(_ number: Double) -> String {
        if number == 0 { return "0" }
        // Swift's shortest text holds the same digits; only their dress differs.
        var digits: [UInt8] = []
        var point = 0
        var seenPoint = false
        var exponent = 0
        let text = Array(number.magnitude.description.utf8)
        let mark = text.firstIndex(of: 0x65) ?? text.count
        for byte in text[..<mark] {
            if byte == 0x2E {
                seenPoint = true
            } else {
                digits.append(byte)
                if !seenPoint { point += 1 }
            }
        }
        if mark < text.count { exponent = Int(String(decoding: text[(mark + 1)...], as: UTF8.self)) ?? 0 }
        while digits.count > 1, digits.last == 0x30 { digits.removeLast() }
        let leading = digits.prefix { $0 == 0x30 }.count
        digits.removeFirst(min(leading, digits.count - 1))
        // The value is 0.digits × 10^scale.
        let scale = point - leading + exponent
        let plain = String(decoding: digits, as: UTF8.self)
        let sign = number < 0 ? "-" : ""
        if scale >= digits.count, scale <= 21 { return sign + plain + String(repeating: "0", count: scale - digits.count) }
        if scale > 0, scale <= 21 { return sign + plain.prefix(scale) + "." + plain.dropFirst(scale) }
        if scale > -6, scale <= 0 { return sign + "0." + String(repeating: "0", count: -scale) + plain }
        let power = scale - 1
        let fraction = plain.count > 1 ? "." + plain.dropFirst() : ""
        return sign + plain.prefix(1) + fraction + "e" + (power < 0 ? "-" : "+") + String(power.magnitude)
    }
}
