public import Vocabulary

/// The number of a matter as it is read out on the telephone: two letters, day, region, serial, `HT20260302-430181-0001`.
public protocol DatedNumber: TextCoded, SchemaDescribing, Hashable, Comparable, Sendable {
    /// What it numbers: Chinese title, format in schemas, an example. The example's letters are those of every number.
    static var about: (title: String, format: String, example: String) { get }
    /// How many digits may stand at the end.
    static var serialDigits: ClosedRange<Int> { get }
    init(checked: String)
}

extension DatedNumber {
    private static var letters: String { String(about.example.prefix(2)) }

    /// Parses a number; small letters and spaces around it do not matter. `nil` for another shape.
    public init?(_ text: String) {
        let trimmed = text.uppercased().filter { !$0.isWhitespace }
        let parts = trimmed.utf8.split(separator: 45, omittingEmptySubsequences: false)
        func digits(_ part: Substring.UTF8View) -> Bool { part.allSatisfy { (48...57).contains($0) } }
        guard parts.count == 3, parts[0].count == 10, parts[0].starts(with: Self.letters.utf8),
            digits(parts[0].dropFirst(2)), parts[1].count == 6,
            digits(parts[1]), Self.serialDigits.contains(parts[2].count), digits(parts[2])
        else { return nil }
        self.init(checked: trimmed)
    }

    /// Makes a number of a day and a region.
    ///
    /// - Parameter serial: counts from one, or was drawn; padded to four digits.
    public init(day: Day, region: RegionCode, serial: Int) {
        let digits = String(serial)
        self.init(
            checked:
                "\(Self.letters)\(day.description.filter { $0 != "-" })-\(region)-\(String(repeating: "0", count: max(4 - digits.count, 0)))\(digits)"
        )
    }

    public static func < (left: Self, right: Self) -> Bool { left.description < right.description }

    public static var textForm: String { "a number like \(about.example)" }

    public static var schema: Schema {
        .text(
            about.format,
            pattern: "^\(letters)[0-9]{8}-[0-9]{6}-[0-9]{\(serialDigits.lowerBound),\(serialDigits.upperBound)}$",
            title: about.title,
            description: "日期-区划-序号", sentence: "应为\(about.title)，写成 \(about.example) 的形式。", example: about.example
        ) { Self($0) != nil }
    }
}
