import Bus
import Dispatch
public import Messages
import Store
import Synchronization
import Vocabulary

/// The events of a site for partners that fetch them: pages by cursor, and waiting for the next one without holding a thread.
public final class EventFeed: Sendable {
    /// Events as CloudEvents, and where to go on.
    public struct Page: Sendable {
        public let events: [JSONValue]
        /// For `after` of the next request; also when the page is empty.
        public let cursor: String
        /// Whether more is there already.
        public let hasMore: Bool
    }

    private struct Waiter {
        var client: String
        var cursor: FeedCursor
        var limit: Int
        var until: Timestamp
        var then: @Sendable (Result<Page, Refusal>) -> Void
    }

    private struct State {
        var sources: [any EventLog] = []
        /// Those that could not be read last time.
        var silent: Set<String> = []
        var waiters: [Int: Waiter] = [:]
        var next = 0
        /// Counts commits, so that one between looking and waiting is not missed.
        var generation = 0
    }

    /// An entry with the time by which it is merged.
    private struct Placed {
        var source: String
        var time: Timestamp
        var entry: LogEntry
    }

    static let longestWait: Duration = .seconds(30)
    private static let perClient = 4

    private let site: String
    private let clock: TimeSource
    private let log: BusLog
    private let work: Activity
    let directory = Mutex(ReceiverDirectory.none)
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "shuniu.feed", attributes: .concurrent)

    init(site: String, clock: TimeSource, log: BusLog, work: Activity) {
        self.site = site
        self.clock = clock
        self.log = log
        self.work = work
    }

    /// How many wait for an event.
    package var waiting: Int { state.withLock { $0.waiters.count } }

    func attach(_ sources: [any EventLog]) { state.withLock { $0.sources = sources } }

    /// The next events of a client; calls `then` once, on another thread.
    /// - Parameters:
    ///   - after: the cursor of the page before; `nil` from the beginning.
    ///   - limit: 1…500.
    ///   - wait: 0…30 s, how long to wait when there is nothing yet.
    public func next(
        client: String, after: String?, limit: Int, wait: Duration, then: @escaping @Sendable (Result<Page, Refusal>) -> Void
    ) {
        guard let cursor = after.map({ $0.isEmpty ? FeedCursor() : FeedCursor($0) }) ?? FeedCursor() else { return then(.failure(.cursor)) }
        guard (1...500).contains(limit), wait >= .zero, wait <= Self.longestWait else {
            return then(.failure(.wait("\(wait.components.seconds)/\(limit)")))
        }
        let waiting = state.withLock { $0.waiters.values.filter { $0.client == client }.count }
        if wait > .zero, waiting >= Self.perClient { return then(.failure(.tooManyWaiting)) }
        run(Waiter(client: client, cursor: cursor, limit: limit, until: clock.now.advanced(by: wait), then: then))
    }

    private func run(_ waiter: Waiter) {
        work.begin()
        queue.async { [self] in
            defer { work.end() }
            look(waiter)
        }
    }

    private func look(_ waiter: Waiter) {
        let generation = state.withLock { $0.generation }
        // Asked anew at every look: a suspension ends a wait under way.
        guard let terms = directory.withLock({ $0 }).terms(of: waiter.client) else { return waiter.then(.failure(.ended)) }
        let page: Page
        do {
            page = try read(terms, waiter.cursor, waiter.limit)
        } catch {
            log(.error, "feed-failed", "\(error)", ("site", site))
            return waiter.then(.failure((error as? StoreError)?.refusal ?? .busy))
        }
        guard page.events.isEmpty, waiter.until > clock.now else { return waiter.then(.success(page)) }
        let isMissed = state.withLock { state -> Bool in
            guard state.generation == generation else { return true }
            var waiter = waiter
            waiter.cursor = FeedCursor(page.cursor) ?? waiter.cursor
            state.next += 1
            state.waiters[state.next] = waiter
            return false
        }
        if isMissed { run(waiter) }
    }

    /// Merges the logs by time; bounded to 5,000 entries looked at.
    private func read(_ terms: ReceiverTerms, _ start: FeedCursor, _ limit: Int) throws -> Page {
        let sources = state.withLock { $0.sources }.filter { source in terms.events.contains { $0.plugin == source.id } }
        var cursor = start
        var events: [JSONValue] = []
        var hasMore = false
        for _ in 0..<10 {
            let size = max(limit, 50)
            let pieces = try sources.compactMap { source in try piece(of: source, after: cursor.places[source.id] ?? 0, limit: size).map { (source.id, $0) } }
            let batches = pieces.map { id, piece in
                piece.entries.reduce(into: [Placed]()) { placed, entry in
                    // Where a clock was set back, the order of the log still holds.
                    placed.append(Placed(source: id, time: max(entry.time, placed.last?.time ?? entry.time), entry: entry))
                }
            }
            // Beyond the end of a full batch the order is not known yet.
            let horizon = zip(pieces, batches).compactMap { $0.1.isAtEnd ? nil : $1.last?.time }.min()
            let merged = batches.joined().filter { horizon == nil || $0.time <= horizon ?? $0.time }
                .sorted { ($0.time, $0.source, $0.entry.seq) < ($1.time, $1.source, $1.entry.seq) }
            for placed in merged {
                if events.count == limit { return Page(events: events, cursor: cursor.description, hasMore: true) }
                let entry = placed.entry
                cursor.places[placed.source] = entry.seq
                if PartnerEvent.isFor(terms, entry) { events.append(try PartnerEvent.json(entry, site: site, terms)) }
            }
            // Whatever else a piece held is looked at too.
            for ((id, piece), batch) in zip(pieces, batches) where batch.last.map({ horizon == nil || $0.time <= horizon ?? $0.time }) ?? true {
                if piece.last > 0 { cursor.places[id] = piece.last }
            }
            hasMore = pieces.contains { !$0.1.isAtEnd } || horizon != nil
            if !hasMore || !events.isEmpty { break }
        }
        return Page(events: events, cursor: cursor.description, hasMore: hasMore)
    }

    /// A plug-in whose process does not answer is left out: its events come when it is back, the others' do not wait for it.
    private func piece(of source: any EventLog, after: Int64, limit: Int) throws -> EventPiece? {
        do {
            let piece = try source.read(after: after, limit: limit)
            state.withLock { _ = $0.silent.remove(source.id) }
            return piece
        } catch let refusal as Refusal {
            if state.withLock({ $0.silent.insert(source.id).inserted }) {
                log(.warning, "feed-source-silent", refusal.log, ("site", site), ("from", source.id))
            }
            return nil
        }
    }

    /// Something was appended to a log, or terms changed: everybody who waits looks again.
    func wake() {
        let waiters = state.withLock { state -> [Waiter] in
            state.generation += 1
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { run(waiter) }
    }

    /// Ends waits whose time is over, and those of clients without a contract in force.
    func tick() {
        let now = clock.now
        let directory = directory.withLock { $0 }
        let over = state.withLock { state -> [Waiter] in
            let over = state.waiters.filter { $0.value.until <= now || directory.terms(of: $0.value.client) == nil }
            for key in over.keys { state.waiters[key] = nil }
            return Array(over.values)
        }
        for waiter in over { run(waiter) }
    }

    /// Ends every wait with an empty page; when the site closes.
    func retire() {
        let waiters = state.withLock { state -> [Waiter] in
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.then(.success(Page(events: [], cursor: waiter.cursor.description, hasMore: false))) }
    }
}
