public import Messages
public import Vocabulary

/// A node's readable, permanent identifier: 2…40 lower-case letters, digits and hyphens, for instance `430181` or `430181-p01`.
///
/// Hub, cities and county windows carry their region code; a second window, parks, bases and clusters add a letter and a number.
/// Every other plug-in refers to a node by this identifier only.
public struct NodeID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let description: String

    /// Parses an identifier; `nil` when it has not the shape.
    public init?(_ text: String) {
        let bytes = text.utf8
        guard (2...40).contains(bytes.count), bytes.first != 45, bytes.last != 45,
            bytes.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == 45 })
        else { return nil }
        description = text
    }

    public static func < (left: NodeID, right: NodeID) -> Bool { left.description < right.description }

    /// The subject of the node's events, `node/430181`.
    public var subject: String { "node/\(description)" }
}

extension NodeID: TextCoded {
    public static var textForm: String { "a node identifier like 430181-p01" }
}

extension NodeID: SchemaDescribing {
    public static var schema: Schema {
        .text(
            "node-id", pattern: "^[a-z0-9][a-z0-9-]{0,38}[a-z0-9]$", title: "平台编号", description: "平台的永久编号",
            sentence: "应为 2–40 位小写字母、数字或连字符的平台编号，如 430181 或 430181-p01。", example: "430181"
        ) { NodeID($0) != nil }
    }
}
