extension StoreWriter {
    /// Removes the oldest entries up to and including one; the number and hash of that one are noted, and the rest verifies from there.
    ///
    /// Only for a log that nobody follows by cursor (the audit log), and only after what is removed was taken out.
    public func cutLog(through seq: Int64) throws {
        let hash: [UInt8]? = try value("SELECT hash FROM _log WHERE seq = ?", seq)
        guard let hash else { return }
        let digits = hash.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        try connection.run(
            "INSERT INTO _meta (key, value) VALUES ('log-base', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            binding: ["\(seq):\(digits)"], guarded: false)
        try connection.run("DELETE FROM _log WHERE seq <= ?", binding: [seq], guarded: false)
    }
}

extension SQLReading {
    /// Where the log begins to verify: before its first entry, or after the last one that was cut off.
    func logBase() throws -> LogHead {
        let text: String? = try value("SELECT value FROM _meta WHERE key = 'log-base'")
        guard let parts = text?.split(separator: ":"), parts.count == 2, let seq = Int64(parts[0]), parts[1].utf8.count == 64 else { return .start }
        let digits = Array(parts[1])
        let hash = stride(from: 0, to: 64, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
        return hash.count == 32 ? LogHead(seq: seq, hash: hash) : .start
    }
}
