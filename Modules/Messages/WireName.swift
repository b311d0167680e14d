public import Vocabulary

/// The name of a message on the wire: `plugin.message.vN`, lower-case letters, digits and hyphens, at most 100 characters.
public struct WireName: Hashable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
    public let description: String

    /// Parses a name from outside; `nil` when it has not the shape.
    public init?(_ text: String) {
        guard Self.isWellFormed(text) else { return nil }
        description = text
    }

    /// A name written in source code; a misspelt one is a programmer's mistake.
    public init(stringLiteral text: String) {
        precondition(Self.isWellFormed(text), "'\(text)' is not a wire name like plugin.message.v1")
        description = text
    }

    /// The plug-in's identifier, the part before the first dot.
    public var plugin: String { String(description.prefix { $0 != "." }) }

    /// The message's name without plug-in and version, the part between the dots.
    public var message: String { String(description.drop { $0 != "." }.dropFirst().prefix { $0 != "." }) }

    /// The version number N of `vN`.
    public var version: Int {
        Int(description.split(separator: ".").last?.dropFirst() ?? "") ?? 0
    }

    private static func isWellFormed(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, text.utf8.count <= 100 else { return false }
        for part in parts.prefix(2) {
            guard let first = part.first, (97...122).contains(first) else { return false }
            guard part.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }) else { return false }
        }
        let version = parts[2]
        guard version.first == 118, version.count > 1, version.count <= 4, version.dropFirst().first != 48 else { return false }
        return version.dropFirst().allSatisfy { (48...57).contains($0) }
    }
}

extension WireName: TextCoded {
    public static var textForm: String { "a wire name like plugin.message.v1" }
}
