/// Reads fixed-width digits from a text's bytes; lives no longer than the bytes it is lent.
struct DigitReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    private init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// What a closure reads from a text; `nil` when it gives up or leaves something unread.
    static func read<Value>(_ text: String, _ body: (inout DigitReader) -> Value?) -> Value? {
        var text = text
        return text.withUTF8 { bytes in
            var reader = DigitReader(bytes)
            guard let value = body(&reader), reader.position == bytes.count else { return nil }
            return value
        }
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard let current, UInt32(current) == character.value else { return false }
        position += 1
        return true
    }

    /// Exactly `digits` decimal digits.
    mutating func number(_ digits: Int) -> Int? {
        guard position + digits <= bytes.count else { return nil }
        var value = 0
        for index in position..<position + digits {
            guard let digit = bytes[index].asDigit else { return nil }
            value = value * 10 + digit
        }
        position += digits
        return value
    }

    mutating func date() -> Day? {
        guard let year = number(4), skip("-"), let month = number(2), skip("-"), let day = number(2) else { return nil }
        return Day(year: year, month: month, day: day)
    }

    /// An optional fraction of a second of one to nine digits, cut to milliseconds; 0 where there is none.
    mutating func milliseconds() -> Int? {
        guard skip(".") else { return 0 }
        var value = 0
        var seen = 0
        while seen < 9, let digit = current?.asDigit {
            if seen < 3 { value = value * 10 + digit }
            seen += 1
            position += 1
        }
        if seen == 0 { return nil }
        return seen == 1 ? value * 100 : seen == 2 ? value * 10 : value
    }

    /// `Z`, `+08:00` or `+0800`, in minutes east of Greenwich.
    mutating func offsetMinutes() -> Int? {
        if skip("Z") || skip("z") { return 0 }
        let sign = skip("+") ? 1 : skip("-") ? -1 : 0
        guard sign != 0, let hours = number(2), hours < 24 else { return nil }
        _ = skip(":")
        guard let minutes = number(2), minutes < 60 else { return nil }
        return sign * (hours * 60 + minutes)
    }
}

extension UInt8 {
    /// The value of an ASCII digit.
    var asDigit: Int? { self >= 48 && self <= 57 ? Int(self) - 48 : nil }
}

extension UnsafeMutableBufferPointer<UInt8> {
    /// Writes a number with leading zeros, and a separator behind it.
    func write(_ number: Int, digits: Int, at offset: Int, then separator: Unicode.Scalar? = nil) {
        var rest = number
        for index in stride(from: offset + digits - 1, through: offset, by: -1) {
            self[index] = 48 + UInt8(rest % 10)
            rest /= 10
        }
        if let separator { self[offset + digits] = UInt8(ascii: separator) }
    }
}
