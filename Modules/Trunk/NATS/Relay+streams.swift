import Bus
import Dispatch
import Store
import Synchronization

extension Relay {
    static let streams = Migration(
        3, "create stream",
        """
        -- How far streams of a broker were taken, or written for the sites of this host.
        CREATE TABLE stream (site TEXT PRIMARY KEY, identity TEXT NOT NULL, position INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        """)

    /// A place in the stream of a site.
    struct StreamPlace: Sendable, Hashable {
        var site: String
        /// When the broker made the stream: one made anew is another.
        var identity: String
        var position: Int64
    }

    func place(in site: String) throws -> StreamPlace? {
        try plug.file.read { snapshot in
            try snapshot.first("SELECT site, identity, position FROM stream WHERE site = ?", site) { row in
                StreamPlace(site: try row.get(0), identity: try row.get(1), position: try row.get(2))
            }
        }
    }

    func note(_ places: [StreamPlace]) async throws { try await plug.file.write { try Self.note(places, $0) } }

    static func note(_ places: [StreamPlace], _ writer: StoreWriter) throws {
        for place in places {
            try writer.run(
                "INSERT INTO stream (site, identity, position) VALUES (?1, ?2, ?3) ON CONFLICT (site) DO UPDATE SET identity = ?2, position = ?3",
                place.site,
                place.identity, place.position)
        }
    }

    /// Waits for it, on a thread that may.
    func waiting<T: Sendable>(_ body: @escaping @Sendable () async throws -> T) throws -> T {
        let outcome = Mutex<Result<T, any Error>?>(nil)
        let done = DispatchSemaphore(value: 0)
        Task {
            let result: Result<T, any Error>
            do { result = .success(try await body()) } catch { result = .failure(error) }
            outcome.withLock { $0 = result }
            done.signal()
        }
        done.wait()
        guard let result = outcome.withLock({ $0 }) else { throw NATSError.cut }
        return try result.get()
    }
}
