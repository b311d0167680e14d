public import Bus
public import Messages
public import Store
public import Vocabulary

/// A message on the API, and what its documentation says beyond its types.
public struct Endpoint: Sendable {
    public enum Kind: Sendable { case command, query }
    public let route: RouteShape
    public let message: WireName
    public let kind: Kind
    /// What it does, in a few Chinese words.
    public let title: String
    /// An example of the message, path members included; runs in the conformance walk.
    public let example: JSONValue?
    /// The query that shows what the command changes; then `If-Match` is asked for.
    public let resource: (any ResourceDescribing)?
    public let deprecation: Deprecation?
    /// What stands in the body instead of the command, where that is what another system sends and signs.
    public var delivered: Delivered?

    /// The body of a signed delivery, for the documentation; the handler reads it.
    public struct Delivered: Sendable {
        public let schema: Schema
        public let example: JSONValue

        public init(schema: Schema, example: JSONValue) {
            self.schema = schema
            self.example = example
        }
    }

    /// Which roads lead away from a message.
    public struct Deprecation: Sendable, Hashable {
        /// Since when a newer version should be used (RFC 9745).
        public var since: Day
        /// From when on it may be gone (RFC 8594).
        public var sunset: Day?

        public init(since: Day, sunset: Day? = nil) {
            self.since = since
            self.sunset = sunset
        }
    }
}

extension WireName {
    /// Whether this is a later version of the same message.
    public func isNewer(than other: WireName) -> Bool {
        let mine = description.utf8, others = other.description.utf8
        guard let end = mine.lastIndex(of: UInt8(ascii: ".")), let otherEnd = others.lastIndex(of: UInt8(ascii: ".")) else { return false }
        return mine[..<end].elementsEqual(others[..<otherEnd]) && version > other.version
    }
}

/// A refusal a plug-in can utter, as documentation shows it.
public struct RefusalNote: Sendable, Hashable {
    public var code: String
    public var status: Int
    /// In a few Chinese words.
    public var about: String

    public init(code: String, status: Int, about: String) {
        self.code = code
        self.status = status
        self.about = about
    }
}

/// A plug-in's part in the site's files: who may hand one in for it, and who may see one that it keeps.
public struct AttachmentRule: Sendable {
    public let upload: Access
    /// The attachment, when the snapshot's actor may see it; `nil` when there is none for this actor.
    public let find: @Sendable (_ digest: String, Snapshot) throws -> Attachment?
    /// Whether anything of the plug-in's refers to the content, whoever may see it.
    public let keeps: @Sendable (_ digest: String, Snapshot) throws -> Bool
}
