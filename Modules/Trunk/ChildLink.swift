import Bus
import Crypto
import Dispatch
import Messages
import Network
import Store
import Synchronization
import Vocabulary

/// The lower end of the link from one site to the site above on another host: it always connects outwards, pushes what goes up and
/// polls for what comes down, until it is stopped.
///
/// Two tasks, one request each at a time, that hold no thread while they wait: a link at rest is one connection with a poll. After a failure it
/// waits, longer each time and never quite as long as others do.
final class ChildLink: Sendable {
    /// How long it waits after failures, and for news.
    package struct Pace: Sendable {
        var first: Duration = .seconds(1)
        var longest: Duration = .seconds(60)
        /// For an answer; longer than the parent lets a poll wait.
        var answer: Duration = .seconds(40)
        /// So long the connection for what goes up is kept where nothing goes.
        var calm: Duration { first * 15 }

        package init(first: Duration = .seconds(1), longest: Duration = .seconds(60)) {
            self.first = first
            self.longest = longest
        }
    }

    let relay: Relay
    let place: ParentPlace
    private let folder: TrunkFolder
    private let network: SiteNetwork
    private let clock: TimeSource
    private let log: BusLog
    private let pace: Pace
    private let stand: SiteStand
    private let onPlaces: @Sendable () -> Void
    /// Called when the link must be made anew: the parent is elsewhere now.
    private let onMove: @Sendable () -> Void
    /// Called when something happened that has to be accounted for.
    private let onAct: @Sendable (TrunkAct) -> Void
    private let carrier: Carrier
    private let state: Mutex<State>
    /// Where waiting is done, for all links of the host.
    private let loop: EventLoop
    private let news = Bell()
    private let met = Bell()

    private struct State {
        var certificateUntil: Timestamp?
        var session: String?
        /// What came since the parent was told.
        var heads: [String: Int64] = [:]
        var isStopped = false
        var tasks: [Task<Void, Never>] = []
        var failures = 0
        var lastContact: Timestamp?
        /// What is wrong with what goes up, and with what comes down.
        var trouble: String?
        var troubleDown: String?
        /// The sites that the parent was told of, and the tree in which that was looked at last.
        var told: [SiteEntry] = []
        var mapNumber = -1
    }

    init(
        relay: Relay, place: ParentPlace, folder: TrunkFolder, stand: SiteStand, network: SiteNetwork, clock: TimeSource, log: BusLog, pace: Pace, loop: EventLoop,
        onPlaces: @escaping @Sendable () -> Void, onMove: @escaping @Sendable () -> Void, onAct: @escaping @Sendable (TrunkAct) -> Void
    ) {
        self.relay = relay
        self.place = place
        self.folder = folder
        self.network = network
        self.clock = clock
        self.log = log
        self.pace = pace
        self.loop = loop
        self.onPlaces = onPlaces
        self.stand = stand
        self.onMove = onMove
        self.onAct = onAct
        state = Mutex(State(certificateUntil: folder.certificateUntil))
        let site = relay.site
        carrier = Carrier(
            network: network,
            carries: { log in (log.site == site || network.map.isAbove(site, log.site)) && !log.comes(over: Relay.up) },
            lets: { entry in
                if let target = entry.target { return target != site && !network.map.isAbove(site, String(target)) }
                return entry.reach != .local
            })
    }

    var site: String { relay.site }

    /// The tasks of all links run on the loop's thread: what of a hundred links stays in memory then lies together, and not among what came and went
    /// on other threads, whose pages it would hold.
    func start() {
        let tasks = [Task(executorPreference: loop) { [self] in await pushing() }, Task(executorPreference: loop) { [self] in await pulling() }]
        state.withLock { $0.tasks = tasks }
    }

    /// Begins nothing new and waits for nothing more; what a poll would have brought is left for the next run.
    func stop() {
        let tasks = state.withLock { state in
            state.isStopped = true
            return state.tasks
        }
        for task in tasks { task.cancel() }
        news.ring()
        met.ring()
    }

    func touched(_ source: String) { if carrier.touch(source) { news.ring() } }

    func mapChanged() { news.ring() }

    private var isStopped: Bool { state.withLock { $0.isStopped } }

    // MARK: - Upwards

    private func pushing() async {
        var client: LoopClient?
        while !isStopped {
            do {
                let open = try await self.client(client)
                client = open
                let session: String
                if let known = state.withLock({ $0.session }), isTold {
                    session = known
                } else {
                    session = try await meet(open)
                    state.withLock { $0.session = session }
                    met.ring()
                }
                let isIdle = try await push(open, session)
                if isIdle, mustRenew, try await renew(open) {
                    // What is sent from here on shows the later one.
                    client = nil
                    continue
                }
                guard isIdle, await !news.wait(atMost: open.isConnected ? pace.calm : nil, on: loop) else { continue }
                open.disconnect()
                await news.wait(on: loop)
            } catch {
                client = nil
                if let refusal = error as? Refusal { follow(refusal) }
                guard !isStopped else { return }
                await fail(error)
            }
        }
    }

    /// The one there is, or a new one.
    private func client(_ known: LoopClient?) async throws -> LoopClient {
        if let known { return known }
        return try place.client(at: await Lookups.shared.address(of: place), folder, on: loop, timeout: pace.answer)
    }

    /// Whether the parent knows of every site here; where only others changed, nothing need be met anew.
    private var isTold: Bool {
        let number = network.mapNumber
        if state.withLock({ $0.mapNumber == number }) { return true }
        let map = network.map
        let sites = [map[site]].compactMap { $0 } + map.below(site)
        return state.withLock { state in
            guard state.told == sites else { return false }
            state.mapNumber = number
            return true
        }
    }

    private func meet(_ client: LoopClient) async throws -> String {
        let number = network.mapNumber
        let map = network.map
        guard let own = map[site] else { throw Refusal.notFound }
        let sites = [own] + map.below(site)
        // Logs of plug-ins in processes of their own are asked there; a file that rests is opened, and one that is being closed waited for.
        let (ends, heads, marks) = try await blocking { [carrier, relay] in
            (try carrier.ends(), try relay.heads(of: Relay.up), try relay.marks(of: Relay.up))
        }
        let request = MeetRequest(protocols: LinkProtocol.spoken, sites: sites, heads: heads, ends: ends, stand: stand, marks: marks)
        let answer = try JSON.decode(MeetAnswer.self, from: await call(client, "meet", try JSON.encode(request)))
        guard LinkProtocol.spoken.contains(answer.protocol ?? 1) else {
            throw Refusal.noCommonProtocol(site, LinkProtocol.spoken, place.site, [answer.protocol ?? 1])
        }
        if let names = answer.networks { try folder.remember { $0.join(names) } }
        try await relay.admit(answer.stand, of: place.site)
        try await blocking { [carrier, relay] in try carrier.begin(at: answer.heads, marks: answer.marks ?? [:], passed: relay.passed()) }
        let rewound = carrier.rewound
        if !rewound.isEmpty {
            log(.error, "trunk-rewound", "the site above has more of these logs than there is here; they were restored from an older copy",
                ("site", site), ("sources", rewound.joined(separator: ", ")))
        }
        state.withLock { state in
            state.told = sites
            state.mapNumber = number
            // A poll that waits says nothing for a while.
            state.troubleDown = nil
        }
        await keep(answer.sites)
        return answer.session
    }

    private func keep(_ sites: [SiteEntry]) async {
        let below = Set(network.map.below(site).map(\.id) + [site])
        let others = sites.filter { !below.contains($0.id) }
        let own = Set(network.own.map(\.id))
        do {
            // Sites of this very host are known without being told of.
            if try await relay.keep(others, behind: Relay.up).contains(where: { !own.contains($0) }) { onPlaces() }
        } catch {
            log(.error, "trunk-failed", "\(error)", ("site", relay.site))
            onPlaces()
        }
    }

    /// - Returns: whether there is nothing more at present.
    private func push(_ client: LoopClient, _ session: String) async throws -> Bool {
        guard carrier.hasMore else { return true }
        let (batches, entries) = try await blocking { [carrier] in try carrier.next() }
        guard !batches.isEmpty else { return !carrier.hasMore }
        do {
            let body = try TrunkBody.encode(Parcel(session: session, batches: batches), entries)
            let answer = try JSON.decode(PushAnswer.self, from: await call(client, "push", body))
            carrier.received(answer.heads, sent: batches)
        } catch {
            // Whether it arrived is not known; the next meeting says.
            state.withLock { $0.session = nil }
            throw error
        }
        return false
    }

    // MARK: - Downwards

    private func pulling() async {
        var client: LoopClient?
        var unmet = 0
        while !isStopped {
            guard let session = state.withLock({ $0.session }) else {
                await met.wait(on: loop)
                continue
            }
            let told = state.withLock { state -> [String: Int64] in
                defer { state.heads = [:] }
                return state.heads
            }
            do {
                let open = try await self.client(client)
                client = open
                let bytes = try await call(open, "pull", try JSON.encode(PullRequest(session: session, heads: told)))
                guard !isStopped else { return }
                if let wish = try await take(bytes) { try await answer(wish, open) }
                unmet = 0
                state.withLock { $0.troubleDown = nil }
                // The polls are this link's only clock.
                if mustRenew { news.ring() }
            } catch let refusal as Refusal where refusal.code == Refusal.sessionOver.code {
                again(session, told)
                unmet += 1
                if unmet > 1 { await rest(failures: unmet) }
            } catch {
                // What was answered into a connection that broke is lost: the next meeting says what is here.
                client = nil
                again(session, told)
                guard !isStopped else { return }
                unmet += 1
                state.withLock { $0.troubleDown = Self.sentence(error) }
                if unmet == 1 || unmet % 60 == 0 { log(.warning, "trunk-cut", "\(error)", ("site", site), ("parent", place.site), ("failures", String(unmet))) }
                await rest(failures: unmet)
            }
        }
    }

    /// The session is over, or nobody knows; the other task meets anew.
    private func again(_ session: String, _ told: [String: Int64]) {
        state.withLock { state in
            for (source, head) in told { state.heads[source] = max(state.heads[source] ?? 0, head) }
            if state.session == session { state.session = nil }
        }
        news.ring()
    }

    /// - Returns: what the parent wants to compare.
    private func take(_ bytes: [UInt8]) async throws -> CountWish? {
        let (parcel, entries) = try TrunkBody.decode(bytes)
        if let sites = parcel.sites { await keep(sites) }
        guard !parcel.batches.isEmpty else { return parcel.counts }
        let map = network.map
        for batch in parcel.batches {
            let from = batch.source.split(separator: "/").first.map(String.init) ?? ""
            // A log of this very site or one below cannot come from above.
            guard from != site, !map.isAbove(site, from) else { throw Refusal.notYours(batch.source) }
        }
        let own = Set(network.own.map(\.id))
        var pieces: [(batch: Parcel.Batch, entries: [CarriedEntry])] = []
        for (batch, entries) in zip(parcel.batches, entries) {
            let from = batch.source.split(separator: "/").first.map(String.init) ?? ""
            // A site of this very host is heard directly.
            pieces.append(own.contains(from) ? (batch, []) : (batch, entries))
        }
        let heads = try await relay.keep(pieces, over: Relay.up)
        state.withLock { state in for (source, head) in heads { state.heads[source] = head } }
        return parcel.counts
    }

    /// A question that cannot be answered is left open: the link goes on, and whoever asked waits for nothing.
    private func answer(_ wish: CountWish, _ client: LoopClient) async throws {
        let answer: CountAnswer
        do { answer = try await self.answer(to: wish) } catch {
            return log(.error, "trunk-counts", "the parent's question about the logs cannot be answered: \(error)", ("site", site), ("parent", place.site))
        }
        _ = try await call(client, "counts", try JSON.encode(answer))
    }

    private func answer(to wish: CountWish) async throws -> CountAnswer {
        if let traces = wish.traces {
            return CountAnswer(id: wish.id, counts: [], traced: try await blocking { [relay] in try traces.map { try relay.trace($0, over: Relay.up) } })
        }
        return try await blocking { [carrier, relay] in
            let passed = try relay.passed()
            return CountAnswer(id: wish.id, counts: try carrier.counts(from: wish.from, upTo: wish.heads, without: passed), passed: passed)
        }
    }

    // MARK: - Going on after a restore

    /// Logs of which the parent has other entries than there are here, and how far it is with each.
    var rewound: [String: Int64] { carrier.rewoundHeads }

    /// Up to where the parent needs nothing of a log any more; `nil`: it does not go there.
    func done(with log: any OutsideLog) -> Int64? { carrier.done(with: log) }

    /// What the parent has of a log; waits for the answer.
    func trace(_ request: TraceRequest) throws -> TraceAnswer {
        let client = try place.client(folder, timeout: .seconds(20))
        // A thousand entries over a slow line take what they take; an operator waits and may give up.
        client.deadline = nil
        defer { client.disconnect() }
        return try JSON.decode(TraceAnswer.self, from: place.call(client, "trace", try JSON.encode(request)))
    }

    /// What is known of the other end does not hold any more.
    func meetAgain() {
        state.withLock { $0.session = nil }
        news.ring()
    }

    // MARK: - Certificate

    private var mustRenew: Bool {
        let until = state.withLock { $0.certificateUntil }
        return until.map { $0.advanced(by: .seconds(-86_400 * TrunkFolder.renewalDays)) < clock.now } ?? false
    }

    /// Asks for a later certificate, for a new key; the one in use counts until its end, whatever happens on the way.
    ///
    /// - Returns: whether there is a new one.
    private func renew(_ client: LoopClient) async throws -> Bool {
        let key = try SigningKey.generate()
        let request = RenewRequest(request: String(decoding: try CertificateRequest.make(site, for: key), as: UTF8.self))
        do {
            let answer = try JSON.decode(RenewAnswer.self, from: await call(client, "renew", try JSON.encode(request)))
            let pem = Array(answer.certificate.utf8)
            let until = Timestamp(milliseconds: try Certificate(pem: pem).validUntil * 1000)
            try folder.save(place, key: key.pem, certificate: pem)
            state.withLock { $0.certificateUntil = until }
            log(.info, "trunk-renewed", "a later certificate for the link", ("site", site), ("until", "\(until)"))
            onAct(.renewed(site, until: until))
            return true
        } catch let refusal as Refusal where refusal.status < 500 {
            // A parent that cannot renew yet; the watch on what expires tells people in time.
            log(.warning, "trunk-not-renewed", refusal.log, ("site", site), ("parent", place.site))
            state.withLock { $0.certificateUntil = nil }
            return false
        }
    }

    /// The parent says that it is elsewhere now.
    private func follow(_ refusal: Refusal) {
        guard refusal.code == "trunk.moved", let address = refusal.faults.first(where: { $0.field == "address" })?.value,
            var next = try? ParentPlace(url: "\(address)/\(place.site)"), next.host != place.host || next.port != place.port
        else { return }
        next.authority = place.authority
        next.identity = (try? folder.parent())?.identity
        do {
            try folder.save(next)
            log(.info, "trunk-follows", "the site above moved; the link goes there", ("site", site), ("parent", next.url))
            onMove()
        } catch { log(.error, "trunk-failed", "\(error)", ("site", site)) }
    }

    // MARK: - Calls

    private func call(_ client: LoopClient, _ verb: String, _ body: [UInt8]) async throws -> [UInt8] {
        let wasOpen = client.isConnected
        let answer: [UInt8]
        do { answer = try await place.call(client, verb, body) } catch is NetworkError where wasOpen && !isStopped && verb != "pull" {
            // A connection that the other end closed while it was idle. A poll may have been answered into it.
            answer = try await place.call(client, verb, body)
        }
        state.withLock { state in
            state.lastContact = clock.now
            guard verb != "pull" else { return }
            state.failures = 0
            state.trouble = nil
        }
        return answer
    }

    private static func sentence(_ error: any Error) -> String {
        (error as? Refusal)?.message ?? (error as? NetworkError)?.message ?? (error as? StoreError)?.refusal.message ?? "\(error)"
    }

    private func fail(_ error: any Error) async {
        let failures = state.withLock { state -> Int in
            state.session = nil
            state.failures += 1
            state.trouble = Self.sentence(error)
            return state.failures
        }
        if failures == 1 || failures % 60 == 0 {
            log(
                .warning, "trunk-cut", (error as? Refusal)?.log ?? (error as? NetworkError)?.log ?? "\(error)", ("site", site),
                ("parent", place.site), ("failures", String(failures)))
        }
        await rest(failures: failures)
    }

    /// Between half and all of the wait, so that many children do not come at once. News do not shorten it; a stop does.
    private func rest(failures: Int) async {
        let milliseconds = min(pace.longest.milliseconds, pace.first.milliseconds << Int64(min(10, failures - 1)))
        try? await Task.sleep(for: .milliseconds(milliseconds / 2 + Int64.random(in: 0...max(1, milliseconds / 2))))
    }

    /// What the link is like now.
    func report(counting: Bool) -> (isConnected: Bool, lastContact: Timestamp?, trouble: String?, backlog: Carrier.Backlog) {
        let backlog = counting ? carrier.backlog() : Carrier.Backlog(rewound: carrier.rewound)
        return state.withLock { state in
            let trouble = state.trouble ?? state.troubleDown
            return (state.session != nil && trouble == nil, state.lastContact, trouble, backlog)
        }
    }
}

extension Duration {
    var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }
}
