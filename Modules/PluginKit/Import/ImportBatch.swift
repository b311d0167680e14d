package import Bus
public import Messages

/// Rows of a file on their way into a plug-in; one batch is one transaction.
public struct ImportBatch: Codable, Sendable, Hashable {
    /// The file's columns, in the order of the cells.
    public var columns: [String]
    /// One row a line, cells apart by tabs; inside a cell tab, line feed, carriage return and backslash are written `\t`, `\n`, `\r`, `\\`.
    public var text: String

    public init(columns: [String], text: String) {
        self.columns = columns
        self.text = text
    }

    /// Writes a cell in the batch's form.
    package static func append(_ cell: some Sequence<UInt8>, to text: inout [UInt8]) {
        for byte in cell {
            switch byte {
            case 9: text += [92, 116]
            case 10: text += [92, 110]
            case 13: text += [92, 114]
            case 92: text += [92, 92]
            default: text.append(byte)
            }
        }
    }
}

/// What became of a batch: totals, and the rows that were not taken, with why.
public struct ImportReply: Codable, Sendable, Hashable {
    public var added = 0
    /// Known before under the same key, with other values.
    public var changed = 0
    /// Known before, and the same.
    public var same = 0
    public var rejected: [ImportReject] = []

    public init() {}
}

/// A row that was not taken. Its values stay with whoever sent it: they may be personal, and replies are kept.
public struct ImportReject: Codable, Sendable, Hashable {
    /// Counted from 0 within the batch.
    public var row: Int
    public var faults: [Fault]

    public struct Fault: Codable, Sendable, Hashable {
        /// A column.
        public var field: String
        /// Which rule, and the next step; Chinese.
        public var reason: String

        public init(field: String, reason: String) {
            self.field = field
            self.reason = reason
        }
    }
}

public enum ImportOutcome: Sendable { case added, changed, same }

/// A command that takes rows of a file; for the operator's `shuniu import` only. It may come again after a cut: rows are known by their key.
public protocol ImportCommand: Command where Reply == ImportReply {
    init(batch: ImportBatch)
    var batch: ImportBatch { get }
}

/// A column that an import knows; others of the file are left out.
public struct ImportColumn: Sendable, Hashable {
    public var name: String
    /// Chinese, for messages.
    public var title: String
    public var isRequired: Bool

    public init(_ name: String, _ title: String, required: Bool = false) {
        self.name = name
        self.title = title
        isRequired = required
    }
}

/// What a plug-in takes from files, `shuniu import <kind> FILE`.
public struct ImportDoor: Sendable {
    /// `enterprises`
    public let kind: String
    public let title: String
    public let columns: [ImportColumn]
    /// Hands in a batch under an identifier: the same one again is not taken twice.
    package let take: @Sendable (SiteBus, ImportBatch, MessageID) async throws -> ImportReply
}
