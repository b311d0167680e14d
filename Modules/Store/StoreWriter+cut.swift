import Vocabulary

extension StoreWriter {
    /// Removes the oldest entries up to and including one; the number and hash of that one are noted, and the rest verifies from there.
    ///
    /// Only for a log that nobody follows by cursor (the audit log), and only after what is removed was taken out.
    public func cutLog(through seq: Int64) throws {
        let hash: [UInt8]? = try value("SELECT hash FROM _log WHERE seq = ?", seq)
        guard let hash else { return }
        try connection.run(
            "INSERT INTO _meta (key, value) VALUES ('log-base', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            binding: ["\(seq):\(hash.hexadecimal)"], guarded: false)
        try connection.run("DELETE FROM _log WHERE seq <= ?", binding: [seq], guarded: false)
    }
}

extension SQLReading {
    /// Where the log begins to verify: before its first entry, or after the last one that was cut off.
    func logBase() throws -> LogHead {
        let text: String? = try value("SELECT value FROM _meta WHERE key = 'log-base'")
        guard let parts = text?.split(separator: ":"), parts.count == 2, let seq = Int64(parts[0]), let hash = [UInt8](hexadecimal: parts[1]),
            hash.count == 32
        else { return .start }
        return LogHead(seq: seq, hash: hash)
    }
}
