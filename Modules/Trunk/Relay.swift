import Bus
import Dispatch
import Messages
import Store
import Synchronization
import Vocabulary

/// What a site's links have brought here: entries of the logs of other hosts' sites, kept in the order and under the numbers they have
/// at home, until nobody here needs them; who is joined; and tokens. One file a site with links, `_trunk.sqlite`.
final class Relay: Sendable {
    static let fileName = "_trunk.sqlite"
    /// The name of the link to the site above.
    static let up = "^"
    /// The name of the link to a broker between the sites.
    static let broker = "*"

    static let migrations = [
        Migration(
            1, "create relay",
            """
            CREATE TABLE relay (
                link TEXT NOT NULL, source TEXT NOT NULL, seq INTEGER NOT NULL, head BLOB NOT NULL, payload BLOB NOT NULL,
                PRIMARY KEY (link, source, seq)
            ) STRICT, WITHOUT ROWID;
            -- Up to where each log has been looked at by the other end.
            CREATE TABLE head (link TEXT NOT NULL, source TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (link, source)) STRICT, WITHOUT ROWID;
            -- The sites behind each link.
            CREATE TABLE place (link TEXT NOT NULL, id TEXT NOT NULL, entry TEXT NOT NULL, PRIMARY KEY (link, id)) STRICT, WITHOUT ROWID;
            CREATE TABLE child (
                site TEXT PRIMARY KEY, title TEXT NOT NULL, serial TEXT NOT NULL, until INTEGER NOT NULL,
                state TEXT NOT NULL CHECK (state IN ('joined', 'left', 'excluded')), since INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE token (digest BLOB PRIMARY KEY, child TEXT NOT NULL, expires INTEGER NOT NULL, used INTEGER) STRICT, WITHOUT ROWID;
            """),
        Migration(
            2, "create fences and certificates",
            """
            -- Where the sites at the other ends stand, and since which taking up.
            CREATE TABLE fence (site TEXT PRIMARY KEY, epoch INTEGER NOT NULL, host TEXT NOT NULL) STRICT, WITHOUT ROWID;
            -- Every certificate of a child that still counts: after a renewal the one before it, until its end.
            CREATE TABLE certificate (serial TEXT PRIMARY KEY, site TEXT NOT NULL, until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
            INSERT INTO certificate (serial, site, until) SELECT serial, site, until FROM child;
            """),
        streams,
        Migration(
            4, "create passed",
            """
            -- Numbers of logs of this host that were passed over after a restore from an older copy.
            CREATE TABLE passed (source TEXT NOT NULL, after INTEGER NOT NULL, upto INTEGER NOT NULL, PRIMARY KEY (source, after, upto)) STRICT, WITHOUT ROWID;
            """),
        cuts,
    ]

    let site: String
    let plug: Plug
    private let network: SiteNetwork
    private let logs = Mutex<[String: FarLog]>([:])
    private let clock: TimeSource
    private let cutState = CutState()
    private let known = KnownPlaces()
    /// Called when the other end of a link must be told that less is here than it thinks; and when it is time to look what may go.
    private let onWant = Mutex<(again: (@Sendable (_ source: String, _ link: String) -> Void)?, cut: (@Sendable () async -> Void)?)>((nil, nil))

    /// - Parameter folder: the site's.
    init(site: String, folder: String, network: SiteNetwork, lanes: LanePool, options: StoreOptions, clock: TimeSource, ids: IDSource, log: BusLog) {
        self.site = site
        self.network = network
        self.clock = clock
        var wiring = Wiring(plugin: SiteNetwork.own)
        wiring.migrations = Self.migrations
        let file = StoreFile(path: "\(folder)/\(Self.fileName)", migrations: Self.migrations, lanes: lanes, options: options, clock: clock)
        plug = Plug(site: site, wiring: wiring, file: file, network: network, clock: clock, ids: ids, log: log)
    }

    /// Takes up what an earlier run left: logs and places behind the links.
    ///
    /// - Throws: `StoreError` where the file cannot be opened.
    func open() throws {
        let heads = try plug.file.read { try $0.rows("SELECT link, source FROM head", as: { (try $0.get(0, as: String.self), try $0.get(1, as: String.self)) }) }
        for (link, source) in heads { _ = log(source, over: link) }
    }

    // MARK: - Logs

    func onWant(again: @escaping @Sendable (_ source: String, _ link: String) -> Void, cut: @escaping @Sendable () async -> Void) {
        onWant.withLock { $0 = (again, cut) }
    }

    func askAgain(_ source: String, over link: String) { onWant.withLock { $0.again }?(source, link) }

    private func cutInTime() {
        guard cutState.begin(clock.now), let cut = onWant.withLock({ $0.cut }) else { return }
        Task { [cutState] in
            await cut()
            cutState.end()
        }
    }

    /// The log behind the link, known to the network from now on.
    func log(_ source: String, over link: String) -> FarLog {
        let (log, isNew) = logs.withLock { logs -> (FarLog, Bool) in
            if let log = logs["\(link) \(source)"] { return (log, false) }
            let log = FarLog(source, over: link, relay: self, network: network)
            logs["\(link) \(source)"] = log
            return (log, true)
        }
        if isNew { network.add(log) }
        return log
    }

    /// The sites of which something came over any link.
    static func heardOf(_ snapshot: some SQLReading) throws -> [String] {
        let sources = try snapshot.rows("SELECT source FROM head") { try $0.get(0, as: String.self) }
        return Set(sources.map { String($0.prefix { $0 != "/" }) }).sorted()
    }

    func heads(of link: String) throws -> [String: Int64] {
        Dictionary(
            try plug.file.read { try $0.rows("SELECT source, seq FROM head WHERE link = ?", link, as: { (try $0.get(0, as: String.self), try $0.get(1, as: Int64.self)) }) }
        ) { first, _ in first }
    }

    /// Keeps what came over the link; what is there already stays, a piece that does not follow on it is left out.
    ///
    /// - Returns: how far each of the sources is now, on disk.
    func keep(
        _ batches: [(batch: Parcel.Batch, entries: [CarriedEntry])], over link: String, noting places: [StreamPlace] = []
    ) async throws -> [String: Int64] {
        let plug = self.plug
        let (heads, shredded) = try await plug.file.write { writer -> ([String: Int64], [TravelledErasure]) in
            var shredded: [TravelledErasure] = []
            var heads: [String: Int64] = [:]
            for (batch, entries) in batches {
                let head: Int64 = try writer.value("SELECT seq FROM head WHERE link = ? AND source = ?", link, batch.source) ?? 0
                heads[batch.source] = head
                guard batch.after <= head, batch.last > head else { continue }
                for entry in entries where entry.head.seq > head {
                    // Said again by a site that was restored; here it is already.
                    if let before = entry.head.again, try Self.mark(link, batch.source, at: before, writer)?.id == entry.head.id { continue }
                    try writer.run(
                        "INSERT OR IGNORE INTO relay (link, source, seq, head, payload) VALUES (?, ?, ?, ?, ?)", link, batch.source, entry.head.seq,
                        try JSON.encode(entry.head), try plug.close(entry.payload, from: String(batch.source.prefix { $0 != "/" }), to: writer))
                    // What is kept here of the person cannot be read any more from now on.
                    if entry.head.type == PersonErased.name, let done = try plug.shred(entry.payload, askedBy: batch.source, in: writer) {
                        shredded.append(done)
                    }
                }
                try writer.run(
                    "INSERT INTO head (link, source, seq) VALUES (?1, ?2, ?3) ON CONFLICT (link, source) DO UPDATE SET seq = ?3", link, batch.source,
                    batch.last)
                heads[batch.source] = batch.last
            }
            try Self.note(places, writer)
            return (heads, shredded)
        }
        plug.settle(shredded)
        for (batch, entries) in batches where !entries.isEmpty {
            let log = log(batch.source, over: link)
            log.grown(to: entries.last?.head.seq ?? 0)
            network.route(entries.map { $0.entry(of: batch.source) }, from: log)
        }
        cutInTime()
        return heads
    }

    /// Not beyond what came without a gap: what is fetched again comes in its order.
    func carried(_ source: String, over link: String, after seq: Int64, limit: Int) throws -> [CarriedEntry] {
        try plug.file.read { snapshot in
            try snapshot.rows(
                """
                SELECT head, payload FROM relay
                WHERE link = ?1 AND source = ?2 AND seq > ?3 AND seq <= (SELECT seq FROM head WHERE link = ?1 AND source = ?2) ORDER BY seq LIMIT ?4
                """, link, source, seq, limit
            ) { row in
                CarriedEntry(head: try JSON.decode(CarriedEntry.Head.self, from: row.get(0, as: [UInt8].self)), payload: try row.get(1))
            }
        }
    }

    /// What stands behind each link, as on disk.
    private final class KnownPlaces: Sendable {
        let all = Mutex<[String: [SharedSite]]>([:])
    }

    private static func mark(_ link: String, _ source: String, at seq: Int64, _ reading: some SQLReading) throws -> EntryMark? {
        let head: [UInt8]? = try reading.value("SELECT head FROM relay WHERE link = ? AND source = ? AND seq = ?", link, source, seq)
        return try head.map { EntryMark(seq: seq, id: try JSON.decode(CarriedEntry.Head.self, from: $0).id) }
    }

    /// The newest entry of each log that the link brought.
    func marks(of link: String) throws -> [String: EntryMark] {
        try plug.file.read { snapshot in
            let sources = try snapshot.rows("SELECT source FROM head WHERE link = ?", link) { try $0.get(0, as: String.self) }
            var marks: [String: EntryMark] = [:]
            for source in sources {
                let last: Int64? = try snapshot.value("SELECT max(seq) FROM relay WHERE link = ? AND source = ?", link, source)
                if let last { marks[source] = try Self.mark(link, source, at: last, snapshot) }
            }
            return marks
        }
    }

    /// What is here of a log that the link brought.
    func trace(_ request: TraceRequest, over link: String) throws -> TraceAnswer {
        let entries = try plug.file.read { snapshot in
            try snapshot.rows(
                "SELECT head FROM relay WHERE link = ? AND source = ? AND seq > ? ORDER BY seq LIMIT ?", link, request.source, request.after, TraceAnswer.most
            ) { try JSON.decode(CarriedEntry.Head.self, from: $0.get(0, as: [UInt8].self)) }
        }
        return TraceAnswer(
            entries: entries.map { TracedEntry(seq: $0.seq, id: $0.id, type: $0.type, time: $0.time) }, head: try heads(of: link)[request.source] ?? 0)
    }

    /// Numbers of logs of this host that are not compared with others.
    func passed() throws -> [PassedNumbers] {
        try plug.file.read { try $0.rows("SELECT source, after, upto FROM passed") { PassedNumbers(source: try $0.get(0), from: try $0.get(1), to: try $0.get(2)) } }
    }

    func note(_ passed: PassedNumbers) async throws {
        _ = try await plug.file.write { writer in
            try writer.run("INSERT OR IGNORE INTO passed (source, after, upto) VALUES (?, ?, ?)", passed.source, passed.from, passed.to)
        }
    }

    func count(_ source: String, over link: String, after seq: Int64) throws -> Int {
        try plug.file.read { try $0.value("SELECT count(*) FROM relay WHERE link = ? AND source = ? AND seq > ?", link, source, seq) ?? 0 }
    }

    /// What of a log the plug-ins of this host have not taken in.
    func untaken(_ source: String, over link: String) throws -> [UntakenEntry] {
        try network.untaken(of: source).compactMap { seq, type, why in
            let time = try carried(source, over: link, after: seq - 1, limit: 1).first { $0.head.seq == seq }?.head.time
            return time.map { UntakenEntry(source: source, type: type, day: $0.day, why: why) }
        }
    }

    func end(_ source: String, over link: String) throws -> Int64 {
        try plug.file.read { try $0.value("SELECT max(seq) FROM relay WHERE link = ? AND source = ?", link, source) ?? 0 }
    }

    // MARK: - Places

    /// By identifier. Asked for at every change of the tree, so they are remembered.
    func places(behind link: String) throws -> [SiteEntry] {
        if let known = known.all.withLock({ $0[link] }) { return known.map(\.entry) }
        let found = try plug.file.read { snapshot in
            try snapshot.rows("SELECT entry FROM place WHERE link = ? ORDER BY id", link) { network.shared(try JSON.decode(SiteEntry.self, from: Array($0.get(0, as: String.self).utf8))) }
        }
        return known.all.withLock { known in
            // Whoever wrote meanwhile knows better.
            if let newer = known[link] { return newer.map(\.entry) }
            known[link] = found
            return found.map(\.entry)
        }
    }

    /// These and no others stand behind the link; only what is different is written.
    ///
    /// - Returns: the sites that came, went, or are another way than before.
    @discardableResult
    func keep(_ places: [SiteEntry], behind link: String) async throws -> [String] {
        let places = places.sorted { $0.id < $1.id }
        guard try self.places(behind: link) != places else { return [] }
        do {
            return try await plug.file.write { [known, network] writer in
                let rows = try writer.rows("SELECT id, entry FROM place WHERE link = ?", link) { (try $0.get(0, as: String.self), try $0.get(1, as: String.self)) }
                var before = Dictionary(rows) { first, _ in first }
                var changed: [String] = []
                for place in places {
                    let text = String(decoding: try JSON.encode(place), as: UTF8.self)
                    guard before.removeValue(forKey: place.id) != text else { continue }
                    changed.append(place.id)
                    try writer.run(
                        "INSERT INTO place (link, id, entry) VALUES (?1, ?2, ?3) ON CONFLICT (link, id) DO UPDATE SET entry = ?3", link, place.id, text)
                }
                for id in before.keys { try writer.run("DELETE FROM place WHERE link = ? AND id = ?", link, id) }
                known.all.withLock { $0[link] = places.map(network.shared) }
                return changed + before.keys
            }
        } catch {
            known.all.withLock { $0[link] = nil }
            throw error
        }
    }

    // MARK: - Children

    func children() throws -> [JoinedChild] {
        try plug.file.read { try $0.rows("SELECT site, title, serial, until, state, since FROM child ORDER BY site", as: JoinedChild.init) }
    }

    func child(_ site: String) throws -> JoinedChild? {
        try plug.file.read { try $0.first("SELECT site, title, serial, until, state, since FROM child WHERE site = ?", site, as: JoinedChild.init) }
    }

    func set(_ state: JoinedChild.State, of child: String) async throws -> Bool {
        try await plug.file.write { writer in
            try writer.run("UPDATE child SET state = ?, since = ? WHERE site = ? AND state = 'joined'", state.rawValue, writer.now, child) > 0
        }
    }

    /// Uses the token up and notes the child, in one transaction.
    func admit(_ child: SiteEntry, token: [UInt8], serial: String, until: Timestamp, now: Timestamp) async throws {
        try await plug.file.write { writer in
            let wanted: String? = try writer.value("SELECT child FROM token WHERE digest = ? AND used IS NULL AND expires > ?", token, now)
            guard let wanted else { throw Refusal.badToken }
            guard wanted == child.id else { throw Refusal.otherChild(child.id) }
            try writer.run("UPDATE token SET used = ? WHERE digest = ?", now, token)
            try writer.run("DELETE FROM certificate WHERE site = ?", child.id)
            try writer.run("INSERT INTO certificate (serial, site, until) VALUES (?, ?, ?)", serial, child.id, until)
            try writer.run(
                """
                INSERT INTO child (site, title, serial, until, state, since) VALUES (?1, ?2, ?3, ?4, 'joined', ?5)
                ON CONFLICT (site) DO UPDATE SET title = ?2, serial = ?3, until = ?4, state = 'joined', since = ?5
                """, child.id, child.title, serial, until, now)
        }
    }

    /// Whether the certificate is one of the child's that still counts.
    func counts(_ serial: String, of child: String, now: Timestamp) throws -> Bool {
        let until: Timestamp? = try plug.file.read { try $0.value("SELECT until FROM certificate WHERE serial = ? AND site = ?", serial, child) }
        return until.map { $0 > now } ?? false
    }

    /// A later certificate of a child; the one that it showed counts until its end, because the child may not have got the new one.
    func renew(_ child: String, shown: String, serial: String, until: Timestamp, now: Timestamp) async throws {
        try await plug.file.write { writer in
            try writer.run("DELETE FROM certificate WHERE until < ? OR (site = ? AND serial <> ?)", now, child, shown)
            try writer.run("INSERT INTO certificate (serial, site, until) VALUES (?, ?, ?)", serial, child, until)
            try writer.run("UPDATE child SET serial = ?, until = ? WHERE site = ?", serial, until, child)
        }
    }

    /// Notes where the site at the other end stands.
    ///
    /// - Parameter stand: `nil`: it does not say, as before there were fences.
    /// - Throws: `Refusal` `trunk.older-epoch` or `trunk.two-hosts` where a later taking up, or another host, is known; `trunk.stand-wanted`
    ///   where it said once and says no more.
    func admit(_ stand: SiteStand?, of site: String) async throws {
        let known = try self.stand(of: site)
        guard known != stand else { return }
        guard let stand else { throw Refusal.standWanted(site) }
        try await plug.file.write { writer in
            let known = try writer.first("SELECT epoch, host FROM fence WHERE site = ?", site, as: SiteStand.init)
            if let known, stand.epoch < known.epoch || (stand.epoch == known.epoch && stand.host != known.host) { throw Refusal.olderEpoch(site, stand, known: known) }
            try writer.run("INSERT INTO fence (site, epoch, host) VALUES (?1, ?2, ?3) ON CONFLICT (site) DO UPDATE SET epoch = ?2, host = ?3", site, stand.epoch, stand.host)
        }
    }

    func stand(of site: String) throws -> SiteStand? {
        try plug.file.read { try $0.first("SELECT epoch, host FROM fence WHERE site = ?", site, as: SiteStand.init) }
    }

    /// The site stood on this host and is heard over links from now on: what was passed over meanwhile is asked for again, from the start.
    func forgetHeads(of site: String) async throws {
        _ = try await plug.file.write { writer in
            try writer.run("DELETE FROM head WHERE source >= ? AND source < ?", "\(site)/", "\(site)0")
            try writer.run("DELETE FROM stream WHERE site = ?", site)
        }
    }

    /// The site is no longer joined to the one above: what came from there goes, with how far it was, since the next parent may be
    /// another one. Plug-ins keep what they have taken in. Waits; never on a lane's thread.
    func forgetUp() throws {
        let outcome = Mutex<Result<Void, any Error>?>(nil)
        let done = DispatchSemaphore(value: 0)
        plug.file.enqueue { writer in
            // Of sites that are heard over no other link; those below and at a broker stay fenced.
            try writer.run(
                """
                DELETE FROM fence WHERE site IN (SELECT id FROM place WHERE link = ?1) AND site NOT IN (SELECT id FROM place WHERE link <> ?1)
                """, Self.up)
            for table in ["relay", "head", "place", "base"] { try writer.run("DELETE FROM \(table) WHERE link = ?", Self.up) }
        } then: { result in
            outcome.withLock { $0 = result.map { _ in () }.mapError { $0 as any Error } }
            done.signal()
        }
        done.wait()
        try outcome.withLock { $0 }?.get()
        known.all.withLock { $0[Self.up] = nil }
        for log in logs.withLock({ Array($0.values) }) where log.link == Self.up { log.forgotten() }
    }

    /// The site that an unused token is for.
    func invited(by token: [UInt8], now: Timestamp) throws -> String? {
        try plug.file.read { try $0.value("SELECT child FROM token WHERE digest = ? AND used IS NULL AND expires > ?", token, now) }
    }

    func invite(_ child: String, token: [UInt8], expires: Timestamp, now: Timestamp) async throws {
        try await plug.file.write { writer in
            try writer.run("DELETE FROM token WHERE expires < ? OR child = ?", now, child)
            try writer.run("INSERT INTO token (digest, child, expires) VALUES (?, ?, ?)", token, child, expires)
        }
    }
}

extension SiteStand {
    init(_ row: Row) throws { self.init(epoch: try row.get(0), host: try row.get(1)) }
}

/// A site below that was joined.
struct JoinedChild: Sendable, Hashable {
    enum State: String, Sendable { case joined, left, excluded }

    var site: String
    var title: String
    /// Of its certificate.
    var serial: String
    var until: Timestamp
    var state: State
    var since: Timestamp

    init(_ row: Row) throws {
        site = try row.get(0)
        title = try row.get(1)
        serial = try row.get(2)
        until = try row.get(3)
        state = State(rawValue: try row.get(4)) ?? .excluded
        since = try row.get(5)
    }
}

/// The log of a plug-in of another host's site, as far as a link brought it here.
final class FarLog: OutsideLog {
    let id: String
    let site: String
    let plugin: String
    /// The link over which it comes.
    let link: String
    private unowned let relay: Relay
    private unowned let network: SiteNetwork
    private let end = Mutex<Int64?>(nil)

    init(_ source: String, over link: String, relay: Relay, network: SiteNetwork) {
        id = source
        let parts = source.split(separator: "/", maxSplits: 1)
        site = parts.first.map(String.init) ?? source
        plugin = parts.count > 1 ? String(parts[1]) : ""
        self.link = link
        self.relay = relay
        self.network = network
    }

    var isSparse: Bool { true }

    func grown(to seq: Int64) { end.withLock { if let known = $0 { $0 = max(known, seq) } } }

    /// Nothing of it is here any more.
    func forgotten() { end.withLock { $0 = nil } }

    func isKept(by other: Relay) -> Bool { relay === other }

    /// A link upwards serves its own site and those below it; one downwards everybody else.
    func serves(_ other: String) -> Bool {
        link == Relay.up || link == Relay.broker ? other == relay.site || network.map.isAbove(relay.site, other) : !(other == link || network.map.isAbove(link, other))
    }

    func lastOutgoing() throws -> Int64? {
        if let known = end.withLock({ $0 }) { return known }
        let found = try relay.end(id, over: link)
        end.withLock { $0 = max($0 ?? 0, found) }
        return found
    }

    func lastEntry() throws -> Int64? { nil }

    func outgoingCount(after seq: Int64) throws -> Int { try relay.count(id, over: link, after: seq) }

    func carried(after seq: Int64, limit: Int) throws -> [CarriedEntry] {
        guard try isHere(after: seq) else { return [] }
        return try kept(after: seq, limit: limit)
    }

    /// Whether nothing behind the place was cut; otherwise it is fetched again, and whoever reads is told when it comes.
    private func isHere(after seq: Int64) throws -> Bool {
        guard try relay.base(id, over: link) > seq else { return true }
        relay.fetchAgain(id, over: link, after: seq)
        return false
    }

    func kept(after seq: Int64, limit: Int) throws -> [CarriedEntry] {
        try relay.carried(id, over: link, after: seq, limit: limit).map { CarriedEntry(head: $0.head, payload: try relay.plug.open($0.payload)) }
    }

    func entries(after seq: Int64, limit: Int, for subscriber: Plug) throws -> (wanted: [LogEntry], last: Int64)? {
        guard try isHere(after: seq) else { return nil }
        let carried = try relay.carried(id, over: link, after: seq, limit: limit)
        guard let last = carried.last?.head.seq else { return nil }
        return (carried.map { $0.entry(of: id) }.filter { network.lets($0, from: site, to: subscriber) }, last)
    }

    func entry(_ seq: Int64) throws -> LogEntry? {
        try relay.carried(id, over: link, after: seq - 1, limit: 1).first { $0.head.seq == seq }?.entry(of: id)
    }

    func decode<T: Codable>(_ type: T.Type, from bytes: [UInt8]) throws -> T { try relay.plug.decode(type, from: bytes) }

    /// The receipt goes back the way the command came: as an entry of this site's own.
    func hold(_ entry: LogEntry, because refusal: Refusal) {
        relay.plug.answerHeld(entry, from: self, because: refusal)
    }
}
