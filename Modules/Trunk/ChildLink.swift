import Bus
import Dispatch
import Messages
import Network
import Synchronization
import Vocabulary

/// The lower end of the link from one site to the site above on another host: it always connects outwards, pushes what goes up and
/// polls for what comes down, until it is stopped.
///
/// Two threads of its own, one request each at a time. After a failure it waits, longer each time and never quite as long as others do.
final class ChildLink: Sendable {
    /// How long it waits after failures, and for news.
    package struct Pace: Sendable {
        var first: Duration = .seconds(1)
        var longest: Duration = .seconds(60)
        /// For an answer; longer than the parent lets a poll wait.
        var answer: Duration = .seconds(40)

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
    private let onPlaces: @Sendable () -> Void
    private let carrier: Carrier
    private let state = Mutex(State())
    private let news = DispatchSemaphore(value: 0)
    private let met = DispatchSemaphore(value: 0)

    private struct State {
        var session: String?
        /// What came since the parent was told.
        var heads: [String: Int64] = [:]
        var isStopped = false
        var failures = 0
        var lastContact: Timestamp?
        var trouble: String?
        var mapNumber = -1
    }

    init(
        relay: Relay, place: ParentPlace, folder: TrunkFolder, network: SiteNetwork, clock: TimeSource, log: BusLog, pace: Pace,
        onPlaces: @escaping @Sendable () -> Void
    ) {
        self.relay = relay
        self.place = place
        self.folder = folder
        self.network = network
        self.clock = clock
        self.log = log
        self.pace = pace
        self.onPlaces = onPlaces
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

    func start() {
        DispatchQueue(label: "shuniu.trunk.push").async { [self] in
            pushing()
        }
        DispatchQueue(label: "shuniu.trunk.pull").async { [self] in
            pulling()
        }
    }

    /// Begins nothing new; a poll that waits ends by itself, and what it brings is left for the next run.
    func stop() {
        state.withLock { $0.isStopped = true }
        news.signal()
        met.signal()
    }

    func touched(_ source: String) { if carrier.touch(source) { news.signal() } }

    func mapChanged() { news.signal() }

    private var isStopped: Bool { state.withLock { $0.isStopped } }

    // MARK: - Upwards

    private func pushing() {
        var client: HTTPClient?
        while !isStopped {
            do {
                let open = try client ?? place.client(folder, timeout: pace.answer)
                client = open
                let number = network.mapNumber
                let session: String
                if let known = state.withLock({ $0.mapNumber == number ? $0.session : nil }) {
                    session = known
                } else {
                    session = try meet(open)
                    state.withLock { state in
                        state.session = session
                        state.mapNumber = number
                    }
                    met.signal()
                }
                let isIdle = try push(open, session)
                state.withLock { state in
                    state.failures = 0
                    state.trouble = nil
                    state.lastContact = clock.now
                }
                if isIdle { _ = news.wait(timeout: .now() + 30) }
            } catch {
                client?.disconnect()
                client = nil
                fail(error)
            }
        }
    }

    private func meet(_ client: HTTPClient) throws -> String {
        let map = network.map
        guard let own = map[site] else { throw Refusal.notFound }
        let request = MeetRequest(
            protocols: [trunkProtocol], sites: [own] + map.below(site), heads: try relay.heads(of: Relay.up), ends: try carrier.ends())
        let answer = try JSON.decode(MeetAnswer.self, from: call(client, "meet", try JSON.encode(request)))
        try carrier.begin(at: answer.heads)
        let rewound = carrier.backlog().rewound
        if !rewound.isEmpty {
            log(.error, "trunk-rewound", "the site above has more of these logs than there is here; they were restored from an older copy",
                ("site", site), ("sources", rewound.joined(separator: ", ")))
        }
        keep(answer.sites)
        return answer.session
    }

    private func keep(_ sites: [SiteEntry]) {
        let relay = self.relay
        let below = Set(network.map.below(site).map(\.id) + [site])
        let others = sites.filter { !below.contains($0.id) }
        let done = DispatchSemaphore(value: 0)
        Task {
            do { try await relay.keep(others, behind: Relay.up) } catch { log(.error, "trunk-failed", "\(error)", ("site", relay.site)) }
            done.signal()
        }
        done.wait()
        // Where only the names of others changed, nothing need be met anew.
        let before = network.mapNumber
        onPlaces()
        let after = network.mapNumber
        state.withLock { if $0.mapNumber == before { $0.mapNumber = after } }
    }

    /// - Returns: whether there is nothing more at present.
    private func push(_ client: HTTPClient, _ session: String) throws -> Bool {
        let (batches, entries) = try carrier.next()
        guard !batches.isEmpty else { return !carrier.hasMore }
        do {
            let body = try TrunkBody.encode(Parcel(session: session, batches: batches), entries)
            let answer = try JSON.decode(PushAnswer.self, from: call(client, "push", body))
            carrier.received(answer.heads, sent: batches)
        } catch {
            // Whether it arrived is not known; the next meeting says.
            state.withLock { $0.session = nil }
            throw error
        }
        return false
    }

    // MARK: - Downwards

    private func pulling() {
        var client: HTTPClient?
        var unmet = 0
        while !isStopped {
            guard let session = state.withLock({ $0.session }) else {
                _ = met.wait(timeout: .now() + 30)
                continue
            }
            let told = state.withLock { state -> [String: Int64] in
                defer { state.heads = [:] }
                return state.heads
            }
            do {
                let open = try client ?? place.client(folder, timeout: pace.answer)
                client = open
                let bytes = try call(open, "pull", try JSON.encode(PullRequest(session: session, heads: told)))
                guard !isStopped else { return }
                try take(bytes)
                unmet = 0
            } catch let refusal as Refusal where refusal.code == Refusal.sessionOver.code {
                again(session, told)
                unmet += 1
                if unmet > 1 { rest(failures: unmet) }
            } catch {
                client?.disconnect()
                client = nil
                again(session, told)
                guard !isStopped else { return }
                unmet += 1
                rest(failures: unmet)
            }
        }
    }

    /// The session is over, or nobody knows; the other thread meets anew.
    private func again(_ session: String, _ told: [String: Int64]) {
        state.withLock { state in
            for (source, head) in told { state.heads[source] = max(state.heads[source] ?? 0, head) }
            if state.session == session { state.session = nil }
        }
        news.signal()
    }

    private func take(_ bytes: [UInt8]) throws {
        let (parcel, entries) = try TrunkBody.decode(bytes)
        if let sites = parcel.sites { keep(sites) }
        guard !parcel.batches.isEmpty else { return state.withLock { $0.lastContact = clock.now } }
        let relay = self.relay
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
        let kept = pieces
        let outcome = Mutex<Result<[String: Int64], any Error>?>(nil)
        let done = DispatchSemaphore(value: 0)
        Task {
            let result: Result<[String: Int64], any Error>
            do { result = .success(try await relay.keep(kept, over: Relay.up)) } catch { result = .failure(error) }
            outcome.withLock { $0 = result }
            done.signal()
        }
        done.wait()
        let heads = try outcome.withLock { try $0?.get() } ?? [:]
        state.withLock { state in
            for (source, head) in heads { state.heads[source] = head }
            state.lastContact = clock.now
        }
    }

    // MARK: - Calls

    private func call(_ client: HTTPClient, _ verb: String, _ body: [UInt8]) throws -> [UInt8] {
        let wasOpen = client.isConnected
        do { return try place.call(client, verb, body) } catch is NetworkError where wasOpen {
            // A connection that the other end closed while it was idle.
            client.disconnect()
            return try place.call(client, verb, body)
        }
    }

    private func fail(_ error: any Error) {
        let failures = state.withLock { state -> Int in
            state.session = nil
            state.failures += 1
            state.trouble = (error as? Refusal)?.message ?? (error as? NetworkError)?.message ?? "\(error)"
            return state.failures
        }
        if failures == 1 || failures % 60 == 0 {
            log(
                .warning, "trunk-cut", (error as? Refusal)?.log ?? (error as? NetworkError)?.log ?? "\(error)", ("site", site),
                ("parent", place.site), ("failures", String(failures)))
        }
        rest(failures: failures)
    }

    /// Between half and all of the wait, so that many children do not come at once.
    private func rest(failures: Int) {
        let milliseconds = min(pace.longest.milliseconds, pace.first.milliseconds << Int64(min(10, failures - 1)))
        let wait = milliseconds / 2 + Int64.random(in: 0...max(1, milliseconds / 2))
        let end = DispatchTime.now() + .milliseconds(Int(wait))
        // News do not shorten it; a stop does.
        while !isStopped, DispatchTime.now() < end {
            _ = DispatchSemaphore(value: 0).wait(timeout: min(end, .now() + .milliseconds(200)))
        }
    }

    /// What the link is like now.
    var report: (isConnected: Bool, lastContact: Timestamp?, trouble: String?, waiting: Int, rewound: [String]) {
        let (waiting, rewound) = carrier.backlog()
        return state.withLock { ($0.session != nil && $0.trouble == nil, $0.lastContact, $0.trouble, waiting, rewound) }
    }
}

extension Duration {
    var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }
}
