import Bus
import Dispatch
import Messages
import Synchronization
import Vocabulary

/// Reads the streams of other hosts' sites for one gate: into its relay, in the order of the stream, each entry once.
///
/// How far it is stands in the relay, in the transaction that keeps the entries; the broker's consumer follows that, not the other way
/// round: after a cut, a crash or a restore from an older backup it is made anew where the relay says.
final class StreamReaders: Sendable {
    let relay: Relay
    private let network: SiteNetwork
    private let holder: StreamHolder
    private let log: BusLog
    private let state = Mutex(State())
    private let news = DispatchSemaphore(value: 0)
    private let gone = DispatchSemaphore(value: 0)
    /// A stream must be opened anew.
    private let onLoss: @Sendable () -> Void

    private struct State {
        var isStopped = false
        var readers: [String: Reader] = [:]
        var inbox: [(site: String, subscription: Int, message: NATSMessage)] = []
    }

    private struct Reader {
        var filters: [String]
        var identity: String
        /// The number of the last message that came, and the consumer's number of it.
        var received: Int64
        var counted: Int64
        var inbox: String
        var subscription: Int
        /// Asked for and not come yet.
        var wanted = 0
        var heard = ContinuousClock.now
        /// What the stream still has for it.
        var pending: Int64
        var trouble: String?
        var isBroken = false
        /// Of an entry that comes in several messages.
        var parts: StreamParts?
    }

    private let persons = StreamPersons.Opening()

    private static let most = 64

    init(relay: Relay, network: SiteNetwork, holder: StreamHolder, log: BusLog, onLoss: @escaping @Sendable () -> Void)
    {
        self.relay = relay
        self.network = network
        self.holder = holder
        self.log = log
        self.onLoss = onLoss
    }

    func start() {
        OwnThread { [self] in
            while !state.withLock({ $0.isStopped }) {
                let taken = state.withLock { state in
                    defer { state.inbox = [] }; return state.inbox
                }
                if taken.isEmpty { news.wait() } else { take(taken) }
            }
            gone.signal()
        }.start()
    }

    /// Returns when nothing runs any more.
    func stop() {
        state.withLock { $0.isStopped = true }
        news.signal()
        _ = gone.wait(timeout: .now() + .seconds(10))
    }

    /// Entries that wait at the broker, and what is wrong.
    var backlog: (waiting: Int, trouble: String?) {
        state.withLock { state in
            (
                state.readers.values.reduce(0) { $0 + Int($1.pending) },
                state.readers.values.compactMap(\.trouble).sorted().first
            )
        }
    }

    // MARK: - Which streams

    /// The connection is another one: everything is opened anew.
    func reconnected() {
        state.withLock { state in for site in state.readers.keys { state.readers[site]?.isBroken = true } }
    }

    /// How far the stream was taken does not hold any more.
    func reopen(_ site: String) { state.withLock { $0.readers[site]?.isBroken = true } }

    /// Only these streams are read.
    func keep(only sites: Set<String>) {
        let ended = state.withLock { state -> [Int] in
            let ended = state.readers.filter { !sites.contains($0.key) }
            for site in ended.keys { state.readers[site] = nil }
            return ended.values.map(\.subscription)
        }
        for subscription in ended { holder.jetStream.client.unsubscribe(subscription) }
    }

    /// Opens the stream where it is not open, or is silent for too long, or another part of it is wanted.
    ///
    /// - Returns: whether it is open.
    func open(_ site: String, filters: [String]) -> Bool {
        let (before, isGood) = state.withLock { state -> (Reader?, Bool) in
            guard let reader = state.readers[site] else { return (nil, false) }
            return (
                reader,
                !reader.isBroken && reader.filters == filters
                    && ContinuousClock.now - reader.heard < holder.broker.heartbeat * 5 / 2
            )
        }
        if isGood { return true }
        if let before { holder.jetStream.client.unsubscribe(before.subscription) }
        do {
            let reader = try opened(site, filters)
            state.withLock { $0.readers[site] = reader }
            ask(site)
            return true
        } catch {
            let sentence = (error as? NATSError)?.message ?? (error as? Refusal)?.message ?? "\(error)"
            state.withLock { state in
                var reader =
                    before
                    ?? Reader(
                        filters: filters, identity: "", received: 0, counted: 0, inbox: "", subscription: 0, pending: 0)
                reader.isBroken = true
                reader.trouble = sentence
                state.readers[site] = reader
            }
            return false
        }
    }

    private func opened(_ site: String, _ filters: [String]) throws -> Reader {
        let name = holder.names.stream(of: site), own = relay.site
        let jetStream = holder.jetStream
        guard let info = try jetStream.stream(name) else {
            throw NATSError("no-stream", "NATS 服务器上没有站点 \(site) 的流。等待该站点建立。")
        }
        let relay = self.relay
        let theirs = try holder.stand(of: site)
        try relay.waiting { try await relay.admit(theirs, of: site) }
        let stored = try relay.place(in: site)
        let position = stored.map { $0.identity == info.created ? $0.position : 0 } ?? 0
        guard position <= info.state.last_seq else {
            throw NATSError("stream-lost", "站点 \(site) 的流比已收到的短，服务器丢失了其末尾；等待该站点的主机重建。")
        }
        guard info.state.first_seq <= 1 || position + 1 >= info.state.first_seq else {
            throw NATSError(
                "stream-cut",
                "站点 \(site) 的流从第 \(info.state.first_seq) 条开始，而本机只收到第 \(position) 条，中间已被删除。请删除流 \(name)，该站点的主机会重新发布全部消息。"
            )
        }
        var consumer = try jetStream.consumer(own, of: name)
        if let found = consumer {
            let wanted = found.config.filter_subjects ?? found.config.filter_subject.map { [$0] } ?? []
            if Set(wanted) != Set(filters) || !found.goesOn(behind: position) {
                try jetStream.delete(consumer: own, of: name)
                consumer = nil
            }
        }
        let found = try consumer ?? jetStream.create(consumer: own, of: name, from: position + 1, filters: filters)
        let inbox = jetStream.client.freshInbox()
        let number = Mutex(0)
        let subscription = jetStream.client.subscribe(inbox) { [weak self] message in
            self?.came(message, site, number.withLock { $0 })
        }
        number.withLock { $0 = subscription }
        return Reader(
            filters: filters, identity: info.created, received: position, counted: found.delivered.consumer_seq,
            inbox: inbox, subscription: subscription,
            pending: found.num_pending)
    }

    private func ask(_ site: String) {
        let request = state.withLock { state -> (inbox: String, count: Int)? in
            guard let reader = state.readers[site], !reader.isBroken, reader.wanted <= Self.most / 2 else { return nil }
            state.readers[site]?.wanted += Self.most
            return (reader.inbox, Self.most)
        }
        guard let request else { return }
        let time = max(holder.broker.heartbeat * 4, .seconds(60))
        try? holder.jetStream.pull(
            relay.site, of: holder.names.stream(of: site), count: request.count, within: time,
            heartbeat: holder.broker.heartbeat, to: request.inbox)
    }

    // MARK: - What comes

    /// On the connection's thread.
    private func came(_ message: NATSMessage, _ site: String, _ subscription: Int) {
        let isNew = state.withLock { state -> Bool in
            state.readers[site]?.heard = .now
            // A heartbeat: nothing to do, unless something was delivered that did not come; what came before it is looked at first.
            if message.headers.status == 100, Self.delivered(message.headers) <= state.readers[site]?.counted ?? 0 { return false }
            state.inbox.append((site, subscription, message))
            return state.inbox.count == 1
        }
        if isNew { news.signal() }
    }

    /// How many messages the consumer has delivered, to whomever, by its heartbeat.
    private static func delivered(_ headers: NATSHeaders) -> Int64 { headers["Nats-Last-Consumer"].flatMap { Int64($0) } ?? 0 }

    private struct Taken {
        var reply: String
        var place: Relay.StreamPlace
    }

    private func take(_ messages: [(site: String, subscription: Int, message: NATSMessage)]) {
        var pieces: [(batch: Parcel.Batch, entries: [CarriedEntry])] = []
        var taken: [String: Taken] = [:]
        var mustAsk: Set<String> = []
        for (site, subscription, message) in messages {
            mustAsk.insert(site)
            if let status = message.headers.status {
                ended(site, subscription, status, message.headers)
                continue
            }
            guard let place = JetStream.Place(reply: message.reply), let reply = message.reply,
                let identity = accept(site, subscription, place)
            else { continue }
            do {
                guard let (batch, entries) = try content(of: message, from: site) else { continue }
                // What is not for this gate is not in it, so the piece does not follow on the one before by its numbers, but by the stream's.
                pieces.append(
                    (Parcel.Batch(source: batch.source, after: 0, last: batch.last, count: batch.count), entries))
                taken[site] = Taken(
                    reply: reply, place: Relay.StreamPlace(site: site, identity: identity, position: place.stream))
            } catch {
                broken(site, (error as? NATSError)?.message ?? (error as? Refusal)?.message ?? "\(error)")
            }
        }
        if !pieces.isEmpty { keep(pieces, taken) }
        for site in mustAsk { ask(site) }
    }

    /// What the message brings, personal values readable; `nil`: a part of an entry of which more must come, noted and acknowledged with
    /// the last one.
    private func content(of message: NATSMessage, from site: String) throws -> (batch: Parcel.Batch, entries: [CarriedEntry])? {
        let found: (batch: Parcel.Batch, entries: [CarriedEntry])
        switch try holder.broker.keys.content(message.payload, of: message.subject) {
        case .entries(let batch, let entries): found = (batch, entries)
        case .piece(let piece, let batch, let bytes):
            let parts = StreamParts.joined(state.withLock { $0.readers[site]?.parts }, batch.source, piece, bytes)
            guard let parts else { throw Refusal.malformedParcel }
            let whole = try parts.whole()
            state.withLock { $0.readers[site]?.parts = whole == nil ? parts : nil }
            guard let whole else { return nil }
            found = whole
        }
        // From here on nothing that was sealed under the person's key is to be opened.
        if found.entries.contains(where: { $0.head.type == PersonErased.name }) { persons.forget() }
        return (found.batch, try found.entries.map { try persons.open($0, of: found.batch.source, holder) })
    }

    private func keep(_ pieces: [(batch: Parcel.Batch, entries: [CarriedEntry])], _ taken: [String: Taken]) {
        let relay = self.relay
        do {
            let places = taken.values.map(\.place)
            _ = try relay.waiting { try await relay.keep(pieces, over: Relay.broker, noting: places) }
            for each in taken.values { try? holder.jetStream.client.publish(each.reply, Array("+ACK".utf8)) }
        } catch {
            log(.error, "nats-unkept", "\(error)", ("site", relay.site))
            for site in taken.keys { broken(site, "收到的消息不能写盘：\(error)。请检查磁盘空间。") }
        }
    }

    /// Whether the message is the next one; the stream's identity.
    private func accept(_ site: String, _ subscription: Int, _ place: JetStream.Place) -> String? {
        let (identity, hasGap) = state.withLock { state -> (String?, Bool) in
            guard var reader = state.readers[site], reader.subscription == subscription, !reader.isBroken else {
                return (nil, false)
            }
            reader.wanted = max(0, reader.wanted - 1)
            reader.pending = place.pending
            defer { state.readers[site] = reader }
            guard place.consumer == reader.counted + 1 else {
                reader.isBroken = true
                return (nil, true)
            }
            reader.counted = place.consumer
            reader.trouble = nil
            // Delivered again.
            guard place.stream > reader.received else { return (nil, false) }
            reader.received = place.stream
            return (reader.identity, false)
        }
        if hasGap { onLoss() }
        return identity
    }

    /// The broker ends a request, refuses to go on, or has delivered what did not come.
    private func ended(_ site: String, _ subscription: Int, _ status: Int, _ headers: NATSHeaders) {
        let mustOpen = state.withLock { state -> Bool in
            guard let reader = state.readers[site], reader.subscription == subscription else { return false }
            if status == 100 {
                guard Self.delivered(headers) > reader.counted, !reader.isBroken else { return false }
                // Delivered to a run of this host that has ended, whose request the broker still held: it would come again after `ack_wait`.
                state.readers[site]?.isBroken = true
                return true
            }
            let rest = headers["Nats-Pending-Messages"].flatMap { Int($0) } ?? reader.wanted
            state.readers[site]?.wanted = max(0, reader.wanted - min(max(0, rest), reader.wanted))
            guard status != 404, status != 408 else { return false }
            state.readers[site]?.isBroken = true
            return true
        }
        if mustOpen { onLoss() }
    }

    private func broken(_ site: String, _ sentence: String) {
        state.withLock { state in
            state.readers[site]?.isBroken = true
            state.readers[site]?.trouble = sentence
        }
        onLoss()
    }
}
