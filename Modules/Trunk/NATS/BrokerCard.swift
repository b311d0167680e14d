import Bus
import Messages
import Synchronization

/// What stands on a site's `_card`: the site, and the names of the network that it is part of, so that a site of another network is not taken for
/// the one of the same name in this one.
struct BrokerCard: Sendable, Hashable {
    var site: SiteEntry
    /// The present one first, as in `NetworkMemory`; empty: not told yet, or written by a program before networks had names at a broker.
    var networks: [String]

    init(_ site: SiteEntry, networks: [String] = []) {
        self.site = site
        self.networks = networks
    }

    /// Whether both say of which network they are, and it is not the same one.
    func isStrange(to others: [String]) -> Bool { !networks.isEmpty && !others.isEmpty && Set(networks).isDisjoint(with: others) }

    /// Beside the members of the site's entry, so that earlier programs read that.
    private struct More: Codable { var networks: [String]? }

    func encoded() throws -> [UInt8] {
        let bytes = try JSON.encode(site)
        guard !networks.isEmpty, case .object(let members) = try JSONValue(parsing: bytes) else { return bytes }
        return JSONValue.object(members + [.init("networks", .array(networks.map(JSONValue.string)))]).serialized()
    }

    init(decoding bytes: [UInt8]) throws {
        self.init(try JSON.decode(SiteEntry.self, from: bytes), networks: try JSON.decode(More.self, from: bytes).networks ?? [])
    }
}

/// What a site makes of the names of networks on the cards of its tree.
struct NetworkVerdict: Sendable, Hashable {
    /// The names that its network has from now on.
    let networks: [String]
    /// Sites of another network, by identifier: they are left aside.
    let strangers: [String]

    /// - Parameters:
    ///   - networks: the names that the site knows of its network; empty: none told it any.
    ///   - above: on the card of the nearest site above that says any.
    ///   - cards: of all sites of its tree that are reached elsewhere.
    ///   - isWhole: these are all.
    ///   - known: the sites that it knows or has heard of; asked where it is another network that stands above.
    init(networks: [String], above: [String], cards: [BrokerCard], isWhole: Bool, known: () throws -> [String]) rethrows {
        func strangers(to names: [String]) -> [String] { cards.filter { $0.isStrange(to: names) }.map(\.site.id).sorted() }
        var memory = NetworkMemory(networks: networks)
        if !above.isEmpty {
            if networks.isEmpty || !Set(networks).isDisjoint(with: above) {
                memory.join(above)
            } else if isWhole {
                // It became part of a larger one, unless a name that it knows stands for another site there.
                memory.hear(try known())
                if memory.clashes(with: strangers(to: networks), of: above).isEmpty { memory.join(above) }
            }
        }
        self.networks = memory.networks
        self.strangers = strangers(to: memory.networks)
    }
}

extension NATSLink {
    /// Of which network the gate is part, and whose cards in its tree are another one's; from what is known of the cards.
    func settle(_ gate: Gate, _ near: [SiteEntry]) throws {
        let before = try state.withLock { $0.networks[gate.site] } ?? around.networks(gate.site) { try said(at: gate) }
        let (cards, isWhole) = state.withLock { ($0.cards.all.filter { card in !near.contains { $0.id == card.key } }, $0.cards.isWhole) }
        let map = SiteMap(cards.values.map(\.site) + near)
        let above = map.above(gate.site).lazy.compactMap { cards[$0]?.networks }.first { !$0.isEmpty } ?? []
        let verdict = try NetworkVerdict(networks: before, above: above, cards: cards.values.filter { map.areOneTree($0.site.id, gate.site) }, isWhole: isWhole) {
            try around.known(gate.site)
        }
        if verdict.networks != before { try around.join(gate.site, verdict.networks) }
        let known = state.withLock { state in
            state.networks[gate.site] = verdict.networks
            return state.strangers.updateValue(verdict.strangers, forKey: gate.site) ?? []
        }
        for site in verdict.strangers where !known.contains(site) {
            around.log(.error, "nats-other-network", "a site's card is of another network; the site is left aside", ("site", gate.site), ("other", site))
        }
    }

    /// The names on the card that this very folder wrote, or read, in the stream that is there now.
    private func said(at gate: Gate) throws -> [String] {
        guard let place = try gate.relay.place(in: gate.site), try holder.jetStream.stream(holder.names.stream(of: gate.site))?.created == place.identity else { return [] }
        return try holder.card(of: gate.site)?.networks ?? []
    }
}

extension NATSError {
    /// - Parameter site: whose name stands for one of another network.
    static func otherNetwork(_ site: String, at gate: String, network: String) -> NATSError {
        let why = site == gate
            ? "站点 \(site) 在集群上的流属于另一个网络中同名的站点，本机不传送它的消息，也不接收" : "站点 \(site) 属于另一个网络（其资料所载的网络标识与站点 \(gate) 的不同），没有采用它的资料，也不读取它的消息"
        return NATSError(
            "other-network",
            "\(why)。两个网络不能共用 trunk.network“\(network)”：请为其中一个改用别的名称和密钥；确要并入那个网络，请用新的数据目录建立站点（shuniu init）。")
    }
}
