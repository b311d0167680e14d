public import Messages
public import Vocabulary

/// How a plug-in answers a person who asks what is kept about them, or wants it erased.
/// - Source: 个人信息保护法 art. 45 (access and copy), 47 (erasure)
public struct PrivacyHandling: Sendable {
    let export: @Sendable (PersonID, Snapshot) throws -> [PersonalRecord]
    let erase: @Sendable (PersonID, Transaction) throws -> Erasure

    public init(
        export: @escaping @Sendable (PersonID, Snapshot) throws -> [PersonalRecord],
        erase: @escaping @Sendable (PersonID, Transaction) throws -> Erasure
    ) {
        self.export = export
        self.erase = erase
    }
}

/// Something that a plug-in keeps about a person, in words that the person understands.
public struct PersonalRecord: Codable, Sendable, Hashable {
    /// 工单联系人, 报名记录
    public var title: String
    /// Chinese names and values in full, in order.
    public var values: [Value]
    /// Why it is kept: the purpose, or the law.
    public var basis: String

    public struct Value: Codable, Sendable, Hashable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public init(title: String, values: [Value], basis: String) {
        self.title = title
        self.values = values
        self.basis = basis
    }
}

/// What became of a person's data in one plug-in.
public enum Erasure: Sendable, Hashable, Codable {
    /// Everything in the plug-in's own tables is gone; the person's key goes with the same transaction.
    /// - Parameter attachments: digests of files that nobody else needs.
    case done(attachments: [String])
    /// A law or an open matter forbids it; nothing was erased.
    /// - Parameters:
    ///   - reason: Chinese, for the person: which rule, until when or until what has happened.
    case held(reason: String)

    public static let done = Erasure.done(attachments: [])
}

/// What the whole site keeps about a person; the answer to a request for a copy.
public struct PersonExport: Codable, Sendable {
    public var person: PersonID
    public var site: String
    public var time: Timestamp
    public var parts: [Part]

    public struct Part: Codable, Sendable {
        public var plugin: String
        public var records: [PersonalRecord]
        public var events: [Entry]

        public init(plugin: String, records: [PersonalRecord], events: [Entry]) {
            self.plugin = plugin
            self.records = records
            self.events = events
        }
    }

    /// An event that holds values about the person, in full; values about others are left out of it.
    public struct Entry: Codable, Sendable {
        public var time: Timestamp
        public var type: WireName
        public var subject: String?
        public var content: JSONValue
    }
}

/// What became of an erasure in one plug-in.
public struct ErasureReport: Codable, Sendable, Hashable {
    public var plugin: String
    public var outcome: Erasure
}
