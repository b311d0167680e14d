import Bus
import Crypto
import Dispatch
import Messages
import Network
import Synchronization
import Vocabulary

/// The right to write the streams of this host's sites, one host a site.
///
/// Whoever begins to write says so in the stream (`_claim`), with the condition that nothing came in between; every message after it
/// carries the number that must stand before it. So the broker itself refuses a second writer, a message out of order, and what an
/// ended process still had under way.
final class StreamHolder: Sendable {
    /// Said at the beginning of every run.
    struct Claim: Codable, Sendable {
        /// Random, of one run.
        var holder: String
        /// The machine's name, for people.
        var host: String
        /// Since which taking up the site stands there, and at which host by its own name; absent where nobody said.
        var epoch: Int64?
        var at: String?

        var stand: SiteStand? { epoch.map { SiteStand(epoch: $0, host: at ?? "") } }
    }

    /// A stream that this run may write.
    struct Held: Sendable {
        /// When the stream was made.
        var identity: String
        /// The number of the claim.
        var claim: Int64
        /// The number of its last message.
        var last: Int64
        /// How far each log is in it.
        var heads: [String: Int64]
        /// The newest entry of each.
        var marks: [String: EntryMark] = [:]
    }

    /// Codes that say that the site is another host's.
    static let keptOut: Set<String> = ["nats.held", "nats.older-epoch", "nats.two-hosts"]

    let broker: TrunkBroker
    let names: StreamNames
    let jetStream: JetStream
    let claim: Claim
    let log: BusLog
    /// What a site of this host holds, for whoever compares; `nil` of the answer: it is not written here.
    let counting = Mutex<(@Sendable (_ site: String, CountWish) throws -> CountAnswer?)?>(nil)
    let counts = DispatchQueue(label: "shuniu.nats.counts")
    private let answering = Mutex<[String: Int]>([:])

    init(_ broker: TrunkBroker, client: NATSClient, host: String, log: BusLog) {
        self.broker = broker
        self.log = log
        names = StreamNames(network: broker.network)
        jetStream = JetStream(client: client)
        claim = Claim(holder: Secrets.random(16).hexadecimal, host: host)
    }

    /// Takes up the stream of a site: makes it where it is not there, claims it, finds how far each log is.
    ///
    /// - Parameters:
    ///   - logs: of the site.
    ///   - stand: where and since when the site stands here; `nil` where that is not known, as of sites far below.
    ///   - before: the stream and its last message as this host knew them; where the stream has less, it is made anew.
    /// - Throws: `NATSError` `nats.held` while another host runs the site, `nats.older-epoch` or `nats.two-hosts` where it was taken up
    ///   elsewhere later.
    func hold(_ card: SiteEntry, logs: [String], stand: SiteStand? = nil, before: (identity: String, position: Int64)?) throws -> Held {
        let site = card.id, name = names.stream(of: site)
        var info = try jetStream.stream(name)
        if let found = info, let before, before.identity == found.created, before.position > found.state.last_seq {
            // Whoever may not write it deletes nothing.
            _ = try lastClaim(site, name, stand)
            log(
                .error, "nats-stream-lost", "the broker lost the end of the site's stream; it is made anew",
                ("site", site), ("stream", name))
            try jetStream.delete(name)
            info = nil
        }
        let stream =
            try info ?? jetStream.create(name, subjects: [names.everything(of: site)], replicas: broker.replicas)
        let number = try claimed(site, name, stand)
        // Whoever does not get it after all does not say that he runs it.
        var isHeld = false
        defer { if !isHeld { release(site) } }
        if let found = info, found.config.num_replicas != broker.replicas {
            try jetStream.update(name, subjects: [names.everything(of: site)], replicas: broker.replicas)
        }
        var last = number
        let known = try jetStream.last(name, names.card(site)).flatMap { try? read($0.payload, of: site) }
        if known != card {
            last = try jetStream.publish(
                names.card(site), id: "card:\(claim.holder):\(last)", after: last,
                broker.keys.seal(JSON.encode(card), for: names.card(site)))
        }
        var heads: [String: Int64] = [:]
        var marks: [String: EntryMark] = [:]
        for source in logs {
            let found = try head(of: source, in: name)
            heads[source] = found?.last ?? 0
            marks[source] = found?.newest
        }
        isHeld = true
        return Held(identity: stream.created, claim: number, last: last, heads: heads, marks: marks)
    }

    /// The card that a message on `_card` holds.
    func read(_ payload: [UInt8], of site: String) throws -> SiteEntry {
        let card = try JSON.decode(SiteEntry.self, from: broker.keys.open(payload, of: names.card(site)))
        guard card.id == site else { throw NATSError("sealed", "主题 \(names.card(site)) 上的站点资料属于 \(card.id)，未采用。") }
        return card
    }

    /// Writes the claim; the number it got.
    private func claimed(_ site: String, _ name: String, _ stand: SiteStand?) throws -> Int64 {
        let subject = names.claim(site)
        for _ in 0..<5 {
            var claim = self.claim
            (claim.epoch, claim.at) = (stand?.epoch, stand?.host)
            // Where nobody here knows since when the site stands, what was said before still counts.
            if let other = try lastClaim(site, name, stand), stand == nil { (claim.epoch, claim.at) = (other.epoch, other.at) }
            guard let end = try jetStream.stream(name)?.state.last_seq else { throw NATSError.timeout }
            do {
                let number = try jetStream.publish(
                    subject, id: "claim:\(claim.holder):\(end)", after: end,
                    broker.keys.seal(JSON.encode(claim), for: subject))
                answer(site)
                return number
            } catch let error as NATSError where error.number == JetStream.wrongSequence {
                // Something came in between: looked at again.
                continue
            }
        }
        throw NATSError("held", "站点 \(site) 的流同时有别的主机在写，稍后再试。")
    }

    /// The last claim in the stream; `nil`: none that can be read. Whoever wrote it must not stand in the way.
    private func lastClaim(_ site: String, _ name: String, _ stand: SiteStand?) throws -> Claim? {
        let subject = names.claim(site)
        guard let last = try jetStream.last(name, subject), let other = try? opened(last.payload, subject) else { return nil }
        try Self.checkFence(other, against: stand, site)
        if other.holder != claim.holder {
            // Whoever is asked must not be this run itself, which answered while it had the stream.
            release(site)
            try checkGone(other, site)
        }
        return other
    }

    private func opened(_ payload: [UInt8], _ subject: String) throws -> Claim {
        try JSON.decode(Claim.self, from: broker.keys.open(payload, of: subject))
    }

    /// A host with an earlier taking up of the site, or another one with the same, is kept out though nobody answers.
    private static func checkFence(_ other: Claim, against stand: SiteStand?, _ site: String) throws {
        guard let known = other.stand, let stand else { return }
        if stand.epoch < known.epoch {
            throw NATSError("older-epoch", "站点 \(site) 已迁移或恢复到另一处（\(other.host)），此处的副本较旧，不传送它的消息。请停用此处的站点；确要由本机接管，用 shuniu site move --site \(site) --take。")
        }
        if stand.epoch == known.epoch, !known.host.isEmpty, stand.host != known.host {
            throw NATSError("two-hosts", "站点 \(site) 由另一台主机（\(other.host)）以同一次接管运行过，本机不传送它的消息。请停用其中一处；正式迁移请用 shuniu site move。")
        }
    }

    /// What the last claim in the site's stream says of where it stands; `nil` where nobody said.
    func stand(of site: String) throws -> SiteStand? {
        let subject = names.claim(site)
        return try jetStream.last(names.stream(of: site), subject).flatMap { try opened($0.payload, subject).stand }
    }

    /// Whoever claimed the stream last must not be running.
    private func checkGone(_ other: Claim, _ site: String) throws {
        guard let answer = try? jetStream.client.request(names.holder(site), [], within: .seconds(2)) else { return }
        let now = (try? opened(answer.payload, names.holder(site)))?.host ?? other.host
        throw NATSError("held", "站点 \(site) 正由另一台主机（\(now)）运行，本机不传送它的消息。请只在一台主机上运行该站点，停用另一处。")
    }

    /// Whether the claim that just came is of another run.
    func isOfAnother(_ payload: [UInt8], _ site: String) -> Bool {
        (try? opened(payload, names.claim(site))).map { $0.holder != claim.holder } ?? false
    }

    /// Answers whoever asks whether the site runs, or what it holds.
    private func answer(_ site: String) {
        guard answering.withLock({ $0[site] == nil }) else { return }
        let subject = names.holder(site)
        let (client, keys, claim) = (jetStream.client, broker.keys, claim)
        let number = client.subscribe(subject) { [weak self] message in
            guard let reply = message.reply else { return }
            guard message.payload.isEmpty else {
                self?.answer(message, to: reply, of: site)
                return
            }
            guard let payload = try? keys.seal(JSON.encode(claim), for: subject) else {
                return
            }
            try? client.publish(reply, payload)
        }
        answering.withLock { $0[site] = number }
    }

    /// Only these sites are run here.
    func release(allBut sites: Set<String>) {
        for site in answering.withLock({ $0.keys.filter { !sites.contains($0) } }) { release(site) }
    }

    /// The site is no longer run here.
    func release(_ site: String) {
        if let number = answering.withLock({ $0.removeValue(forKey: site) }) { jetStream.client.unsubscribe(number) }
    }

    /// What a log has in the stream, from a number on that must be within reach of its end; by halving, since messages stand in its order.
    func trace(_ request: TraceRequest) throws -> TraceAnswer {
        let source = request.source, stream = names.stream(of: String(source.prefix { $0 != "/" }))
        guard let info = try jetStream.stream(stream) else { return TraceAnswer(entries: [], head: 0) }
        func content(_ kept: JetStream.Kept) throws -> StreamContent { try broker.keys.content(kept.payload, of: kept.subject) }
        var low: Int64 = 1, high = info.state.last_seq + 1
        while low < high {
            let middle = low + (high - low) / 2
            guard let kept = try jetStream.next(stream, names.log(source), from: middle), try content(kept).last <= request.after else {
                high = middle
                continue
            }
            low = kept.seq + 1
        }
        var entries: [TracedEntry] = []
        var parts: StreamParts?
        while entries.count < TraceAnswer.most, let kept = try jetStream.next(stream, names.log(source), from: low) {
            low = kept.seq + 1
            var found: [CarriedEntry] = []
            switch try content(kept) {
            case .entries(_, let carried): found = carried
            case .piece(let piece, let batch, let bytes):
                parts = StreamParts.joined(parts, batch.source, piece, bytes)
                found = try parts?.whole()?.entries ?? []
            }
            entries += found.map(\.head).filter { $0.seq > request.after }.map { TracedEntry(seq: $0.seq, id: $0.id, type: $0.type, time: $0.time) }
        }
        return TraceAnswer(entries: entries, head: try head(of: source, in: stream)?.last ?? 0)
    }

    /// The end of a log in the stream; `nil`: nothing of it stands there.
    private func head(of source: String, in stream: String) throws -> StreamContent? {
        guard let last = try jetStream.last(stream, names.log(source)) else { return nil }
        return try broker.keys.content(last.payload, of: last.subject)
    }
}
