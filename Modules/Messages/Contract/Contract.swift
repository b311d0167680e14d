/// Everything a plug-in can be told, asked and heard to say; written to `Contracts/contract.json` and kept under review.
public struct Contract: Codable, Sendable, Hashable {
    public var plugin: String
    /// The plug-in's version, for instance `1.0.0`.
    public var version: String
    /// Ordered by wire name.
    public var messages: [ContractEntry]

    public init(plugin: String, version: String, messages: [ContractEntry]) {
        self.plugin = plugin
        self.version = version
        self.messages = messages.sorted { $0.name.description < $1.name.description }
    }

    /// Reads a `contract.json`.
    ///
    /// - Throws: `JSONError`.
    public init(parsing bytes: [UInt8]) throws {
        self = try JSON.decode(Contract.self, from: bytes)
    }

    /// The text of `contract.json`: indented, ending in a line break, the same for the same contract.
    public func json() throws -> [UInt8] {
        Array((try JSONValue(encoding: self).indented() + "\n").utf8)
    }
}

/// One message of a contract.
public struct ContractEntry: Codable, Sendable, Hashable {
    public enum Kind: String, Codable, Sendable, CaseIterable {
        case command, query, event
    }

    public var name: WireName
    public var kind: Kind
    /// Who may send or ask it, as text: `anyone`, `signed-in`, `system`, `roles: a, b`; of an event absent.
    public var access: String?
    /// How far an event travels; from how far a command is obeyed, absent where only its own site is.
    public var reach: Reach?
    /// What personal data may leave the site in it.
    public var discloses: PersonalDisclosure?
    /// JSON Schema of the message.
    public var message: JSONValue
    /// JSON Schema of the reply; of an event absent.
    public var reply: JSONValue?

    public static func command<C: Command>(_ type: C.Type, access: Access) -> ContractEntry {
        ContractEntry(
            name: C.name, kind: .command, access: access.text, reach: C.reach == .local ? nil : C.reach, discloses: C.discloses, message: Schema.of(type).json, reply: Schema.of(C.Reply.self).json)
    }

    public static func query<Q: Query>(_ type: Q.Type, access: Access) -> ContractEntry {
        ContractEntry(
            name: Q.name, kind: .query, access: access.text, message: Schema.of(type).json, reply: Schema.of(Q.Reply.self).json)
    }

    public static func event<E: Event>(_ type: E.Type) -> ContractEntry {
        ContractEntry(name: E.name, kind: .event, reach: E.reach, discloses: E.discloses, message: Schema.of(type).json)
    }
}

extension Access {
    /// The rule as text, as it stands in contracts and documentation.
    public var text: String {
        switch self {
        case .anyone: "anyone"
        case .signedIn: "signed-in"
        case .system: "system"
        case .roles(let roles): "roles: " + roles.map(\.rawValue).joined(separator: ", ")
        }
    }
}
