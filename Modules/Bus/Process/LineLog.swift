import Messages
import Store
import Synchronization

/// The log of a plug-in of another site, as a plug-in's process reads it: through the host, which lets pass what goes to this plug-in.
final class LineLog: OutsideLog {
    let id: String
    let site: String
    let plugin: String
    private let line: PlugLine
    /// How far it goes, as far as the host said.
    private let known = Mutex<Int64?>(nil)

    /// - Parameter id: `site/plugin`.
    init(_ id: String, line: PlugLine) {
        self.id = id
        let parts = id.split(separator: "/", maxSplits: 1)
        site = parts.first.map(String.init) ?? id
        plugin = parts.count > 1 ? String(parts[1]) : ""
        self.line = line
    }

    var isSparse: Bool { true }
    var isElsewhere: Bool { true }

    func grown(to seq: Int64) { known.withLock { $0 = max($0 ?? 0, seq) } }

    func lastOutgoing() throws -> Int64? { known.withLock { $0 } }
    func serves(_ site: String) -> Bool { site != self.site }

    func entries(after seq: Int64, limit: Int, for subscriber: Plug) throws -> (wanted: [LogEntry], last: Int64)? {
        let piece = try read(after: seq, limit: limit)
        return piece.last > seq ? (piece.entries.map(\.entry), piece.last) : nil
    }

    func entry(_ seq: Int64) throws -> LogEntry? { try read(after: seq - 1, limit: 1).entries.first { $0.seq == seq }?.entry }

    private func read(after seq: Int64, limit: Int) throws -> TravellingEntries {
        try line.log(id, LogRequest(subscriber: nil, hearing: []), after: seq, limit: limit)
    }

    func decode<T: Codable>(_ type: T.Type, from bytes: [UInt8]) throws -> T { try OpenForm.decode(type, from: bytes) }

    // Only the host carries on to other hosts, and holds what cannot be delivered.
    func carried(after seq: Int64, limit: Int) throws -> [CarriedEntry] { [] }
    func outgoingCount(after seq: Int64) throws -> Int { 0 }
    func lastEntry() throws -> Int64? { nil }
    func hold(_ entry: LogEntry, because refusal: Refusal) {}
}
