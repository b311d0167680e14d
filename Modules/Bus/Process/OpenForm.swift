import Crypto
import Glibc
import Messages
import Store
import Vocabulary

/// Personal values between two programs of one site: whom they are about stays with them, and the value can be read. Only ever on a
/// socket that nobody else holds; what is stored is sealed anew with the keys of whoever stores it.
enum OpenForm {
    static func encode<T: Codable>(_ value: T, as coding: MessageCoding) throws -> [UInt8] {
        PersonalUse.of(T.self) == .none ? try coding.encode(value) : try PersonalData.sealing(with: Coder()) { try coding.encode(value) }
    }

    static func decode<T: Codable>(_ type: T.Type, from bytes: [UInt8]) throws -> T {
        PersonalUse.of(type) == .none
            ? try MessageCoding.decode(type, from: bytes) : try PersonalData.opening(with: Coder()) { try MessageCoding.decode(type, from: bytes) }
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
    /// The end of the log; where `beyond` was asked for.
    var end: Int64?

    /// Bytes of payloads after which no further entry is added.
    static let most = 4 << 20

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
        /// Absent where `text` stands.
        var payload: JSONValue?
        /// The payload's JSON as it stands in the log; in packed form only, where it holds no personal value.
        var text: String?

        /// - Parameter keys: of the plug-in whose log it is; `nil`: its personal values are open already.
        init(_ entry: LogEntry, keys: PersonKeys?, coding: MessageCoding) throws {
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
            if coding == .packed, keys == nil || !entry.payload.holdsSealed {
                text = String(decoding: entry.payload, as: UTF8.self)
            } else {
                let value = try JSONValue(parsing: entry.payload)
                payload = try keys?.opened(value) ?? value
            }
        }

        var entry: LogEntry {
            LogEntry(
                seq: seq,
                received: LogDraft(
                    id: id, type: type, subject: subject, time: time, actor: actor, correlation: correlation, causation: causation,
                    target: target, reach: reach, traceparent: traceparent, payload: text.map { Array($0.utf8) } ?? payload?.serialized() ?? []))
        }
    }
}

extension [UInt8] {
    /// Whether a sealed value may stand in this JSON; "sealed:" in it means another thing at worst.
    var holdsSealed: Bool {
        let mark: StaticString = "sealed:"
        let length = mark.utf8CodeUnitCount
        return withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress, bytes.count >= length else { return false }
            var at = 0
            while at <= bytes.count - length, let next = memchr(base + at, 0x73, bytes.count - length - at + 1) {
                if memcmp(next, mark.utf8Start, length) == 0 { return true }
                at = base.distance(to: next) + 1
            }
            return false
        }
    }
}
