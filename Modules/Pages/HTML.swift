/// Markup, already escaped where it came from text. Built by the element functions; text goes in through `text(_:)` or a string.
public struct HTML: Sendable {
    public private(set) var bytes: [UInt8]

    public init() { bytes = [] }

    /// Markup that nobody escaped. Search for this name to review every use.
    public init(uncheckedMarkup markup: String) { bytes = Array(markup.utf8) }
}
