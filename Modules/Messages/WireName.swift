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

    /// One pass over the bytes, without allocating: every entry of a log is read through here.
    private static func isWellFormed(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            guard bytes.count <= 100 else { return false }
            var place = 0
            for _ in 0..<2 {
                let start = place
                while place < bytes.count, bytes[place] != 46 {
                    let isLetter = bytes[place] &- 97 < 26
                    guard isLetter || place > start && (bytes[place] &- 48 < 10 || bytes[place] == 45) else { return false }
                    place &+= 1
                }
                guard place > start, place < bytes.count else { return false }
                place &+= 1
            }
            let digits = bytes.count &- place &- 1
            guard digits >= 1, digits <= 3, bytes[place] == 118, bytes[place &+ 1] != 48 else { return false }
            for index in place &+ 1..<bytes.count where bytes[index] &- 48 >= 10 { return false }
            return true
        }
    }
}

extension WireName: TextCoded {
    public static var textForm: String { "a wire name like plugin.message.v1" }
}
