import Bus
import Dispatch
import Messages
import Synchronization
import Vocabulary

/// Publishes what leaves the sites of a gate: entry after entry of each log into the stream of its site, several under way at once.
///
/// What a stream holds is the truth; after any failure the site is taken up anew (`take`), which finds how far its logs are.
final class StreamWriter: Sendable {
    private let relay: Relay
    private let network: SiteNetwork
    private let holder: StreamHolder
    private let log: BusLog
    let carrier: Carrier
    private let held: HeldStreams
    private let news = DispatchSemaphore(value: 0)
    private let gone = DispatchSemaphore(value: 0)
    private let state = Mutex(State())
    /// A site must be taken up anew.
    private let onLoss: @Sendable () -> Void

    private struct State {
        var isStopped = false
        var mustBegin = false
        var unsaved: Set<String> = []
        var troubles: [String: String] = [:]
        /// How far the logs of sites were whose stream is not held at present.
        var left: [String: [String: Int64]] = [:]
        /// The claims under which what is looked at began: what is read for one is not sent under a later one.
        var begun: [String: Int64] = [:]
    }

    private let persons = StreamPersons.Sealing()

    /// The streams that may be written now.
    final class HeldStreams: Sendable {
        let all = Mutex<[String: StreamHolder.Held]>([:])

        func allows(_ log: any OutsideLog) -> Bool {
            !log.comes(over: Relay.broker) && all.withLock { $0[log.site]?.heads[log.id] != nil }
        }

        /// The log is so far in the stream; `false`: the claim is another one.
        func note(_ source: String, _ seq: Int64, under claim: Int64) -> Bool {
            let site = String(source.prefix { $0 != "/" })
            return all.withLock { held in
                guard held[site]?.claim == claim else { return false }
                held[site]?.heads[source] = seq
                return true
            }
        }
    }

    /// What was sent and not answered for.
    private final class Flight: Sendable {
        let state = Mutex((left: [String: Int](), lost: [String: any Error](), isSent: false))
        let done = DispatchSemaphore(value: 0)

        /// Nothing more is added to it.
        func close() {
            let isDone = state.withLock { state in
                state.isSent = true
                return state.left.isEmpty
            }
            if isDone { done.signal() }
        }

        func answered(_ site: String, _ error: (any Error)?) {
            let isDone = state.withLock { state -> Bool in
                state.left[site] = (state.left[site] ?? 1) - 1
                if state.left[site] == 0 { state.left[site] = nil }
                if let error, state.lost[site] == nil { state.lost[site] = error }
                return state.isSent && state.left.isEmpty
            }
            if isDone { done.signal() }
        }
    }

    private static let mostEntries = 200
    private static let mostBytes = 200 << 10
    private static let mostFlights = 4

    init(relay: Relay, network: SiteNetwork, holder: StreamHolder, log: BusLog, onLoss: @escaping @Sendable () -> Void)
    {
        self.relay = relay
        self.network = network
        self.holder = holder
        self.log = log
        self.onLoss = onLoss
        let held = HeldStreams()
        self.held = held
        carrier = Carrier(
            network: network, carries: { held.allows($0) },
            lets: { entry in
                if let target = entry.target { return !network.own.contains { $0.id == target } }
                return entry.reach != .local
            })
    }

    func start() {
        OwnThread { [self] in
            writing()
            gone.signal()
        }.start()
    }

    /// Returns when nothing runs any more.
    func stop() {
        state.withLock { $0.isStopped = true }
        news.signal()
        _ = gone.wait(timeout: .now() + .seconds(10))
    }

    // MARK: - Which streams

    /// From now on the site's logs are published.
    func take(_ site: String, _ stream: StreamHolder.Held) {
        held.all.withLock { $0[site] = stream }
        state.withLock { state in
            state.mustBegin = true
            state.troubles[site] = nil
            state.left[site] = nil
            state.unsaved.insert(site)
        }
        news.signal()
    }

    /// Nothing more of the site is published.
    func drop(_ site: String) {
        guard let stream = held.all.withLock({ $0.removeValue(forKey: site) }) else { return }
        persons.forget(site: site)
        state.withLock { $0.left[site] = stream.heads }
    }

    func stream(of site: String) -> StreamHolder.Held? { held.all.withLock { $0[site] } }
    var sites: [String] { held.all.withLock { Array($0.keys) } }

    /// Something was appended.
    func touched(_ source: String) {
        let site = String(source.prefix { $0 != "/" })
        let isKnown = held.all.withLock { held in held[site].map { $0.heads[source] != nil } }
        if isKnown == false {
            // A log that was not there when the stream was taken up.
            drop(site)
            onLoss()
        } else if isKnown == true, carrier.touch(source) {
            news.signal()
        }
    }

    /// Up to where the stream has what goes there of a log; `nil`: it goes to none.
    func done(with log: any OutsideLog) -> Int64? {
        if log.comes(over: Relay.broker) { return nil }
        return carrier.done(with: log) ?? (state.withLock { $0.left[log.site] != nil } ? 0 : nil)
    }

    /// Logs of which the stream has other entries than there are here, and how far it is with each.
    var rewound: [String: Int64] { carrier.rewoundHeads }

    var backlog: (waiting: Int, rewound: [String], trouble: String?) {
        let found = carrier.backlog()
        var waiting = found.waiting
        let left = state.withLock { $0.left }
        for log in network.sources where !log.comes(over: Relay.broker) {
            if let heads = left[log.site] { waiting += (try? log.outgoingCount(after: heads[log.id] ?? 0)) ?? 0 }
        }
        return (waiting, found.rewound, state.withLock { state in state.troubles.values.sorted().first })
    }

    // MARK: - At work

    private func writing() {
        var flights: [Flight] = []
        while !state.withLock({ $0.isStopped }) {
            do {
                if state.withLock({ state in
                    defer { state.mustBegin = false }; return state.mustBegin
                }) {
                    for flight in flights { finish(flight) }
                    flights = []
                    try begin()
                }
                let (batches, entries) = try carrier.next()
                if !batches.isEmpty {
                    try send(batches, entries, &flights)
                    state.withLock { $0.troubles[""] = nil }
                    if flights.count >= Self.mostFlights { finish(flights.removeFirst()) }
                } else if !flights.isEmpty {
                    finish(flights.removeFirst())
                } else if !carrier.hasMore {
                    if news.wait(timeout: .now() + (state.withLock { $0.unsaved.isEmpty } ? .seconds(60) : .seconds(1)))
                        == .timedOut
                    {
                        save()
                    }
                }
            } catch {
                log(.error, "nats-unwritten", "\(error)", ("site", relay.site))
                for flight in flights { finish(flight) }
                flights = []
                state.withLock { state in
                    state.mustBegin = true
                    state.troubles[""] = (error as? NATSError)?.message ?? "\(error)"
                }
                _ = news.wait(timeout: .now() + .seconds(1))
            }
        }
        for flight in flights { finish(flight) }
        save()
    }

    private func begin() throws {
        let (heads, marks, claims) = held.all.withLock { held in
            (
                held.values.reduce(into: [String: Int64]()) { $0.merge($1.heads) { first, _ in first } },
                held.values.reduce(into: [String: EntryMark]()) { $0.merge($1.marks) { first, _ in first } }, held.mapValues(\.claim)
            )
        }
        for site in claims.keys { persons.forget(site: site) }
        state.withLock { $0.begun = claims }
        try carrier.begin(at: heads, marks: marks, passed: relay.passed())
        let rewound = carrier.backlog().rewound
        if !rewound.isEmpty {
            log(
                .error, "trunk-rewound",
                "the broker has more of these logs than there is here; they were restored from an older copy",
                ("site", relay.site),
                ("sources", rewound.joined(separator: ", ")))
        }
    }

    /// Adds to the flights under way.
    private func send(_ batches: [Parcel.Batch], _ entries: [CarriedEntry], _ flights: inout [Flight]) throws {
        var rest = entries[...]
        var flight = Flight()
        defer {
            flight.close()
            flights.append(flight)
        }
        for batch in batches {
            var own = rest.prefix(batch.count)
            rest = rest.dropFirst(batch.count)
            while let entry = own.first {
                if entry.head.type == PersonErased.name {
                    // Before anybody hears of the erasure nothing of the person can be read in the stream.
                    flight.close()
                    for before in flights + [flight] { finish(before) }
                    flights = []
                    flight = Flight()
                    try destroyKeys(asked: entry, of: batch.source)
                }
                let end = own.dropFirst().firstIndex { $0.head.type == PersonErased.name } ?? own.endIndex
                try send(own[own.startIndex..<end], of: batch.source, in: flight)
                own = own[end...]
            }
        }
    }

    /// The keys of a person that was erased go from the stream.
    private func destroyKeys(asked entry: CarriedEntry, of source: String) throws {
        let site = String(source.prefix { $0 != "/" })
        // Where the stream was lost meanwhile the entry comes again.
        guard holds(site) else { return }
        let person = try JSON.decode(PersonErased.self, from: entry.payload).person
        persons.forget(source, person)
        let count = try holder.destroyKeys(of: person, in: source)
        log(.info, "nats-keys-destroyed", "keys of an erased person were deleted from the stream", ("site", site), ("source", source), ("count", String(count)))
    }

    /// Whether the stream is still held under the claim under which its logs are looked at.
    private func holds(_ site: String) -> Bool {
        let begun = state.withLock { $0.begun[site] }
        return held.all.withLock { $0[site]?.claim == begun && begun != nil }
    }

    /// Neighbours with one audience and type travel together; keys of persons before what is sealed under them.
    private func send(_ entries: ArraySlice<CarriedEntry>, of source: String, in flight: Flight) throws {
        let keys = holder.broker.keys
        let site = String(source.prefix { $0 != "/" })
        let most = holder.jetStream.client.mostBytes
        var start = entries.startIndex
        while start < entries.endIndex {
            let subject = self.subject(entries[start], of: source)
            var end = start
            var size = 0
            while end < entries.endIndex, end - start < Self.mostEntries,
                size == 0 || size + entries[end].payload.count < min(Self.mostBytes, most / 2),
                end == start || self.subject(entries[end], of: source) == subject
            {
                size += entries[end].payload.count + 300
                end += 1
            }
            let first = entries[start].head.seq, last = entries[end - 1].head.seq
            let (piece, fresh) = try persons.close(entries[start..<end], of: source, holder.names, keys)
            start = end
            for fresh in fresh {
                publish(fresh.subject, "key:\(fresh.subject)", try keys.seal(fresh.key, for: fresh.subject), for: site, in: flight) { _ in }
            }
            let payload = try keys.seal(piece[...], of: source, for: subject)
            if payload.count + 1000 < most {
                publish(subject, "\(source):\(first)-\(last)", payload, for: site, in: flight) { [held, carrier] claim in
                    if held.note(source, last, under: claim) { carrier.arrived(source, upTo: last) }
                }
            } else if piece.count > 1 {
                // Sealed values and heads made it too large: one by one.
                for entry in piece { try sendAlone(entry, of: source, to: subject, most: most, in: flight) }
            } else {
                try sendAlone(piece[0], of: source, to: subject, most: most, in: flight)
            }
        }
    }

    /// One entry, in several messages where it does not fit into one.
    private func sendAlone(_ entry: CarriedEntry, of source: String, to subject: String, most: Int, in flight: Flight) throws {
        let keys = holder.broker.keys
        let site = String(source.prefix { $0 != "/" }), seq = entry.head.seq
        let whole = try keys.seal([entry], of: source, for: subject)
        let payloads = whole.count + 1000 < most ? [whole] : try keys.pieces(entry, of: source, for: subject, size: most)
        for (index, payload) in payloads.enumerated() {
            publish(subject, "\(source):\(seq)#\(index)", payload, for: site, in: flight) { [held, carrier] claim in
                guard index == payloads.count - 1 else { return }
                if held.note(source, seq, under: claim) { carrier.arrived(source, upTo: seq) }
            }
        }
    }

    /// Behind everything that was published before it under this claim, or not at all.
    private func publish(
        _ subject: String, _ id: String, _ payload: [UInt8], for site: String, in flight: Flight, then: @escaping @Sendable (_ claim: Int64) -> Void
    ) {
        let begun = state.withLock { $0.begun[site] }
        let place = held.all.withLock { held -> (claim: Int64, after: Int64)? in
            guard let stream = held[site], stream.claim == begun else { return nil }
            held[site]?.last += 1
            return (stream.claim, stream.last)
        }
        flight.state.withLock { $0.left[site, default: 0] += 1 }
        guard let (claim, after) = place else { return flight.answered(site, NATSError.cut) }
        _ = holder.jetStream.publish(subject, id: "\(id)@\(claim)", after: after, payload) { result in
            if case .failure(let error) = result { return flight.answered(site, error) }
            then(claim)
            flight.answered(site, nil)
        }
    }

    private func subject(_ entry: CarriedEntry, of source: String) -> String {
        let audience =
            entry.head.target.map { String($0.prefix { $0 != "/" }) }
            ?? (entry.head.reach == .upward ? StreamNames.up : StreamNames.all)
        return holder.names.entry(source, to: audience, entry.head.type)
    }

    /// Waits until everything of it was answered; a site of which something was not is given back.
    private func finish(_ flight: Flight) {
        let inTime =
            flight.done.wait(
                timeout: .now() + .milliseconds(Int(holder.jetStream.client.settings.patience.milliseconds)))
            == .success
        let lost = flight.state.withLock { state -> [String: any Error] in
            var lost = state.lost
            if !inTime { for site in state.left.keys where lost[site] == nil { lost[site] = NATSError.timeout } }
            return lost
        }
        for (site, error) in lost {
            drop(site)
            state.withLock { state in
                state.mustBegin = true
                state.troubles[site] = (error as? NATSError)?.message ?? "\(error)"
            }
        }
        let sites = held.all.withLock { Array($0.keys) }
        state.withLock { state in state.unsaved.formUnion(sites.filter { lost[$0] == nil }) }
        if !lost.isEmpty { onLoss() }
    }

    /// Notes how far the streams are, so that a broker that lost the end of one is found out.
    private func save() {
        let sites = state.withLock { state in
            defer { state.unsaved = [] }; return state.unsaved
        }
        let rows = held.all.withLock { held in
            sites.compactMap { site in
                held[site].map { Relay.StreamPlace(site: site, identity: $0.identity, position: $0.last) }
            }
        }
        guard !rows.isEmpty else { return }
        do { try relay.waiting { try await self.relay.note(rows) } } catch {
            log(.error, "nats-unsaved", "\(error)", ("site", relay.site))
        }
    }
}
