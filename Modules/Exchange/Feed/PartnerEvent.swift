import Messages
import Store
import Vocabulary

/// An event as a partner sees it: CloudEvents 1.0 in JSON, data cut to the contract, without actor and trace.
enum PartnerEvent {
    static func json(_ entry: LogEntry, site: String, _ terms: ReceiverTerms) throws -> JSONValue {
        json(
            id: entry.id.description, source: "/\(site)/\(entry.type.plugin)", type: entry.type.description, time: "\(entry.time)",
            subject: entry.subject, data: terms.filter(entry.type, masked(try JSONValue(parsing: entry.payload))))
    }

    /// What stands for a personal value; in the log it lies sealed, and no partner gets it that way.
    static let mask = "***"

    private static func masked(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text) where SealedText.parse(text) != nil: .string(mask)
        case .array(let elements): .array(elements.map(masked))
        case .object(let members): .object(members.map { .init($0.key, masked($0.value)) })
        default: value
        }
    }

    static func json(id: String, source: String, type: String, time: String, subject: String?, data: JSONValue) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("specversion", "1.0"), .init("id", .string(id)), .init("source", .string(source)), .init("type", .string(type)),
            .init("time", .string(time)), .init("datacontenttype", "application/json"),
        ]
        if let subject { members.append(.init("subject", .string(subject))) }
        members.append(.init("data", data))
        return .object(members)
    }

    /// Whether the entry may go to the client at all: an announced event of a type in the contract, and not told to another organisation.
    static func isFor(_ terms: ReceiverTerms, _ entry: LogEntry) -> Bool {
        entry.target == nil && terms.events.contains(entry.type) && (entry.addressee.map { $0 == terms.organisation.description } ?? true)
    }
}
