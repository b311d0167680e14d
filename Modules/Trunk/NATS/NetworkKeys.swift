import Bus
import Crypto
import FoundationEssentials
import Messages

/// The keys that the sites of one network share, so that a broker between them keeps only what it cannot read.
///
/// A sealed message is `1 ‖ mark of the key (4 bytes) ‖ AES-256-GCM`, bound to its subject. The first key seals, all of them open: to
/// change it, put the new one behind the old one everywhere, then in front everywhere, then take the old one away.
package struct NetworkKeys: Sendable {
    private let keys: [(mark: [UInt8], key: [UInt8])]

    /// - Parameter text: one key a line, 32 bytes in Base64 with padding; lines beginning with `#` are passed over.
    /// - Returns: `nil` where a line is no key, or none is there.
    package init?(_ text: String) {
        var keys: [(mark: [UInt8], key: [UInt8])] = []
        for line in text.split(whereSeparator: \.isNewline).map({ $0.trimming(\.isWhitespace) })
        where !line.isEmpty && !line.hasPrefix("#") {
            guard let key = Base64.decodePadded(line), key.count == AES256GCM.keyLength else { return nil }
            keys.append((Array(Digest.sha256.of(key).prefix(4)), key))
        }
        guard !keys.isEmpty else { return nil }
        self.keys = keys
    }

    /// The keys, the one that seals first.
    var all: [[UInt8]] { keys.map(\.key) }

    /// A line for a new key.
    package static func fresh() -> String { Base64.encodePadded(Secrets.random(AES256GCM.keyLength)) + "\n" }

    func seal(_ plain: [UInt8], for subject: String) throws -> [UInt8] {
        [1] + keys[0].mark + (try AES256GCM.seal(plain, key: keys[0].key, context: Array(subject.utf8)))
    }

    /// - Throws: `NATSError` `nats.sealed` under a key that is not here, or where it was changed.
    func open(_ sealed: [UInt8], of subject: String) throws -> [UInt8] {
        guard sealed.count > 5, sealed[0] == 1, let key = keys.first(where: { $0.mark.elementsEqual(sealed[1..<5]) }),
            let plain = try? AES256GCM.open(Array(sealed.dropFirst(5)), key: key.key, context: Array(subject.utf8))
        else { throw NATSError("sealed", "主题 \(subject) 上的消息无法解开：网络密钥不同，或内容被改动。请核对各主机 trunk.key 的文件。") }
        return plain
    }
}

extension NetworkKeys {
    /// Consecutive entries of one log, as one message.
    func seal(_ entries: ArraySlice<CarriedEntry>, of source: String, for subject: String) throws -> [UInt8] {
        let batch = Parcel.Batch(
            source: source, after: (entries.first?.head.seq ?? 1) - 1, last: entries.last?.head.seq ?? 0,
            count: entries.count)
        return try seal(TrunkBody.encode(Parcel(session: "", batches: [batch]), Array(entries)), for: subject)
    }

}

/// How a host's sites reach a broker of their network, NATS with JetStream; read from `host.json5`, secrets from their files.
package struct TrunkBroker: Sendable {
    package var client: NATSClient.Settings
    /// Names the network at the broker: several may share one.
    package var network: String
    /// Copies of every stream, 1…5.
    package var replicas: Int
    package var keys: NetworkKeys
    /// How long the broker may be silent to a waiting reader before it is asked anew.
    package var heartbeat: Duration = .seconds(15)

    package init(client: NATSClient.Settings, network: String, replicas: Int, keys: NetworkKeys) {
        self.client = client
        self.network = network
        self.replicas = replicas
        self.keys = keys
    }
}

/// The names that a network has at the broker: one stream a site, `shuniu_<network>_<site>`, with the subjects
/// `shuniu.<network>.<site>.<plug-in>.<audience>.<type>`, `….<site>._card`, `….<site>._claim` and `….<site>._key._p.…`.
struct StreamNames: Sendable {
    /// To all sites of the network, to the sites above, or a site's identifier.
    static let all = "_all", up = "_up"
    let network: String

    func stream(of site: String) -> String { "shuniu_\(network)_\(site)" }
    func site(of stream: String) -> String? {
        stream.hasPrefix("shuniu_\(network)_") ? String(stream.dropFirst(8 + network.utf8.count)) : nil
    }
    func everything(of site: String) -> String { "shuniu.\(network).\(site).>" }
    func entry(_ source: String, to audience: String, _ type: WireName) -> String {
        "shuniu.\(network).\(source.replacing("/", with: ".")).\(audience).\(type)"
    }
    /// Everything of one log.
    func log(_ source: String) -> String { "shuniu.\(network).\(source.replacing("/", with: ".")).>" }
    func filter(_ site: String, _ audience: String) -> String { "shuniu.\(network).\(site).*.\(audience).>" }
    /// The site as others know it; `*`: of all sites.
    func card(_ site: String) -> String { "shuniu.\(network).\(site)._card" }
    /// Who writes the stream.
    func claim(_ site: String) -> String { "shuniu.\(network).\(site)._claim" }
    /// Where whoever writes the stream answers.
    func holder(_ site: String) -> String { "shuniu-holder.\(network).\(site)" }
}
