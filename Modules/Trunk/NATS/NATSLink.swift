import Bus
import Crypto
import Dispatch
import Glibc
import Messages
import Network
import Synchronization
import Vocabulary

/// The link of a host's sites to their network over NATS JetStream.
///
/// A *gate* is a site whose parent is not on this host: its relay keeps what comes for it and those below it here. One thread (`keep`)
/// sees to everything that is asked of the broker: claims, cards, consumers; each gate has a `StreamWriter` and `StreamReaders`.
final class NATSLink: Sendable {
    /// What it shares with the trunk.
    struct Surroundings: Sendable {
        var network: SiteNetwork
        var clock: TimeSource
        var log: BusLog
        /// The sites that are reached through this host: its own, and those below that joined here over mutual TLS.
        var near: @Sendable () -> [SiteEntry]
        /// Where a site that is reached through this host stands; `nil` where that is not known here.
        var stand: @Sendable (String) -> SiteStand?
        /// What stands behind the gates changed.
        var onPlaces: @Sendable () -> Void
    }

    private struct Gate: Sendable {
        let relay: Relay
        let writer: StreamWriter
        let readers: StreamReaders
        var site: String { relay.site }
    }

    private let broker: TrunkBroker
    private let around: Surroundings
    private let client: NATSClient
    private let holder: StreamHolder
    private let state = Mutex(State())
    private let news: DispatchSemaphore
    private let gone = DispatchSemaphore(value: 0)

    private struct State {
        var gates: [Gate] = []
        var foreign: Set<String> = []
        var isStopped = false
        var cards = SiteCards()
        /// Of this host's sites, as they were last said.
        var said: [String: SiteEntry] = [:]
        var troubles: [String: String] = [:]
        /// Gates that no other host runs.
        var mayRead: Set<String> = []
    }

    init(_ broker: TrunkBroker, around: Surroundings) {
        self.broker = broker
        self.around = around
        let news = DispatchSemaphore(value: 0)
        self.news = news
        let connected = ConnectionFlag()
        client = NATSClient(broker.client) { isConnected in
            if isConnected { connected.raise() }
            news.signal()
        }
        flag = connected
        holder = StreamHolder(broker, client: client, host: Self.hostName, log: around.log)
    }

    /// This machine's, for people.
    private static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, 255)
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Whether a new connection began since it was looked at.
    private final class ConnectionFlag: Sendable {
        private let isUp = Mutex(false)

        func raise() { isUp.withLock { $0 = true } }
        func lower() -> Bool {
            isUp.withLock { isUp in
                defer { isUp = false }; return isUp
            }
        }
    }

    private let flag: ConnectionFlag

    // MARK: - Life

    func start() {
        let names = holder.names
        _ = client.subscribe(names.card("*")) { [weak self] message in self?.heardCard(message) }
        _ = client.subscribe(names.claim("*")) { [weak self] message in self?.heardClaim(message) }
        holder.counting.withLock { $0 = { [weak self] in try self?.counts(of: $0, $1) } }
        client.start()
        DispatchQueue(label: "shuniu.nats.keep").async { [self] in
            var failures: Int64 = 0
            while !state.withLock({ $0.isStopped }) {
                let isWell = !client.isConnected || keep()
                failures = isWell ? 0 : min(failures + 1, 4)
                if isWell {
                    _ = news.wait(timeout: .now() + .milliseconds(Int(broker.heartbeat.milliseconds)))
                } else {
                    // News do not shorten it: what failed would fail again.
                    _ = DispatchSemaphore(value: 0).wait(
                        timeout: .now() + .milliseconds(Int(broker.client.first.milliseconds << (failures - 1))))
                }
            }
            gone.signal()
        }
    }

    /// Returns when nothing runs any more, so that files may be closed.
    func stop() {
        let gates = state.withLock { state in
            state.isStopped = true
            return state.gates
        }
        news.signal()
        for gate in gates {
            gate.writer.stop()
            gate.readers.stop()
        }
        client.stop()
        _ = gone.wait(timeout: .now() + .seconds(10))
    }

    /// The relays of the gates that there are now.
    ///
    /// - Parameter foreign: sites whose folders came from another host: nothing of them is published.
    func adopt(_ relays: [Relay], foreign: Set<String>) {
        let (fresh, ended) = state.withLock { state -> ([Gate], [Gate]) in
            state.foreign = foreign
            let fresh = relays.filter { relay in !state.gates.contains { $0.relay === relay } }.map(gate)
            let ended = state.gates.filter { gate in !relays.contains { $0 === gate.relay } }
            state.gates = state.gates.filter { gate in relays.contains { $0 === gate.relay } } + fresh
            return (fresh, ended)
        }
        for gate in fresh {
            gate.writer.start()
            gate.readers.start()
        }
        for gate in ended {
            for site in gate.writer.sites { holder.release(site) }
            gate.writer.stop()
            gate.readers.stop()
        }
        news.signal()
    }

    private func gate(_ relay: Relay) -> Gate {
        let onLoss: @Sendable () -> Void = { [news] in news.signal() }
        return Gate(
            relay: relay,
            writer: StreamWriter(
                relay: relay, network: around.network, holder: holder, log: around.log, onLoss: onLoss),
            readers: StreamReaders(
                relay: relay, network: around.network, holder: holder, log: around.log, onLoss: onLoss))
    }

    func touched(_ source: String) { for gate in state.withLock({ $0.gates }) { gate.writer.touched(source) } }

    func mapChanged() { news.signal() }

    /// What was taken of the site's stream is not known any more.
    func reopen(_ site: String) {
        for gate in state.withLock({ $0.gates }) { gate.readers.reopen(site) }
        news.signal()
    }

    // MARK: - What others say, on the connection's thread

    private func site(of message: NATSMessage) -> String {
        message.subject.split(separator: ".").dropFirst(2).first.map(String.init) ?? ""
    }

    private func heardCard(_ message: NATSMessage) {
        let site = site(of: message)
        do {
            let card = try holder.read(message.payload, of: site)
            if state.withLock({ $0.cards.heard(card) }) { news.signal() }
        } catch {
            state.withLock { $0.cards.heardUnread(site, Self.sentence(error)) }
        }
    }

    private func heardClaim(_ message: NATSMessage) {
        let site = site(of: message)
        guard holder.isOfAnother(message.payload, site) else { return }
        // Since when the site stands there is noted when its stream is opened.
        reopen(site)
        for gate in state.withLock({ $0.gates }) where gate.writer.stream(of: site) != nil {
            gate.writer.drop(site)
            holder.release(site)
            state.withLock { _ = $0.mayRead.remove(site) }
            around.log(
                .error, "nats-fenced", "another host began to run the site; nothing more of it is published here",
                ("site", site))
            news.signal()
        }
    }

    // MARK: - Keeping it all in order

    /// Once through everything.
    /// - Returns: `false`: something failed and is to be tried again.
    private func keep() -> Bool {
        let gates = state.withLock { $0.gates }
        if flag.lower() {
            state.withLock { $0.cards.connected() }
            for gate in gates { gate.readers.reconnected() }
            compare(gates)
        }
        let near = around.near()
        var troubles: [String: String] = [:]
        var behind: Set<String> = []
        for gate in gates { behind.formUnion(hold(near, at: gate, &troubles)) }
        holder.release(allBut: behind)
        do { try list(near: Set(near.map(\.id))) } catch { troubles["_list"] = Self.sentence(error) }
        // As long as nobody has told which sites there are, those on disk stay.
        if state.withLock({ $0.cards.isKnown }) {
            do { for gate in gates { try place(at: gate, near: Set(near.map(\.id))) } } catch { troubles["_place"] = Self.sentence(error) }
        }
        var isWell = troubles.isEmpty
        for gate in gates where !read(at: gate) { isWell = false }
        state.withLock { $0.troubles = troubles }
        return isWell
    }

    static func sentence(_ error: any Error) -> String {
        (error as? NATSError)?.message ?? (error as? Refusal)?.message ?? "\(error)"
    }

    /// After a connection ended: whether the streams are still as they were left.
    private func compare(_ gates: [Gate]) {
        for gate in gates {
            for site in gate.writer.sites {
                guard let held = gate.writer.stream(of: site) else { continue }
                let info = try? holder.jetStream.stream(holder.names.stream(of: site))
                if info?.created != held.identity || info?.state.last_seq != held.last { gate.writer.drop(site) }
            }
        }
    }

    /// Takes up the streams of the sites behind a gate; which they are.
    private func hold(_ near: [SiteEntry], at gate: Gate, _ troubles: inout [String: String]) -> [String] {
        let map = around.network.map
        let foreign = state.withLock { $0.foreign }
        let behind = near.filter { ($0.id == gate.site || map.isAbove(gate.site, $0.id)) && !foreign.contains($0.id) }
        for site in gate.writer.sites where !behind.contains(where: { $0.id == site }) {
            gate.writer.drop(site)
            holder.release(site)
        }
        let sources = around.network.sources.filter { !$0.comes(over: Relay.broker) }
        for card in behind {
            if gate.writer.stream(of: card.id) != nil, state.withLock({ $0.said[card.id] }) == card { continue }
            gate.writer.drop(card.id)
            do {
                let before = try gate.relay.place(in: card.id).map { ($0.identity, $0.position) }
                let held = try holder.hold(card, logs: sources.filter { $0.site == card.id }.map(\.id), stand: around.stand(card.id), before: before)
                state.withLock { state in
                    state.said[card.id] = card
                    state.mayRead.insert(card.id)
                }
                gate.writer.take(card.id, held)
            } catch {
                if StreamHolder.keptOut.contains((error as? NATSError)?.code ?? "") { state.withLock { _ = $0.mayRead.remove(card.id) } }
                troubles[card.id] = Self.sentence(error)
            }
        }
        return behind.map(\.id)
    }

    /// How many questions without an answer end a look: each takes seconds, and there may be more than a hundred sites.
    private static let mostSilent = 3

    /// Which other sites there are. One that does not answer keeps nobody from the others; after several the rest is asked next time.
    private func list(near: Set<String>) throws {
        guard state.withLock({ $0.cards.mustLook() }) else { return }
        let names = holder.names
        var cards: [String: SiteEntry] = [:], unread: [String: String] = [:]
        var missed: [String: any Error] = [:]
        var silent = 0
        // In another order each time, so that the same ones do not keep the others from being asked.
        for name in try holder.jetStream.names(within: "shuniu.\(broker.network).>").shuffled() {
            guard let site = names.site(of: name), !near.contains(site) else { continue }
            if silent >= Self.mostSilent || state.withLock({ $0.isStopped }) {
                missed[site] = NATSError.timeout
                continue
            }
            let last: JetStream.Kept?
            do { last = try holder.jetStream.last(name, names.card(site)) } catch {
                missed[site] = error
                if (error as? NATSError)?.code == NATSError.timeout.code { silent += 1 }
                continue
            }
            guard let last else { continue }
            do { cards[site] = try holder.read(last.payload, of: site) } catch { unread[site] = Self.sentence(error) }
        }
        // After a start: what an earlier run knew of those that were not asked.
        for gate in state.withLock({ $0.gates }) {
            for known in try gate.relay.places(behind: Relay.broker) where missed[known.id] != nil { cards[known.id] = known }
        }
        state.withLock { [cards, unread, missed] state in
            state.cards.found(cards, unread: unread, missed: Set(missed.keys), soon: broker.heartbeat * 2)
        }
        if let error = missed.values.first { throw error }
    }

    /// The sites of the gate's tree that other hosts run.
    private func place(at gate: Gate, near: Set<String>) throws {
        let cards = state.withLock { $0.cards.all }.filter { !near.contains($0.key) }
        let map = SiteMap(Array(cards.values) + around.near())
        let places = cards.values.filter { map.areOneTree($0.id, gate.site) }.sorted { $0.id < $1.id }
        guard try gate.relay.places(behind: Relay.broker) != places else { return }
        let relay = gate.relay
        _ = try relay.waiting { try await relay.keep(places, behind: Relay.broker) }
        around.onPlaces()
    }

    /// Opens the streams of the tree's other sites.
    private func read(at gate: Gate) -> Bool {
        let map = around.network.map
        // A copy of the site that another host runs would take away what comes for that one.
        guard state.withLock({ $0.mayRead.contains(gate.site) }) else {
            gate.readers.keep(only: [])
            return true
        }
        guard let places = try? gate.relay.places(behind: Relay.broker) else { return false }
        let below = around.near().map(\.id).filter { map.isAbove(gate.site, $0) }.sorted()
        let cards = state.withLock { $0.cards.all }
        // Of one tree means that the way up from both is known to where they meet, so it is certain who stands above whom.
        let open = places.filter { cards[$0.id] != nil && map.areOneTree($0.id, gate.site) }
        gate.readers.keep(only: Set(open.map(\.id)))
        var isWell = true
        for site in open.map(\.id) {
            let audiences =
                [StreamNames.all, gate.site] + (map.isAbove(gate.site, site) ? [StreamNames.up] : []) + below
            if !gate.readers.open(site, filters: audiences.map { holder.names.filter(site, $0) }) { isWell = false }
        }
        return isWell
    }

    // MARK: - Comparing

    /// What a site that is written here holds; `nil`: it is not.
    private func counts(of site: String, _ wish: CountWish) throws -> CountAnswer? {
        guard let gate = state.withLock({ $0.gates }).first(where: { $0.writer.stream(of: site) != nil }) else { return nil }
        let passed = try gate.relay.passed()
        return CountAnswer(
            id: wish.id, counts: try gate.writer.counts(of: site, wish, without: passed), passed: passed,
            rewound: gate.writer.rewound.keys.filter { $0.hasPrefix("\(site)/") }.sorted())
    }

    /// Compares with every site below that one on other hosts what it has and what is here. Waits.
    func reconcile(_ parent: String, from day: Day) throws -> [ChildReconciliation] {
        let map = around.network.map
        guard let gate = state.withLock({ $0.gates }).first(where: { $0.site == parent || map.isAbove($0.site, parent) }) else { return [] }
        let own = Set(around.network.own.map(\.id))
        let places = Set(try gate.relay.places(behind: Relay.broker).map(\.id))
        // Those below a site of this very host are compared with that one.
        let sites = map.children(of: parent).filter { !own.contains($0.id) }.flatMap { [$0] + map.below($0.id) }.map(\.id).filter(places.contains)
        let to = [gate.site] + around.near().map(\.id).filter { map.isAbove(gate.site, $0) }
        let heads = try gate.relay.heads(of: Relay.broker)
        return try sites.map { site in try compare(site, gate.relay, from: day, heads.filter { $0.key.hasPrefix("\(site)/") }, to: to) }
    }

    private func compare(_ site: String, _ relay: Relay, from day: Day, _ heads: [String: Int64], to: [String]) throws -> ChildReconciliation {
        let answer: CountAnswer
        do {
            answer = try holder.ask(site, CountWish(id: Secrets.random(8).hexadecimal, from: day, heads: heads, to: to), within: .seconds(30))
        } catch let error as NATSError {
            let isAway = [NATSError.nobody.code, NATSError.cut.code].contains(error.code)
            return ChildReconciliation(child: site, trouble: isAway ? "未连接，无法核对；恢复连接后再试。" : "对方没有在 30 秒内答复，可能是较旧的版本。")
        } catch {
            return ChildReconciliation(child: site, trouble: "对方的答复无法读取，可能是另一版本；请核对两端的版本后再试。")
        }
        let passed = answer.passed ?? []
        let here = try relay.counts(from: day, upTo: heads, over: Relay.broker, without: passed)
        let untaken = try heads.keys.flatMap { try relay.untaken($0, over: Relay.broker) }.filter { $0.day >= day }
        return .compare(site, there: answer.counts, here: here, untaken: untaken, rewound: Set(answer.rewound ?? []), passed: passed)
    }

    // MARK: - Going on after a restore

    /// Logs of a site of which its stream has other entries than there are here.
    func rewound(of site: String) -> [String: Int64] {
        state.withLock { $0.gates }.reduce(into: [:]) { found, gate in
            found.merge(gate.writer.rewound.filter { $0.key.hasPrefix("\(site)/") }) { first, _ in first }
        }
    }

    func trace(_ request: TraceRequest) throws -> TraceAnswer { try holder.trace(request) }

    /// Up to where no stream needs a log any more.
    func done(with log: any OutsideLog) -> Int64? {
        // One that is reached through this host and not held at present: not known.
        let gates = state.withLock { $0.gates }
        let known = gates.compactMap { $0.writer.done(with: log) }.min()
        return known ?? (!log.comes(over: Relay.broker) && around.near().contains { $0.id == log.site } ? 0 : nil)
    }

    /// The site's stream is taken up anew.
    func takeAgain(_ site: String) {
        for gate in state.withLock({ $0.gates }) where gate.writer.stream(of: site) != nil { gate.writer.drop(site) }
        news.signal()
    }

    // MARK: - How it is

    /// One line for each gate.
    func report() -> [LinkReport] {
        let (gates, troubles, foreign) = state.withLock { ($0.gates, $0.troubles, $0.cards.unread) }
        let (server, heard, trouble) = client.report
        let isConnected = client.isConnected
        let last = heard.map { around.clock.now.advanced(by: .milliseconds(-(ContinuousClock.now - $0).milliseconds)) }
        return gates.sorted { $0.site < $1.site }.map { gate in
            let (waiting, rewound, unwritten) = gate.writer.backlog
            let (arriving, unread) = gate.readers.backlog
            let words = troubles.merging(foreign) { first, _ in first }.sorted { $0.key < $1.key }.first?.value
            let trouble = isConnected ? words ?? unwritten ?? unread ?? trouble : trouble
            return LinkReport(
                site: gate.site, peer: "NATS", isUpwards: true, condition: isConnected ? "已连接" : "未连接",
                isGood: isConnected && trouble == nil,
                lastContact: last, waiting: waiting, certificateUntil: nil, trouble: trouble, rewound: rewound,
                address: server.map { "nats://\($0)" },
                arriving: arriving)
        }
    }
}
