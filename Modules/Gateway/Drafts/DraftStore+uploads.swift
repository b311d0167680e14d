import Store
import Vocabulary

/// What callers uploaded on the day: it stands beside the drafts because it is as short-lived.
extension DraftStore {
    private static func key(_ caller: String) -> String { SHA256Digest.of(Array(caller.utf8)).description }

    /// Bytes; 0 where nothing is known, or the file cannot be read now.
    func uploaded(by caller: String, on day: Day) -> Int {
        let bytes = try? file.read { try $0.value("SELECT bytes FROM uploaded WHERE caller = ? AND day = ?", Self.key(caller), day.description, as: Int.self) }
        return (bytes ?? nil) ?? 0
    }

    /// Written in the background; those of other days go.
    func note(uploaded bytes: Int, by caller: String, on day: Day) {
        let key = Self.key(caller)
        file.enqueue { writer in
            try writer.run("DELETE FROM uploaded WHERE day < ?", day.description)
            try writer.run(
                "INSERT INTO uploaded (caller, day, bytes) VALUES (?1, ?2, ?3) ON CONFLICT (caller) DO UPDATE SET day = ?2, bytes = ?3", key,
                day.description, bytes)
        } then: { _ in }
    }
}
