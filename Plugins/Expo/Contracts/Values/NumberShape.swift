/// The shape of the expo's printed numbers: `X` with the year, then serials, `X2026-01-0007`.
enum NumberShape {
    /// Whether the text is `X` with four digits, then groups of digits within these lengths, all joined by hyphens.
    static func holds(_ text: String, _ lengths: [ClosedRange<Int>]) -> Bool {
        let parts = text.utf8.split(separator: 45, omittingEmptySubsequences: false)
        guard parts.count == lengths.count + 1, let head = parts.first, head.count == 5, head.first == UInt8(ascii: "X") else { return false }
        func isDigits(_ part: Substring.UTF8View) -> Bool { part.allSatisfy { (48...57).contains($0) } }
        return isDigits(head.dropFirst()) && zip(parts.dropFirst(), lengths).allSatisfy { isDigits($0) && $1.contains($0.count) }
    }

    /// The serial in at least so many digits.
    static func padded(_ serial: Int, _ digits: Int) -> String {
        let text = String(serial)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
}
