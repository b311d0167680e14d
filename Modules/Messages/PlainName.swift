public import Vocabulary

/// A short name in small letters that stays the same for good: 2…40 lower-case letters, digits and hyphens, none at either end.
public protocol PlainName: TextCoded, SchemaDescribing, Hashable, Comparable, Sendable {
    /// What it names: Chinese title, format in schemas, an example.
    static var about: (title: String, format: String, example: String) { get }
    init(checked: String)
}

extension PlainName {
    public init?(_ text: String) {
        guard (2...40).contains(text.utf8.count), text.utf8.first != 45, text.utf8.last != 45,
            text.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == 45 })
        else { return nil }
        self.init(checked: text)
    }

    public static func < (left: Self, right: Self) -> Bool { left.description < right.description }

    public static var textForm: String { "a name like \(about.example)" }

    public static var schema: Schema {
        .text(
            about.format, pattern: "^[a-z0-9][a-z0-9-]{0,38}[a-z0-9]$", title: about.title, description: "小写字母、数字、连字符",
            sentence: "应为\(about.title)，由 2 至 40 位小写字母、数字、连字符组成。", example: about.example
        ) { Self($0) != nil }
    }
}
