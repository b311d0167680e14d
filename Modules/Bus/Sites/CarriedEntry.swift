package import Messages
package import Store
package import Vocabulary

/// An entry of a log on its way to another host: what everybody there must know of it, and its payload, personal values readable.
///
/// Who acted stays at home; the other site knows the plug-in and its site.
package struct CarriedEntry: Sendable, Hashable {
    package struct Head: Codable, Sendable, Hashable {
        package var seq: Int64
        package var id: MessageID
        package var type: WireName
        package var subject: String?
        package var time: Timestamp
        package var correlation: MessageID
        package var causation: MessageID?
        package var target: String?
        package var reach: Reach
        package var traceparent: String?
        /// The number under which it stands earlier in its log, where numbers were passed over after a restore from an older copy.
        package var again: Int64?
    }

    package var head: Head
    package var payload: [UInt8]

    package init(head: Head, payload: [UInt8]) {
        self.head = head
        self.payload = payload
    }

    init(_ entry: LogEntry, payload: [UInt8]) {
        self.init(
            head: Head(
                seq: entry.seq, id: entry.id, type: entry.type, subject: entry.subject, time: entry.time, correlation: entry.correlation,
                causation: entry.causation, target: entry.target, reach: entry.reach, traceparent: entry.traceparent, again: entry.saidBefore),
            payload: payload)
    }

    /// As its readers here see it.
    package func entry(of source: String) -> LogEntry {
        LogEntry(
            seq: head.seq,
            received: LogDraft(
                id: head.id, type: head.type, subject: head.subject, time: head.time, actor: .system(source), correlation: head.correlation,
                causation: head.causation, target: head.target, reach: head.reach, traceparent: head.traceparent, payload: payload))
    }
}

extension CarriedEntry {
    /// The payload with the opaque part of every personal value replaced; `nil` where it holds none.
    ///
    /// - Parameter replace: is given what follows the person, readable or sealed, never empty.
    package func replacingPersonal(_ replace: (PersonID, Substring) throws -> String) throws -> [UInt8]? {
        guard Plug.mayHoldSealed(payload) else { return nil }
        var hasAny = false
        func replaced(_ value: JSONValue) throws -> JSONValue {
            switch value {
            case .string(let text):
                guard let (person, opaque) = SealedText.parse(text), !opaque.isEmpty else { return value }
                hasAny = true
                return .string("sealed:\(person):\(try replace(person, opaque))")
            case .array(let elements): return .array(try elements.map(replaced))
            case .object(let members): return .object(try members.map { .init($0.key, try replaced($0.value)) })
            default: return value
            }
        }
        let value = try replaced(JSONValue(parsing: payload))
        return hasAny ? value.serialized() : nil
    }
}

extension Plug {
    /// A payload of this plug-in's file with its personal values readable, for the way to another host.
    package func open(_ payload: [UInt8]) throws -> [UInt8] {
        Self.mayHoldSealed(payload) ? try keys.opened(JSONValue(parsing: payload)).serialized() : payload
    }

    /// A payload that came from a site of another host, its personal values sealed under this file's keys.
    package func close(_ payload: [UInt8], from site: String, to writer: StoreWriter) throws -> [UInt8] {
        guard Self.mayHoldSealed(payload) else { return payload }
        for person in try PersonErasure.persons(in: payload) { try writer.note(person, broughtBy: site) }
        return try keys.closed(JSONValue(parsing: payload), to: writer).serialized()
    }

    static func mayHoldSealed(_ payload: [UInt8]) -> Bool { payload.holdsSealed }

    /// Says in this plug-in's log that the command of another host's site cannot be delivered to one of this host at present.
    package func answerHeld(_ entry: LogEntry, from source: any LogSource, because refusal: Refusal) {
        file.enqueue { [self] writer in
            try answer(entry, from: source, with: CommandReceipt(command: entry.id, state: .held, refusal: refusal), store: writer)
        } then: { [self] result in
            if case .failure(let error) = result { log(.error, "receipt-failed", Parking.describe(error), ("site", site), ("command", "\(entry.id)")) }
        }
    }
}
