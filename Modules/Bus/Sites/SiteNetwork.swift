package import Messages
package import Store
import Synchronization
import Vocabulary

/// The sites of one host among each other, and the way to those of other hosts: who hears whom, woken by commits.
///
/// Nothing is opened or kept for a pair of sites between which nothing passes; at rest nothing runs.
///
/// - `place`: the tree of sites
/// - `join`, `leave`: a site's bus begins and ends (called by the bus)
/// - `wake`: what an earlier run left undone
/// - `add`, `onOutgoing`: logs of other hosts' sites, and who carries ours there
public final class SiteNetwork: Sendable {
    let log: BusLog
    private let work = Activity()
    private let state = Mutex(State())
    private let entries = Mutex<[String: SharedSite]>([:])

    private struct State {
        var own: [SiteEntry] = []
        var others: [SiteEntry] = []
        var map = SiteMap()
        var buses: [String: SiteBus] = [:]
        var siblings: [String: SiblingLog] = [:]
        /// Those whose process did not answer.
        var silent: [String: SiblingLog] = [:]
        /// Of other hosts' sites: the same log may come over several links, for different sites here.
        var far: [String: [any OutsideLog]] = [:]
        var index: Index?
        var isWaking = false
        var mustWake = false
        var isClosed = false
        var carriers: [@Sendable (String) -> Void] = []
        var mapNumber = 0
        var watchers: [@Sendable () -> Void] = []
        var erased: (@Sendable (TravelledErasure) -> Void)?
    }

    /// Who may be concerned by what; worked out when first asked for after a change.
    private final class Index: Sendable {
        let hearing: [String: [Reader]]
        let plugs: [String: Reader]
        let readers: [Reader]
        let sites: Set<String>

        init(_ buses: [SiteBus]) {
            var hearing: [String: [Reader]] = [:]
            var plugs: [String: Reader] = [:]
            var readers: [Reader] = []
            for bus in buses {
                let here = bus.plugs.map { Reader(bus: bus, place: .here($0), hearing: $0.hearing) }
                let elsewhere = bus.remotes.map { Reader(bus: bus, place: .elsewhere($0), hearing: $0.hearing) }
                for reader in here + elsewhere {
                    plugs[reader.hearing.address] = reader
                    for stem in reader.hearing.stems { hearing[stem, default: []].append(reader) }
                    if reader.hearing.wiring.listensBeyond { readers.append(reader) }
                }
            }
            self.hearing = hearing
            self.plugs = plugs
            self.readers = readers
            sites = Set(buses.map(\.site))
        }
    }

    /// A plug-in that may read logs of other sites.
    private struct Reader: Sendable {
        enum Place: Sendable {
            case here(Plug)
            /// It reads for itself, once it is told that there is something.
            case elsewhere(RemotePlug)
        }

        let bus: SiteBus
        let place: Place
        let hearing: FarHearing

        func hear(_ source: any OutsideLog, upTo seq: Int64?) {
            switch place {
            case .here(let plug): bus.hear(source, upTo: seq, by: plug)
            case .elsewhere(let remote): SiteBus.note(source.id, seq, to: remote.line)
            }
        }
    }

    /// Whether this is what the host told a plug-in's process of its own network: only the one plug-in reads here.
    private let isMirror: Bool

    public init(log: BusLog) {
        self.log = log
        isMirror = false
    }

    init(mirroringWith log: BusLog) {
        self.log = log
        isMirror = true
    }

    // MARK: - The tree

    public var map: SiteMap { state.withLock { $0.map } }

    /// Grows with every change of the tree.
    package var mapNumber: Int { state.withLock { $0.mapNumber } }

    /// The sites of this host, as configured.
    public func place(_ sites: [SiteEntry]) { redraw { $0.own = sites } }

    /// The sites of other hosts, as they were told.
    package func placeOthers(_ sites: [SiteEntry]) { redraw { $0.others = sites } }

    /// The same entry, in the memory of an equal one where this host has it already: hundreds of links each remember the whole tree.
    package func shared(_ entry: SiteEntry) -> SharedSite {
        entries.withLock { entries in
            if let known = entries[entry.id], known.entry == entry { return known }
            let fresh = SharedSite(entry)
            entries[entry.id] = fresh
            return fresh
        }
    }

    /// Called after every change of the tree.
    package func onMap(_ watcher: @escaping @Sendable () -> Void) { state.withLock { $0.watchers.append(watcher) } }

    private func redraw(_ change: (inout State) -> Void) {
        let (watchers, remotes) = state.withLock { state -> ([@Sendable () -> Void], [RemotePlug]) in
            change(&state)
            let own = Set(state.own.map(\.id))
            let map = SiteMap(state.others.filter { !own.contains($0.id) } + state.own)
            guard map != state.map else { return ([], []) }
            state.map = map
            state.mapNumber += 1
            entries.withLock { entries in entries = entries.filter { map[$0.key] != nil } }
            return (state.watchers, state.buses.values.flatMap(\.remotes))
        }
        for watcher in watchers { watcher() }
        for remote in remotes { tell(remote, of: []) }
    }

    /// The sites of this host.
    package var own: [SiteEntry] { state.withLock { $0.own } }

    // MARK: - Who takes part

    func join(_ bus: SiteBus) -> [(file: StoreFile, id: Int)] {
        let speaking = bus.plugs.filter { $0.wiring.speaksBeyond }
        let remote = bus.remotes.filter { $0.wiring.speaksBeyond }
        let (logs, readers) = state.withLock { state -> ([String: SiblingLog], [SiteBus]) in
            // Where it was not there before, it may have been restored.
            let readers = state.buses[bus.site] == nil ? Array(state.buses.values) : []
            state.buses[bus.site] = bus
            state.index = nil
            var logs: [String: SiblingLog] = [:]
            for plugin in speaking.map(\.id) + remote.map(\.id) {
                let id = "\(bus.site)/\(plugin)"
                let log = state.siblings[id] ?? SiblingLog(site: bus.site, plugin: plugin, network: self)
                state.siblings[id] = log
                logs[plugin] = log
            }
            for log in state.siblings.values where log.site == bus.site && logs[log.plugin] == nil && log.plugin != Self.own { log.stand(on: nil) }
            return (logs, readers)
        }
        for reader in readers { reader.distant.forget(bus.site) }
        for remote in remote {
            guard let log = logs[remote.id] else { continue }
            log.stand(on: .process(remote))
            remote.onAdvance { log.signal() }
        }
        return speaking.compactMap { plug in
            guard let log = logs[plug.id] else { return nil }
            log.stand(on: .here(plug))
            return (plug.file, plug.file.observeCommits { _ in log.signal() })
        }
    }

    func leave(_ bus: SiteBus) {
        state.withLock { state in
            guard state.buses[bus.site] === bus else { return }
            state.buses[bus.site] = nil
            state.index = nil
            for log in state.siblings.values where log.site == bus.site && log.plugin != Self.own { log.stand(on: nil) }
        }
    }

    /// The name under which a site's links speak for themselves.
    package static let own = "bus"

    /// The log of a site's links themselves, for receipts of what cannot be delivered.
    package func addOwn(_ plug: Plug) {
        let id = plug.address
        let log = state.withLock { state in
            let log = state.siblings[id] ?? SiblingLog(site: plug.site, plugin: plug.id, network: self)
            state.siblings[id] = log
            return log
        }
        log.stand(on: .here(plug))
        plug.file.observeCommits { _ in log.signal() }
    }

    package func removeOwn(of site: String) { state.withLock { $0.siblings["\(site)/\(Self.own)"] }?.stand(on: nil) }

    /// The logs of other hosts' sites that fit are no longer read here.
    package func removeFar(where fits: (any OutsideLog) -> Bool) {
        state.withLock { state in
            for (id, logs) in state.far { state.far[id] = logs.filter { !fits($0) } }
        }
    }

    /// A log of a site of another host, kept here.
    package func add(_ source: any OutsideLog) { state.withLock { $0.far[source.id, default: []].append(source) } }

    /// The log as plug-ins of that site read it.
    package func source(_ id: String, for site: String) -> (any OutsideLog)? {
        let (sibling, far) = state.withLock { ($0.siblings[id], $0.far[id] ?? []) }
        if let sibling, sibling.base != nil { return sibling }
        return far.first { $0.serves(site) } ?? sibling
    }

    /// A log of a site of this host, to go on with after a restore; `nil` where its plug-in is not in operation.
    package func ownLog(_ source: String) -> (any ResumableLog)? {
        switch state.withLock({ $0.siblings[source] })?.base {
        case .here(let plug): plug
        case .process(let remote): remote
        case nil: nil
        }
    }

    /// Up to where no plug-in of this host needs an outside log any more, `limit` at most: its cursor, where anything for it is behind it,
    /// and what it has parked. A plug-in in a process of its own is asked; one that does not answer needs everything. May hold the thread.
    package func needed(_ source: any OutsideLog, upTo limit: Int64) throws -> Int64 {
        var limit = limit
        var open: [(hearing: FarHearing, cursor: Int64)] = []
        for reader in index.readers where reader.hearing.mayFollow(source) {
            guard case .here(let plug) = reader.place else {
                // How far it is only itself knows; one that does not say so needs everything.
                if case .elsewhere(let remote) = reader.place { limit = min(limit, (try? remote.taken(source.id)) ?? 0) }
                continue
            }
            let (cursor, parked) = try plug.file.read { (try $0.cursor(source.id), try $0.parked(source: source.id, limit: 100_000).map(\.seq).min()) }
            if let parked { limit = min(limit, parked - 1) }
            if cursor < limit { open.append((reader.hearing, cursor)) }
        }
        var after = open.map(\.cursor).min() ?? limit
        while after < limit {
            let entries = try source.kept(after: after, limit: 512)
            guard let last = entries.last?.head.seq else { break }
            for carried in entries where carried.head.seq <= limit {
                let entry = carried.entry(of: source.id)
                if open.contains(where: { $0.cursor < entry.seq && lets(entry, from: source.site, to: $0.hearing) }) { return entry.seq - 1 }
            }
            after = last
        }
        return limit
    }

    /// Nothing up to there is for those plug-ins of this host that stand before it: they begin behind it, so that it is not asked for again.
    package func passOver(_ source: any OutsideLog, upTo seq: Int64) async throws {
        for case (.here(let plug), let hearing) in index.readers.map({ ($0.place, $0.hearing) }) where hearing.mayFollow(source) {
            guard try plug.file.read({ try $0.cursor(source.id) }) < seq else { continue }
            try await plug.file.write { writer in
                if try writer.cursor(source.id) < seq { try writer.moveCursor(source.id, to: seq) }
            }
        }
    }

    /// What of a log this host's plug-ins have not taken in, and why. Of a plug-in in a process of its own what was given up is not known.
    ///
    /// - Parameter site: only plug-ins of that site; `nil`: of all.
    package func untaken(of source: String, at site: String? = nil) throws -> [(seq: Int64, type: WireName, why: Untaken)] {
        try index.readers.filter { site == nil || $0.hearing.site == site }.flatMap { reader -> [(seq: Int64, type: WireName, why: Untaken)] in
            switch reader.place {
            case .here(let plug):
                try plug.file.read { snapshot in
                    try snapshot.parked(source: source, limit: 100_000).map { ($0.seq, $0.type, Untaken($0)) }
                        + snapshot.discarded(source: source, limit: 100_000).map { ($0.seq, $0.type, .refused($0.reason)) }
                }
            case .elsewhere(let remote): try remote.parked().filter { $0.source == source }.map { ($0.seq, $0.type, Untaken($0)) }
            }
        }
    }

    /// Every log that stands here: those of this host's sites and those kept of others.
    ///
    /// A site that moved to another host leaves its old log behind, which is read no more.
    package var sources: [any OutsideLog] { state.withLock { $0.siblings.values.filter { $0.base != nil } + $0.far.values.flatMap { $0 } } }

    /// Called when an erasure that came from another site is done in a file of this host.
    package func onErased(_ account: @escaping @Sendable (TravelledErasure) -> Void) { state.withLock { $0.erased = account } }

    package func tell(_ erasure: TravelledErasure) { state.withLock { $0.erased }?(erasure) }

    /// The same, said by a plug-in's process; `false`, and nothing done, where it may not read that log.
    package func tell(_ erasure: TravelledErasure, followedBy remote: RemotePlug) -> Bool {
        guard let log = source(erasure.source, for: remote.site), remote.hearing.mayFollow(log) else { return false }
        tell(erasure)
        return true
    }

    /// Called with a log's name when something was appended that leaves its site.
    package func onOutgoing(_ carrier: @escaping @Sendable (String) -> Void) { state.withLock { $0.carriers.append(carrier) } }

    private var index: Index {
        state.withLock { state in
            if let index = state.index { return index }
            let index = Index(state.buses.values.sorted { $0.site < $1.site })
            state.index = index
            return index
        }
    }

    // MARK: - At work

    /// Something is under way that `settle` and `close` wait for.
    func begin() { work.begin() }
    func end() { work.end() }

    /// - Parameter log: which is read.
    func run(for log: (any OutsideLog)? = nil, _ body: @escaping @Sendable () -> Void) {
        guard !state.withLock({ $0.isClosed }) else { return }
        work.begin()
        let whole: @Sendable () -> Void = { [work] in
            body()
            work.end()
        }
        if let log, log.isElsewhere { work.run(waitingFor: log.id, whole) } else { work.run(whole) }
    }

    /// Whether an entry of that site's log may come to the subscriber.
    package func lets(_ entry: LogEntry, from site: String, to subscriber: Plug) -> Bool { lets(entry, from: site, to: subscriber.hearing) }

    func lets(_ entry: LogEntry, from site: String, to subscriber: FarHearing) -> Bool {
        guard site != subscriber.site, entry.saidBefore == nil else { return false }
        if let target = entry.target { return target == subscriber.address }
        guard entry.addressee == nil else { return false }
        guard subscriber.couldRead(entry.type) || (entry.type == PersonErased.name && subscriber.wiring.listensBeyond) else { return false }
        return map.reaches(entry.reach, from: site, to: subscriber.site)
    }

    /// Wakes those whom the new entries concern.
    package func route(_ entries: [LogEntry], from source: any OutsideLog) {
        let index = index
        let map = map
        var told: [String: (reader: Reader, seq: Int64)] = [:]
        for entry in entries {
            if let target = entry.target {
                if let reader = index.plugs[target], source.serves(reader.hearing.site) {
                    told[target] = (reader, entry.seq)
                } else if let (site, plugin) = missing(target, index), entry.type != CommandReceipt.name {
                    source.hold(entry, because: .notEnabled(plugin, at: site))
                }
                continue
            }
            let hearing = entry.type == PersonErased.name ? index.readers.filter { $0.hearing.mayFollow(source) } : index.hearing[entry.type.stem] ?? []
            for reader in hearing where source.serves(reader.hearing.site) && map.reaches(entry.reach, from: source.site, to: reader.hearing.site) {
                told[reader.hearing.address] = (reader, entry.seq)
            }
        }
        for (reader, seq) in told.values { reader.hear(source, upTo: seq) }
        for carrier in state.withLock({ $0.carriers }) { carrier(source.id) }
    }

    /// The two halves of an address where its site stands on this host and has no such plug-in.
    private func missing(_ target: String, _ index: Index) -> (site: String, plugin: String)? {
        guard index.plugs[target] == nil, let site = target.split(separator: "/").first.map(String.init) else { return nil }
        let plugin = String(target.dropFirst(site.count + 1))
        guard isMirror else { return index.sites.contains(site) ? (site, plugin) : nil }
        let isMissing = state.withLock { state in state.own.first { $0.id == site }.map { !$0.plugins.contains(plugin) } ?? false }
        return isMissing ? (site, plugin) : nil
    }

    /// Wakes everybody whom the log may concern, because what is new in it is not known.
    ///
    /// - Parameter seq: how far it goes now, where that is known.
    func alert(_ source: any OutsideLog, upTo seq: Int64? = nil) {
        for reader in index.readers where reader.hearing.mayFollow(source) { reader.hear(source, upTo: seq) }
        for carrier in state.withLock({ $0.carriers }) { carrier(source.id) }
    }

    /// Takes up what an earlier run, or another bus, left undone: compares every log's end with how far its readers are.
    ///
    /// Costs two small reads a file, whatever the number of pairs; those of one start or reload are done as one.
    public func wake() {
        let mustStart = state.withLock { state -> Bool in
            state.mustWake = true
            if state.isWaking || state.isClosed { return false }
            state.isWaking = true
            return true
        }
        if mustStart { run { self.compare() } }
    }

    private func compare() {
        state.withLock { $0.mustWake = false }
        let index = index
        let sources = self.sources
        let carriers = state.withLock { $0.carriers }
        var ends: [(source: any OutsideLog, end: Int64?)] = []
        var empty: [(source: any OutsideLog, end: Int64?)] = []
        for source in sources {
            do {
                let end = try source.lastOutgoing()
                if end == 0 { empty.append((source, end)) } else {
                    ends.append((source, end))
                    for carrier in carriers { carrier(source.id) }
                }
                if let sibling = source as? SiblingLog { try holdUndeliverable(of: sibling) }
            } catch { log(.error, "outgoing-unread", Parking.describe(error), ("source", source.id)) }
        }
        for reader in index.readers {
            do {
                switch reader.place {
                case .elsewhere(let remote): tell(remote, of: ends + empty)
                case .here(let plug):
                    try reader.bus.loadParked(of: plug)
                    let cursors = try plug.file.read { try $0.cursorsOfOtherSites() }
                    for (source, end) in ends where reader.hearing.mayFollow(source) {
                        if let end, cursors[source.id] ?? 0 >= end { continue }
                        reader.hear(source, upTo: nil)
                    }
                }
            } catch {
                log(.error, "outgoing-unread", Parking.describe(error), ("site", reader.hearing.site), ("plugin", reader.hearing.plugin))
            }
        }
        let again = state.withLock { state -> Bool in
            state.isWaking = state.mustWake && !state.isClosed
            return state.isWaking
        }
        if again { run { self.compare() } }
    }

    // MARK: - Plug-ins in other processes

    /// What a process of this site is told of the others when it begins.
    ///
    /// - Parameter ends: logs, with how far each goes where that is known.
    func line(for remote: RemotePlug, _ ends: [(source: any OutsideLog, end: Int64?)]) -> NetworkLine {
        let (own, others) = state.withLock { ($0.own, $0.others) }
        return NetworkLine(
            own: own, others: others,
            logs: ends.filter { remote.hearing.mayFollow($0.source) }.map { NetworkLine.Log(id: $0.source.id, end: $0.end) })
    }

    package func welcome(_ remote: RemotePlug) -> NetworkLine { line(for: remote, sources.map { ($0, nil) }) }

    private func tell(_ remote: RemotePlug, of ends: [(source: any OutsideLog, end: Int64?)]) {
        guard let body = try? JSON.encode(line(for: remote, ends)) else { return }
        remote.line.note(.note("network"), body: body)
    }

    /// The process has begun: it is told how far every log goes that may be for it.
    package func greet(_ remote: RemotePlug) {
        run { [self] in
            var ends: [(source: any OutsideLog, end: Int64?)] = []
            for source in sources where remote.hearing.mayFollow(source) {
                do { ends.append((source, try source.lastOutgoing())) } catch {
                    log(.error, "outgoing-unread", Parking.describe(error), ("source", source.id))
                }
            }
            tell(remote, of: ends)
        }
    }

    /// Its process did not answer.
    func lookLater(_ log: SiblingLog) { state.withLock { $0.silent[log.id] = log } }

    /// Four times a second: what did not answer is looked at again.
    func tick() {
        let silent = state.withLock { state -> [SiblingLog] in
            if state.silent.isEmpty { return [] }
            defer { state.silent = [:] }
            return Array(state.silent.values)
        }
        for log in silent { log.signal() }
    }

    /// Commands that wait for a site or plug-in that is not there.
    func holdUndeliverable(of source: SiblingLog) throws {
        let index = index
        guard case .here(let plug) = source.base, plug.wiring.sendsBeyond else { return }
        let map = map
        for sent in try plug.file.read({ try $0.sentUnanswered(limit: 10_000) }) where sent.state == .waiting {
            if map[sent.site] == nil {
                plug.hold(sent.id, at: sent.site, because: .siteGone(sent.site))
            } else if let (site, plugin) = missing("\(sent.site)/\(sent.plugin)", index) {
                plug.hold(sent.id, at: site, because: .notEnabled(plugin, at: site))
            }
        }
    }

    /// Nothing new passes from here on; waits for what is under way. For the end of the host.
    public func close() async {
        let buses = state.withLock { state -> [SiteBus] in
            state.isClosed = true
            return Array(state.buses.values)
        }
        await work.quiet()
        for bus in buses { bus.stopHearing() }
        for bus in buses { await bus.settle() }
    }

    /// Waits until nothing passes between the sites any more.
    package func settle() async {
        while true {
            await work.quiet()
            let buses = state.withLock { Array($0.buses.values) }
            for bus in buses { await bus.settle() }
            if work.isQuiet, buses.allSatisfy(\.isAtRest) { return }
        }
    }
}
