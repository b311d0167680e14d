import Crypto
import Messages
import Store
import Vocabulary

/// Personal values between two programs of one site: whom they are about stays with them, and the value can be read. Only ever on a
/// socket that nobody else holds; what is stored is sealed anew with the keys of whoever stores it.
enum OpenForm {
    static func encode<T: Codable>(_ value: T) throws -> [UInt8] {
        PersonalUse.of(T.self) == .none ? try JSON.encode(value) : try PersonalData.sealing(with: Coder()) { try JSON.encode(value) }
    }

    static func decode<T: Codable>(_ type: T.Type, from bytes: [UInt8]) throws -> T {
        PersonalUse.of(type) == .none
            ? try JSON.decode(type, from: bytes) : try PersonalData.opening(with: Coder()) { try JSON.decode(type, from: bytes) }
    }

    struct Coder: PersonalSealing, PersonalOpening {
        func seal(_ value: some Encodable, of person: PersonID) throws -> String { Base64.encodeURL(try JSON.encode(value)) }

        func open<Value: Decodable>(_ type: Value.Type, _ sealed: Substring, of person: PersonID) throws -> Value? {
            try Base64.decodeURL(sealed).map { try JSON.decode(type, from: $0) }
        }
    }
}

extension PersonKeys {
    /// What stands in this plug-in's file, its sealed values opened and put into the form that travels to another process.
    func opened(_ value: JSONValue) throws -> JSONValue {
        switch value {
        case .string(let text):
            guard let (person, opaque) = SealedText.parse(text), !opaque.isEmpty else { return value }
            let plain = try opener.open(JSONValue.self, opaque, of: person)
            return .string("sealed:\(person):\(try plain.map { try OpenForm.Coder().seal($0, of: person) } ?? "")")
        case .array(let elements): return .array(try elements.map { try opened($0) })
        case .object(let members): return .object(try members.map { .init($0.key, try opened($0.value)) })
        default: return value
        }
    }
}

/// Entries of a log on their way to a subscriber in another process.
struct TravellingEntries: Codable, Sendable {
    /// Those that the subscriber wants.
    var entries: [Entry]
    /// The last one looked at; the subscriber's cursor may move there.
    var last: Int64

    struct Entry: Codable, Sendable {
        var seq: Int64
        var id: MessageID
        var type: WireName
        var subject: String?
        var time: Timestamp
        var actor: Actor
        var correlation: MessageID
        var causation: MessageID?
        var target: String?
        var reach: Reach
        var traceparent: String?
        var payload: JSONValue

        /// - Parameter keys: of the plug-in whose log it is; `nil`: its personal values are open already.
        init(_ entry: LogEntry, keys: PersonKeys?) throws {
            seq = entry.seq
            id = entry.id
            type = entry.type
            subject = entry.subject
            time = entry.time
            actor = entry.actor
            correlation = entry.correlation
            causation = entry.causation
            target = entry.target
            reach = entry.reach
            traceparent = entry.traceparent
            let value = try JSONValue(parsing: entry.payload)
            payload = try keys?.opened(value) ?? value
        }

        var entry: LogEntry {
            LogEntry(
                seq: seq,
                received: LogDraft(
                    id: id, type: type, subject: subject, time: time, actor: actor, correlation: correlation, causation: causation,
                    target: target, reach: reach, traceparent: traceparent, payload: payload.serialized()))
        }
    }
}
