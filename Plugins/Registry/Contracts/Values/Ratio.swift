/// A share that says what it is made of: numerator, denominator and the rule that built each. Never a bare percentage.
public struct Ratio: Codable, Sendable, Hashable {
    public var numerator: Int
    public var denominator: Int
    /// A Chinese sentence: what is counted above the line, what below.
    public var rule: String

    public init(_ numerator: Int, of denominator: Int, rule: String) {
        self.numerator = numerator
        self.denominator = denominator
        self.rule = rule
    }

    /// The share in hundredths of a percent, rounded half up: 26 of 35 is 7429. `nil` for nothing of nothing.
    public var basisPoints: Int? {
        denominator > 0 ? (numerator * 20_000 + denominator) / (denominator * 2) : nil
    }

    /// `74.29%`, or `—` for nothing of nothing.
    public var percent: String {
        guard let basisPoints else { return "—" }
        let cents = basisPoints % 100
        return "\(basisPoints / 100).\(cents < 10 ? "0" : "")\(cents)%"
    }
}
