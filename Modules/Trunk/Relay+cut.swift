import Bus
import Messages
import Store
import Synchronization
import Vocabulary

/// Entries that nobody needs any more go from a relay, behind the slowest receiver; whoever asks for them later, since it was restored
/// from an older copy or a plug-in was enabled, has them fetched again from where they are never cut: the log at home.
extension Relay {
    static let cuts = Migration(
        5, "create base",
        """
        -- Up to where each log was cut; what is before is asked for again when somebody needs it.
        CREATE TABLE base (link TEXT NOT NULL, source TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (link, source)) STRICT, WITHOUT ROWID;
        """)

    /// These newest entries of each log stay, whoever has them: for comparing, and for sites that were restored.
    static let kept = 1000
    /// And those of so many days, as far as days are compared.
    static let keptDays: Int64 = 32

    /// When it was looked last whether something may go, and whether that is under way.
    final class CutState: Sendable {
        private let state = Mutex((last: Timestamp?.none, isBusy: false))

        /// Once a day at most, on the occasion of something new: at rest nothing runs.
        func begin(_ now: Timestamp) -> Bool {
            state.withLock { state in
                guard let last = state.last else {
                    state.last = now
                    return false
                }
                guard !state.isBusy, last.advanced(by: .seconds(86_400)) <= now else { return false }
                state = (now, true)
                return true
            }
        }

        func end() { state.withLock { $0.isBusy = false } }
    }

    /// Removes what everybody has.
    ///
    /// - Parameter needed: up to where nobody needs a log any more, given how far it would be cut.
    /// - Returns: how many entries went.
    @discardableResult
    func cut(now: Timestamp, needed: @Sendable (FarLog, Int64) async throws -> Int64) async throws -> Int {
        let heads = try plug.file.read { try $0.rows("SELECT link, source FROM head", as: { (try $0.get(0, as: String.self), try $0.get(1, as: String.self)) }) }
        var count = 0
        for (link, source) in heads {
            let (base, limit) = try plug.file.read { try Self.limit($0, link, source, before: now.advanced(by: .seconds(-86_400 * Self.keptDays))) }
            guard limit > base else { continue }
            let end = min(limit, try await needed(log(source, over: link), limit))
            guard end > base else { continue }
            var isMore = true
            while isMore {
                let gone = try await plug.file.write { writer -> Int in
                    // Noted before anything goes, and only ever forward of what was fetched again meanwhile.
                    try writer.run(
                        "INSERT INTO base (link, source, seq) VALUES (?1, ?2, ?3) ON CONFLICT (link, source) DO UPDATE SET seq = max(seq, ?3)", link, source, end)
                    return try writer.run(
                        "DELETE FROM relay WHERE link = ?1 AND source = ?2 AND seq IN (SELECT seq FROM relay WHERE link = ?1 AND source = ?2 AND seq <= ?3 ORDER BY seq LIMIT 2000)",
                        link, source, end)
                }
                count += gone
                isMore = gone == 2000
            }
        }
        return count
    }

    /// The base, and up to where entries are neither among the newest nor younger than the day; found by halving, since times grow along a log.
    private static func limit(_ snapshot: some SQLReading, _ link: String, _ source: String, before time: Timestamp) throws -> (base: Int64, limit: Int64) {
        let base: Int64 = try snapshot.value("SELECT seq FROM base WHERE link = ? AND source = ?", link, source) ?? 0
        let newest: Int64? = try snapshot.value("SELECT seq FROM relay WHERE link = ? AND source = ? ORDER BY seq DESC LIMIT 1 OFFSET ?", link, source, kept)
        var (low, high) = (base, newest ?? base)
        while low < high {
            let middle = low + (high - low + 1) / 2
            let head: [UInt8]? = try snapshot.value("SELECT head FROM relay WHERE link = ? AND source = ? AND seq <= ? ORDER BY seq DESC LIMIT 1", link, source, middle)
            let isOld = try head.map { try JSON.decode(CarriedEntry.Head.self, from: $0).time < time } ?? true
            if isOld { low = middle } else { high = middle - 1 }
        }
        return (base, low)
    }

    /// Up to where a log was cut.
    func base(_ source: String, over link: String) throws -> Int64 {
        try plug.file.read { try $0.value("SELECT seq FROM base WHERE link = ? AND source = ?", link, source) ?? 0 }
    }

    /// The log is wanted from an earlier place than it is kept: the other end is told at the next meeting, and sends it again from there.
    func fetchAgain(_ source: String, over link: String, after seq: Int64) {
        plug.file.enqueue { writer -> Bool in
            let base: Int64 = try writer.value("SELECT seq FROM base WHERE link = ? AND source = ?", link, source) ?? 0
            guard base > seq else { return false }
            try writer.run("UPDATE head SET seq = ?3 WHERE link = ?1 AND source = ?2 AND seq > ?3", link, source, seq)
            try writer.run("UPDATE base SET seq = ?3 WHERE link = ?1 AND source = ?2", link, source, seq)
            try writer.run("DELETE FROM stream WHERE site = ?", String(source.prefix { $0 != "/" }))
            return true
        } then: { [weak self] result in
            if case .success(true) = result { self?.askAgain(source, over: link) }
        }
    }
}
