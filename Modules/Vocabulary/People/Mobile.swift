/// A mobile number of the mainland: 11 digits, `1` then 3…9. Printing masks it; `digits` gives it in full.
///
/// Prefix tables of the operators change every year, so the shape decides, not the prefix.
public struct Mobile: Hashable, Sendable {
    private let number: Int64

    /// Parses what people type: spaces, hyphens, full width, `+86`, `0086` or `86` in front; `nil` for another shape.
    public init?(_ text: String) {
        let folded = FoldedText(text, separators: .dropped)
        guard (11...15).contains(folded.count) else { return nil }
        let start = folded.count - 11
        guard start == 0 || ["86", "+86", "0086"].contains(folded.text(to: start)) else { return nil }
        var number: Int64 = 0
        for index in start..<folded.count {
            guard let digit = folded[index].asDigit else { return nil }
            number = number * 10 + Int64(digit)
        }
        guard (13_000_000_000...19_999_999_999).contains(number) else { return nil }
        self.number = number
    }

    /// The 11 digits; personal data, see `Personal`.
    public var digits: String { String(number) }
}
