package import Bus
import Crypto
import FoundationEssentials
package import Messages
package import Network
package import Store
import Synchronization
package import Vocabulary

/// The links of a host's sites to sites of other hosts: lets children in through the gateway, connects out to parents.
///
/// - `adopt`: the sites of the host, at a start and after every reload
/// - `handle`: requests below `/trunk/`
/// - `invite`, `join`, `leave`, `exclude`; `report`
package final class Trunk: Sendable {
    /// A site of this host.
    package struct Place: Sendable, Hashable {
        package var site: String
        package var folder: String

        package init(site: String, folder: String) {
            self.site = site
            self.folder = folder
        }
    }

    /// What it shares with the host.
    package struct Surroundings: Sendable {
        var network: SiteNetwork
        var lanes: LanePool
        var store: StoreOptions
        var clock: TimeSource
        var ids: IDSource
        var log: BusLog
        /// The name of this host, asked for when the first link is opened.
        var hostName: @Sendable () throws -> String
        /// Notes in a site's audit trail what happened at its links by itself.
        var account: @Sendable (_ site: String, TrunkAct) -> Void

        package init(
            network: SiteNetwork, lanes: LanePool, store: StoreOptions, clock: TimeSource, ids: IDSource, log: BusLog,
            hostName: @escaping @Sendable () throws -> String, account: @escaping @Sendable (_ site: String, TrunkAct) -> Void
        ) {
            self.hostName = hostName
            self.account = account
            self.network = network
            self.lanes = lanes
            self.store = store
            self.clock = clock
            self.ids = ids
            self.log = log
        }
    }

    private let around: Surroundings
    private let pace: ChildLink.Pace
    private let joins = TokenBuckets<String>(capacity: 1000)
    private let joinRate: TokenBucket.Rate
    private let state = Mutex(State())

    private struct State {
        var places: [String: Place] = [:]
        var relays: [String: Relay] = [:]
        var doors: [String: ParentDoor] = [:]
        var links: [String: ChildLink] = [:]
        var broker: NATSLink?
        /// Sites whose folders came from another host.
        var foreign: Set<String> = []
        /// Sites that stood here and moved away.
        var moved: [String: MovedSite] = [:]
        var isClosed = false
        /// Where the links wait, all on one thread; there with the first of them.
        var loop: EventLoop?
    }

    /// Where the sites of this host meet those of others at a broker.
    private let broker: TrunkBroker?

    /// - Parameters:
    ///   - first: the first wait after a failure; tests take a short one.
    ///   - joins: how often somebody without a certificate may try a token, by address.
    ///   - broker: `nil`: sites are joined by mutual TLS.
    package init(
        _ around: Surroundings, first: Duration = .seconds(1), joins: TokenBucket.Rate = .init(burst: 10, perMinute: 10), broker: TrunkBroker? = nil
    ) {
        self.around = around
        joinRate = joins
        self.broker = broker
        pace = ChildLink.Pace(first: first)
        around.network.onOutgoing { [weak self] source in self?.touched(source) }
        around.network.onMap { [weak self] in self?.mapChanged() }
    }

    private func touched(_ source: String) {
        let (doors, links) = state.withLock { (Array($0.doors.values), Array($0.links.values)) }
        for door in doors { door.touched(source) }
        for link in links { link.touched(source) }
        state.withLock { $0.broker }?.touched(source)
    }

    private func mapChanged() {
        let (doors, links) = state.withLock { (Array($0.doors.values), Array($0.links.values)) }
        for door in doors { door.mapChanged() }
        for link in links { link.mapChanged() }
        state.withLock { $0.broker }?.mapChanged()
    }

    // MARK: - Life

    /// Takes up the sites that the host has now: opens what links they have, ends those of sites that are gone.
    ///
    /// - Parameter moved: those that stood here and moved away; their links are told where.
    /// - Throws: `StoreError` where a file cannot be opened.
    package func adopt(_ places: [Place], moved: [String: MovedSite] = [:]) throws {
        state.withLock {
            $0.moved = moved
            $0.foreign = []
        }
        let before = state.withLock { $0.places }
        let gone = state.withLock { state -> [(ChildLink?, ParentDoor?, Relay?)] in
            let now = Dictionary(places.map { ($0.site, $0) }) { first, _ in first }
            let gone = state.places.keys.filter { now[$0] == nil }
            state.places = now
            return gone.map { (state.links.removeValue(forKey: $0), state.doors.removeValue(forKey: $0), state.relays.removeValue(forKey: $0)) }
        }
        for (link, door, relay) in gone {
            link?.stop()
            door?.close()
            guard let relay else { continue }
            around.network.removeOwn(of: relay.site)
            around.network.removeFar { ($0 as? FarLog)?.isKept(by: relay) ?? false }
            relay.plug.file.close()
        }
        for place in places { try take(place) }
        try takeBroker(places)
        showPlaces()
        // A site that comes while others are in operation may have been restored: the ends of the links that carry it look anew.
        let newcomers = places.filter { before[$0.site] == nil }
        if !before.isEmpty, !newcomers.isEmpty { for place in newcomers { meetAgain(place.site) } }
    }

    /// The sites whose parent is not here meet the others at the broker.
    private func takeBroker(_ places: [Place]) throws {
        guard let broker else { return }
        let own = around.network.own
        let gates = own.filter { site in !own.contains { $0.id == site.parent } }.compactMap { site in places.first { $0.site == site.id } }
        // Whoever publishes for a site must be the one that took it up last.
        for place in places where !gates.contains(place) { _ = try isForeign(place) }
        let relays = try gates.filter { try !isForeign($0) }.map(relay)
        let (link, isNew) = state.withLock { state -> (NATSLink, Bool) in
            if let link = state.broker { return (link, false) }
            let link = NATSLink(
                broker,
                around: .init(
                    network: around.network, clock: around.clock, log: around.log, near: { [weak self] in self?.near() ?? [] },
                    stand: { [weak self] in self?.knownStand(of: $0) },
                    onPlaces: { [weak self] in self?.showPlaces() }))
            state.broker = link
            return (link, true)
        }
        link.adopt(relays, foreign: state.withLock { $0.foreign })
        if isNew { link.start() }
    }

    /// Where a site of this host stands, or one that joined here.
    private func knownStand(of site: String) -> SiteStand? {
        let (place, relays) = state.withLock { ($0.places[site], Array($0.relays.values)) }
        if let place { return try? TrunkFolder(site: site, in: place.folder).stand() }
        for relay in relays where (try? relay.child(site)) != nil { return try? relay.stand(of: site) }
        return nil
    }

    /// The sites that are reached through this host: its own, and those below that joined here.
    private func near() -> [SiteEntry] {
        let relays = state.withLock { Array($0.relays.values) }
        let joined = relays.flatMap { relay in ((try? relay.children()) ?? []).filter { $0.state == .joined }.flatMap { (try? relay.places(behind: $0.site)) ?? [] } }
        let own = around.network.own
        return own + joined.filter { site in !own.contains { $0.id == site.id } }
    }

    /// A site that stood on this host is heard over links from now on.
    package func siteLeft(_ site: String) async throws {
        for relay in state.withLock({ Array($0.relays.values) }) { try await relay.forgetHeads(of: site) }
        state.withLock { $0.broker }?.reopen(site)
    }

    /// Where the site stands, taken up by this host where nobody had it.
    ///
    /// - Returns: `nil`: the folder belongs to another host.
    private func stand(_ folder: TrunkFolder) throws -> SiteStand? {
        let name = try around.hostName()
        var stand = try folder.stand() ?? .next(after: nil, now: around.clock.now)
        if stand.host.isEmpty {
            stand.host = name
            try folder.save(stand)
        }
        return stand.host == name ? stand : nil
    }

    /// Whether the site's folder belongs to another host; from now on it belongs to this one where nobody had it.
    private func isForeign(_ place: Place) throws -> Bool {
        guard try stand(TrunkFolder(site: place.site, in: place.folder)) == nil else { return false }
        noteForeign(place.site)
        return true
    }

    private func noteForeign(_ site: String) {
        guard state.withLock({ $0.foreign.insert(site).inserted }) else { return }
        around.log(.error, "trunk-foreign-folder", Refusal.foreignFolder(site).log, ("site", site))
    }

    /// Opens what one site has on disk and not yet in operation.
    private func take(_ place: Place) throws {
        let folder = TrunkFolder(site: place.site, in: place.folder)
        var parent = try folder.parent()
        if let found = parent, broker != nil {
            around.log(.error, "trunk-two-ways", "the site is joined to a parent and the host has a broker; the parent is left aside", ("site", place.site), ("parent", found.url))
            parent = nil
        }
        // Where it left and joined again meanwhile the old link ends too, before what came over it is forgotten.
        if parent == nil || folder.hasLeft, let link = state.withLock({ $0.links.removeValue(forKey: place.site) }) { link.stop() }
        if folder.hasLeft {
            if FileManager.default.fileExists(atPath: "\(place.folder)/\(Relay.fileName)") {
                let relay = try relay(place)
                let heard = try relay.plug.file.read { try Relay.heardOf($0) }
                try folder.remember { $0.hear(heard) }
                try relay.forgetUp()
            }
            try folder.forgetLeaving()
        }
        guard parent != nil || folder.hasAuthority else { return }
        guard let stand = try stand(folder) else { return noteForeign(place.site) }
        let site = place.site
        let account = around.account
        let relay = try relay(place)
        if folder.hasAuthority, state.withLock({ $0.doors[place.site] == nil }) {
            let door = ParentDoor(
                relay: relay, folder: folder, stand: stand, network: around.network, clock: around.clock, log: around.log,
                networks: { [weak self] in try self?.networks(of: site) ?? [] }, onPlaces: { [weak self] in self?.showPlaces() }, onAct: { account(site, $0) })
            state.withLock { $0.doors[place.site] = door }
        }
        let before = state.withLock { $0.links[place.site] }
        // The names of certificate and key may change while the link stands.
        guard before?.place.address != parent?.address else { return }
        before?.stop()
        let link = try parent.map { parent in
            ChildLink(
                relay: relay, place: parent, folder: folder, stand: stand, network: around.network, clock: around.clock, log: around.log, pace: pace,
                loop: try loop(), onPlaces: { [weak self] in self?.showPlaces() }, onMove: { [weak self] in self?.follow(place) }, onAct: { account(site, $0) })
        }
        state.withLock { $0.links[place.site] = link }
        link?.start()
    }

    private func loop() throws -> EventLoop {
        try state.withLock { state in
            if let loop = state.loop { return loop }
            let loop = EventLoop()
            try loop.start()
            state.loop = loop
            return loop
        }
    }

    deinit {
        let (loop, links) = state.withLock { ($0.loop, Array($0.links.values)) }
        for link in links { link.stop() }
        loop?.stop()
    }

    /// The names of the network of which a site is part: as its uppermost site on this host was told, or made there where nothing is above it.
    package func networks(of site: String) throws -> [String] {
        let own = Dictionary(around.network.own.map { ($0.id, $0) }) { first, _ in first }
        var top = site
        var seen: Set<String> = []
        while let parent = own[top]?.parent, own[parent] != nil, seen.insert(parent).inserted { top = parent }
        guard let place = state.withLock({ $0.places[top] }) else { return [] }
        let folder = TrunkFolder(site: top, in: place.folder)
        // One that is joined, or has a parent that it does not know yet, does not name the network.
        let isUppermost = try own[top]?.parent == nil && folder.parent() == nil
        return try folder.remember { if isUppermost, $0.networks.isEmpty { $0.join(["\(around.ids.next())"]) } }.networks
    }

    /// The site above stands elsewhere now.
    private func follow(_ place: Place) {
        guard state.withLock({ !$0.isClosed && $0.places[place.site] == place }) else { return }
        do { try take(place) } catch { around.log(.error, "trunk-failed", "\(error)", ("site", place.site)) }
    }

    private func relay(_ place: Place) throws -> Relay {
        if let relay = state.withLock({ $0.relays[place.site] }) { return relay }
        let relay = Relay(
            site: place.site, folder: place.folder, network: around.network, lanes: around.lanes, options: around.store, clock: around.clock,
            ids: around.ids, log: around.log)
        try relay.open()
        relay.onWant(
            again: { [weak self, weak relay] source, link in if let relay { self?.askAgain(source, over: link, of: relay) } },
            cut: { [weak self, weak relay] in if let relay { await self?.cut(relay) } })
        around.network.addOwn(relay.plug)
        state.withLock { $0.relays[place.site] = relay }
        return relay
    }

    /// The network's map: what stands behind every link.
    private func showPlaces() {
        let relays = state.withLock { state in state.relays.values.map { relay in (relay, state.links[relay.site] != nil) } }
        var others: [String: SiteEntry] = [:]
        for (relay, hasParent) in relays {
            do {
                for child in try relay.children() where child.state == .joined {
                    for place in try relay.places(behind: child.site) { others[place.id] = place }
                }
                if hasParent { for place in try relay.places(behind: Relay.up) where others[place.id] == nil { others[place.id] = place } }
                if broker != nil { for place in try relay.places(behind: Relay.broker) where others[place.id] == nil { others[place.id] = place } }
            } catch {
                around.log(.error, "trunk-failed", "\(error)", ("site", relay.site))
            }
        }
        around.network.placeOthers(others.values.sorted { $0.id < $1.id })
    }

    /// How many links wait for the other end at this moment; a link at rest waits once and does nothing else.
    package var waiting: Int { state.withLock { $0.loop }?.waiting ?? 0 }

    package func close() {
        let (links, doors) = state.withLock { state -> ([ChildLink], [ParentDoor]) in
            state.isClosed = true
            return (Array(state.links.values), Array(state.doors.values))
        }
        for link in links { link.stop() }
        for door in doors { door.close() }
        state.withLock { $0.loop }?.stop()
        state.withLock { $0.broker }?.stop()
    }

    /// What links brought.
    package var files: [StoreFile] { state.withLock { $0.relays.values.map(\.plug.file) } }

    /// After the sites' own files.
    package func closeFiles() { for file in files { file.close() } }

    // MARK: - Requests

    /// Answers a request below `/trunk/`; on a loop's thread, so everything is done elsewhere.
    package func handle(_ request: HTTPRequest, _ exchange: HTTPExchange) {
        let parts = request.path.split(separator: "/")
        guard request.method == .post, parts.count == 3, !state.withLock({ $0.isClosed }) else { return exchange.finish(.trunk(.notFound)) }
        let site = String(parts[1])
        let (door, moved) = state.withLock { ($0.doors[site], $0.moved[site]) }
        guard let door else {
            let refusal = moved.map { Refusal.movedAway(site, to: $0.address) } ?? Refusal.notFound
            return exchange.finish(.trunk(refusal))
        }
        // Whoever has no certificate may only try a token, and seldom.
        if request.clientCertificate == nil {
            guard parts[2] == "join" else { return exchange.finish(.trunk(.certificateWanted)) }
            let verdict = joins.take(of: request.peer, rate: joinRate, now: around.clock.now.milliseconds)
            if case .refused(let milliseconds) = verdict { return exchange.finish(.trunk(.tooManyJoins(milliseconds))) }
        }
        door.handle(parts[2], request, exchange)
    }

    // MARK: - Joining and leaving

    /// Makes a one-time token for a site below; it holds for a day.
    ///
    /// - Returns: the token, shown this once.
    package func invite(_ child: String, to site: String) async throws -> String {
        let place = try place(site)
        let folder = TrunkFolder(site: site, in: place.folder)
        _ = try folder.authority(around.clock)
        try take(place)
        let relay = try relay(place)
        if around.network.own.contains(where: { $0.id == child }) { throw Refusal.siteTaken(child) }
        let token = Base64.encodeURL(Secrets.random(24))
        let now = around.clock.now
        try await relay.invite(child, token: Digest.sha256.of(Array(token.utf8)), expires: now.advanced(by: .seconds(86_400)), now: now)
        return token
    }

    /// Joins a site to its parent on another host: the key is made here, the certificate comes from the parent.
    ///
    /// - Throws: the parent's `Refusal`, or a `NetworkError`.
    package static func join(_ site: SiteEntry, folder: String, to place: ParentPlace, token: String, now: Timestamp) throws -> SiteEntry {
        guard site.parent == place.site else { throw Refusal.otherParent(site.id, site.parent, wanted: place.site) }
        let files = TrunkFolder(site: site.id, in: folder)
        if let before = try files.parent() { throw Refusal.joinedAlready(site.id, before.url) }
        let key = try SigningKey.generate()
        var memory = try files.memory()
        let kept = "\(folder)/\(Relay.fileName)"
        if FileManager.default.fileExists(atPath: kept) { memory.hear(try StoreView(path: kept).read { try Relay.heardOf($0) }) }
        let request = JoinRequest(
            token: token, site: site, request: String(decoding: try CertificateRequest.make(site.id, for: key), as: UTF8.self), memory: memory)
        let client = try place.client(nil, timeout: .seconds(20))
        defer { client.disconnect() }
        let answer = try JSON.decode(JoinAnswer.self, from: place.call(client, "join", try JSON.encode(request)))
        try files.remember { $0 = memory; $0.join(answer.networks ?? []) }
        try files.save(.next(after: try files.stand(), now: now))
        try files.save(place, key: key.pem, certificate: Array(answer.certificate.utf8))
        return answer.parent
    }

    /// Ends the site's link upwards; tells the parent where it can be reached. What came from there is forgotten when the site is taken up
    /// next; what its plug-ins took in stays.
    ///
    /// - Returns: `false`: the parent does not know yet; it must exclude the site.
    package static func leave(_ site: String, folder: String) throws -> Bool {
        let files = TrunkFolder(site: site, in: folder)
        guard let place = try files.parent() else { throw Refusal.notLinked(site) }
        var isTold = false
        if let client = try? place.client(files, timeout: .seconds(10)) {
            isTold = (try? place.call(client, "leave", [])) != nil
            client.disconnect()
        }
        try files.forgetParent()
        return isTold
    }

    /// Puts a child out: from now on its certificate is refused. What it sent stays.
    package func exclude(_ child: String, from site: String) async throws {
        guard let door = state.withLock({ $0.doors[site] }), try await door.relay.set(.excluded, of: child) else { throw Refusal.noChild(child, of: site) }
        try await door.dismiss(child)
        around.log(.info, "trunk-excluded", "a site below was put out", ("site", site), ("child", child))
    }

    private func place(_ site: String) throws -> Place {
        guard let place = state.withLock({ $0.places[site] }) else { throw Refusal.notFound }
        return place
    }

    // MARK: - Comparing

    /// Compares with every joined child of a site what it has and what is here, by log, type and day, `days` days back.
    package func reconcile(_ site: String, days: Int) async throws -> [ChildReconciliation] {
        let (door, broker) = state.withLock { ($0.doors[site], $0.broker) }
        let day = around.clock.now.day - (days - 1)
        var all: [ChildReconciliation] = []
        for child in try door?.relay.children() ?? [] where child.state == .joined {
            if let compared = try await door?.reconcile(child.site, from: day) { all.append(compared) }
        }
        if let broker { all += try await blocking { try broker.reconcile(site, from: day) } }
        return all
    }

    // MARK: - What nobody needs any more

    private func askAgain(_ source: String, over link: String, of relay: Relay) {
        let (up, door, broker) = state.withLock { ($0.links[relay.site], $0.doors[relay.site], $0.broker) }
        switch link {
        case Relay.up: up?.meetAgain()
        case Relay.broker: broker?.reopen(String(source.prefix { $0 != "/" }))
        default: door?.meetAgain(link)
        }
    }

    private func cut(_ relay: Relay) async {
        do {
            let count = try await relay.cut(now: around.clock.now) { log, limit in
                let (links, doors, broker) = self.state.withLock { (Array($0.links.values), Array($0.doors.values), $0.broker) }
                var ends = try doors.compactMap { try $0.done(with: log) } + links.compactMap { $0.done(with: log) }
                if let done = broker?.done(with: log) { ends.append(done) }
                let end = min(limit, ends.min() ?? limit)
                guard end > 0 else { return 0 }
                let unwanted = try self.around.network.needed(log, upTo: end)
                if unwanted > 0 { try await self.around.network.passOver(log, upTo: unwanted) }
                return unwanted
            }
            if count > 0 { around.log(.info, "trunk-cut-back", "entries that everybody has were removed from a relay", ("site", relay.site), ("count", String(count))) }
        } catch { around.log(.error, "trunk-failed", "\(error)", ("site", relay.site)) }
    }

    // MARK: - Going on after a restore

    var network: SiteNetwork { around.network }

    /// Logs of a site with which other ends are ahead, or went another way.
    func ahead(of site: String) -> [String: [AheadEnd]] {
        let (links, doors, broker) = state.withLock { (Array($0.links.values), Array($0.doors.values), $0.broker) }
        var found: [String: [AheadEnd]] = [:]
        for link in links {
            for (source, head) in link.rewound {
                found[source, default: []].append(AheadEnd(name: link.place.site, head: head) { request in try await blocking { try link.trace(request) } })
            }
        }
        for door in doors {
            for (source, child, head) in door.rewound { found[source, default: []].append(AheadEnd(name: child, head: head) { await door.trace($0, at: child) }) }
        }
        if let broker {
            for (source, head) in broker.rewound(of: site) {
                found[source, default: []].append(AheadEnd(name: "NATS", head: head) { request in try await blocking { try broker.trace(request) } })
            }
        }
        return found.filter { $0.key.hasPrefix("\(site)/") }
    }

    func note(_ passed: PassedNumbers) async throws { for relay in state.withLock({ Array($0.relays.values) }) { try await relay.note(passed) } }

    /// Every link learns anew what the other end has.
    func meetAgain(_ site: String) {
        let (links, doors, broker) = state.withLock { (Array($0.links.values), Array($0.doors.values), $0.broker) }
        for link in links { link.meetAgain() }
        for door in doors { door.meetAgain() }
        broker?.takeAgain(site)
    }

    // MARK: - How it is

    /// Every link of the host's sites.
    ///
    /// - Parameter counting: also what waits, which asks the files.
    package func report(counting: Bool = true) -> [LinkReport] {
        let (doors, links, foreign) = state.withLock { ($0.doors, $0.links, $0.foreign) }
        var reports = foreign.sorted().map { site in
            LinkReport(
                site: site, peer: "-", isUpwards: true, condition: "未开始", isGood: false, waiting: 0, trouble: Refusal.foreignFolder(site).message, rewound: [])
        }
        for (site, link) in links.sorted(by: { $0.key < $1.key }) {
            let now = link.report(counting: counting)
            let until = state.withLock { $0.places[site] }.flatMap { TrunkFolder(site: site, in: $0.folder).certificateUntil }
            reports.append(
                LinkReport(
                    site: site, peer: link.place.site, isUpwards: true, condition: now.isConnected ? "已连接" : "未连接", isGood: now.isConnected,
                    lastContact: now.lastContact, waiting: now.backlog.waiting, waitingSince: now.backlog.since, certificateUntil: until,
                    trouble: now.trouble, rewound: now.backlog.rewound, address: link.place.url))
        }
        for (site, door) in doors.sorted(by: { $0.key < $1.key }) {
            for child in (try? door.relay.children()) ?? [] {
                let now = door.state(of: child.site, counting: counting)
                let isHere = now.lastContact.map { $0.advanced(by: .seconds(90)) > around.clock.now } ?? false
                let condition = child.state != .joined ? child.state.title : isHere ? "已连接" : "未连接"
                reports.append(
                    LinkReport(
                        site: site, peer: child.site, isUpwards: false, condition: condition, isGood: child.state != .joined || isHere,
                        lastContact: now.lastContact, waiting: now.backlog.waiting, waitingSince: now.backlog.since, certificateUntil: child.until,
                        trouble: now.trouble, rewound: now.backlog.rewound, address: nil))
            }
        }
        return reports + (state.withLock { $0.broker }?.report() ?? [])
    }
}

/// What happened at a link by itself and has to be accounted for.
package enum TrunkAct: Sendable, Hashable {
    /// A site below joined with a token.
    case joined(String, serial: String)
    /// A site below left.
    case left(String)
    /// A later certificate for the link of that child.
    case renewed(String, until: Timestamp)
}

extension ParentPlace {
    /// Where a link goes, whatever it shows there.
    var address: String { "\(url) \(authority ?? "")" }
}

/// How one link is, for lists.
package struct LinkReport: Sendable, Hashable {
    package var site: String
    package var peer: String
    /// Whether the peer is the site above.
    package var isUpwards: Bool
    /// In Chinese.
    package var condition: String
    package var isGood: Bool
    package var lastContact: Timestamp?
    /// Entries that go over the link and were not taken yet by the other end.
    package var waiting: Int
    /// When the oldest of them was said.
    package var waitingSince: Timestamp?
    package var certificateUntil: Timestamp?
    package var trouble: String?
    /// Logs of which the other end has more than there is here, after a restore from an older copy; they are not sent.
    package var rewound: [String]
    package var address: String?
    /// Entries that wait for this host at a broker.
    package var arriving = 0
}

extension Refusal {
    static func tooManyJoins(_ milliseconds: Int64) -> Refusal {
        Refusal(
            "trunk.too-many-joins", status: 429, message: "尝试过于频繁，请一分钟后再试。", log: "too many attempts to join", retryAfter: .milliseconds(milliseconds))
    }

    static func joinedAlready(_ site: String, _ url: String) -> Refusal {
        Refusal("trunk.joined-already", status: 409, message: "站点 \(site) 已加入 \(url)。更换上级前请先 shuniu site leave --site \(site)。", log: "the site is joined already")
    }

    static func notLinked(_ site: String) -> Refusal {
        Refusal("trunk.not-linked", status: 409, message: "站点 \(site) 没有与其他主机上的上级互联。", log: "the site has no link upwards")
    }

    static func noChild(_ child: String, of site: String) -> Refusal {
        Refusal("trunk.no-child", status: 404, message: "站点 \(site) 之下没有已加入的站点“\(child)”。请用 shuniu trunk status 核对。", log: "no such joined child")
    }
}
