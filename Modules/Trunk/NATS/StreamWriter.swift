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
    private let carrier: Carrier
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
    }

    /// The streams that may be written now.
    final class HeldStreams: Sendable {
        let all = Mutex<[String: StreamHolder.Held]>([:])

        func allows(_ log: any OutsideLog) -> Bool {
            !log.comes(over: Relay.broker) && all.withLock { $0[log.site]?.heads[log.id] != nil }
        }
    }

    /// What was sent and not answered for.
    private final class Flight: Sendable {
        let state = Mutex((left: [String: Int](), lost: [String: any Error](), isSent: false))
        let done = DispatchSemaphore(value: 0)

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
        DispatchQueue(label: "shuniu.nats.write").async { [self] in
            writing()
            gone.signal()
        }
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
                    flights.append(try send(batches, entries))
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
                state.withLock { $0.mustBegin = true }
                _ = news.wait(timeout: .now() + .seconds(1))
            }
        }
        for flight in flights { finish(flight) }
        save()
    }

    private func begin() throws {
        let heads = held.all.withLock { held in
            held.values.reduce(into: [String: Int64]()) { $0.merge($1.heads) { first, _ in first } }
        }
        try carrier.begin(at: heads)
        let rewound = carrier.backlog().rewound
        if !rewound.isEmpty {
            log(
                .error, "trunk-rewound",
                "the broker has more of these logs than there is here; they were restored from an older copy",
                ("site", relay.site),
                ("sources", rewound.joined(separator: ", ")))
        }
    }

    private func send(_ batches: [Parcel.Batch], _ entries: [CarriedEntry]) throws -> Flight {
        let flight = Flight()
        var rest = entries[...]
        for batch in batches {
            let own = rest.prefix(batch.count)
            rest = rest.dropFirst(batch.count)
            try send(own, of: batch.source, in: flight)
        }
        let isDone = flight.state.withLock { state in
            state.isSent = true
            return state.left.isEmpty
        }
        if isDone { flight.done.signal() }
        return flight
    }

    /// Neighbours with one audience and type travel together.
    private func send(_ entries: ArraySlice<CarriedEntry>, of source: String, in flight: Flight) throws {
        let site = String(source.prefix { $0 != "/" })
        var start = entries.startIndex
        while start < entries.endIndex {
            let subject = self.subject(entries[start], of: source)
            var end = start
            var size = 0
            while end < entries.endIndex, end - start < Self.mostEntries,
                size == 0 || size + entries[end].payload.count < Self.mostBytes,
                end == start || self.subject(entries[end], of: source) == subject
            {
                size += entries[end].payload.count + 300
                end += 1
            }
            let piece = entries[start..<end]
            start = end
            let payload = try holder.broker.keys.seal(piece, of: source, for: subject)
            guard payload.count + 1000 < holder.jetStream.client.mostBytes else {
                let sentence =
                    "日志 \(source) 第 \(piece.first?.head.seq ?? 0) 条有 \(payload.count) 字节，超过 NATS 服务器的 max_payload。请调大服务器的 max_payload。"
                throw NATSError("too-large", sentence)
            }
            let number = piece.last?.head.seq ?? 0
            let place = held.all.withLock { held -> (claim: Int64, after: Int64)? in
                guard let stream = held[site] else { return nil }
                held[site]?.last += 1
                return (stream.claim, stream.last)
            }
            flight.state.withLock { $0.left[site, default: 0] += 1 }
            guard let (claim, after) = place else { return flight.answered(site, NATSError.cut) }
            _ = holder.jetStream.publish(
                subject, id: "\(source):\(piece.first?.head.seq ?? 0)-\(number)@\(claim)", after: after, payload
            ) { [held, carrier] result in
                if case .failure(let error) = result { return flight.answered(site, error) }
                let isHeld = held.all.withLock { held -> Bool in
                    guard held[site]?.claim == claim else { return false }
                    held[site]?.heads[source] = number
                    return true
                }
                if isHeld { carrier.arrived(source, upTo: number) }
                flight.answered(site, nil)
            }
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
