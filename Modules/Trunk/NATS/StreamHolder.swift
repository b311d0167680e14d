import Bus
import Crypto
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
    }

    let broker: TrunkBroker
    let names: StreamNames
    let jetStream: JetStream
    let claim: Claim
    private let log: BusLog
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
    ///   - before: the stream and its last message as this host knew them; where the stream has less, it is made anew.
    /// - Throws: `NATSError` `nats.held` while another host runs the site.
    func hold(_ card: SiteEntry, logs: [String], before: (identity: String, position: Int64)?) throws -> Held {
        let site = card.id, name = names.stream(of: site)
        var info = try jetStream.stream(name)
        if let found = info, let before, before.identity == found.created, before.position > found.state.last_seq {
            log(
                .error, "nats-stream-lost", "the broker lost the end of the site's stream; it is made anew",
                ("site", site), ("stream", name))
            try jetStream.delete(name)
            info = nil
        }
        if let found = info, found.config.num_replicas != broker.replicas {
            try jetStream.update(name, subjects: [names.everything(of: site)], replicas: broker.replicas)
        }
        let stream =
            try info ?? jetStream.create(name, subjects: [names.everything(of: site)], replicas: broker.replicas)
        let number = try claimed(site, name)
        var last = number
        let known = try jetStream.last(name, names.card(site)).flatMap { try? read($0.payload, of: site) }
        if known != card {
            last = try jetStream.publish(
                names.card(site), id: "card:\(claim.holder):\(last)", after: last,
                broker.keys.seal(JSON.encode(card), for: names.card(site)))
        }
        var heads: [String: Int64] = [:]
        for source in logs { heads[source] = try head(of: source, in: name) }
        return Held(identity: stream.created, claim: number, last: last, heads: heads)
    }

    /// The card that a message on `_card` holds.
    func read(_ payload: [UInt8], of site: String) throws -> SiteEntry {
        let card = try JSON.decode(SiteEntry.self, from: broker.keys.open(payload, of: names.card(site)))
        guard card.id == site else { throw NATSError("sealed", "主题 \(names.card(site)) 上的站点资料属于 \(card.id)，未采用。") }
        return card
    }

    /// Writes the claim; the number it got.
    private func claimed(_ site: String, _ name: String) throws -> Int64 {
        let subject = names.claim(site)
        for _ in 0..<5 {
            if let last = try jetStream.last(name, subject), let other = try? opened(last.payload, subject),
                other.holder != claim.holder
            {
                // Whoever is asked must not be this run itself, which answered while it had the stream.
                release(site)
                try checkGone(other, site)
            }
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

    private func opened(_ payload: [UInt8], _ subject: String) throws -> Claim {
        try JSON.decode(Claim.self, from: broker.keys.open(payload, of: subject))
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

    /// Answers whoever asks whether the site runs.
    private func answer(_ site: String) {
        guard answering.withLock({ $0[site] == nil }) else { return }
        let subject = names.holder(site)
        let (client, keys, claim) = (jetStream.client, broker.keys, claim)
        let number = client.subscribe(subject) { message in
            guard let reply = message.reply, let payload = try? keys.seal(JSON.encode(claim), for: subject) else {
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

    /// The number of the last entry of a log that stands in the stream.
    private func head(of source: String, in stream: String) throws -> Int64 {
        guard let last = try jetStream.last(stream, names.log(source)) else { return 0 }
        return try broker.keys.parcel(last.payload, of: last.subject).batch.last
    }
}
