public import Messages
public import Vocabulary

/// What a person wrote in the place of an entry of another log that could not be handled here.
public struct Repair: Sendable, Hashable {
    /// JSON; personal values stand as places that refer to the entry's own.
    public let payload: [UInt8]
    public let reason: String
    /// `person:<id>`
    public let by: String
    public let time: Timestamp
}

extension StoreWriter {
    /// Notes what counts from now on in the place of the entry; what was noted before stays on record.
    public func repair(source: String, seq: Int64, payload: [UInt8], reason: String, actor: Actor) throws {
        try connection.run(
            "INSERT INTO _repair (source, seq, payload, reason, repaired_by, time) VALUES (?, ?, ?, ?, ?, ?)",
            binding: [source, seq, payload, reason, "\(actor.kind.rawValue):\(actor.id)", now], guarded: false)
    }
}

extension SQLReading {
    /// What counts in the place of the entry; `nil`: the entry itself.
    public func repair(source: String, seq: Int64) throws -> Repair? {
        try first(
            "SELECT payload, reason, repaired_by, time FROM _repair WHERE source = ? AND seq = ? ORDER BY n DESC LIMIT 1", source, seq
        ) { row in
            Repair(payload: try row.get(0), reason: try row.get(1), by: try row.get(2), time: try row.get(3))
        }
    }
}
