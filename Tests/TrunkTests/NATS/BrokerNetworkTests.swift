import FoundationEssentials
import Host
import Messages
import TestKit
import Testing
import Vocabulary

@testable import Bus
@testable import Trunk
@testable import trunkpeer

/// Two networks that were given the same name and key at one broker, and sites of the same names.
@Suite(
    "Two networks over one broker", .serialized,
    .enabled(if: NATSCluster.program != nil, "needs nats-server of at least 2.10: Tools/setup --nats"))
struct BrokerNetworkTests {
    /// 湖南 with 长沙 on another host, which has learned the network's name.
    private func network(_ broker: TrunkBroker) async throws -> (upper: LinkedHost, lower: LinkedHost) {
        let upper = try await LinkedHost.start(["hunan"], broker: broker)
        let lower = try await LinkedHost.start(["changsha"], broker: broker)
        try await until { try upper.map["changsha"] != nil && !names(lower, "changsha").isEmpty && names(lower, "changsha") == names(upper, "hunan") }
        return (upper, lower)
    }

    private func names(_ host: LinkedHost, _ site: String) throws -> [String] { try TrunkFolder(site: site, in: "\(host.folder)/data/\(site)").memory().networks }

    private func isRefused(_ host: LinkedHost) -> Bool {
        host.host.links.first.map { !$0.isGood && $0.trouble?.contains("另一个网络") ?? false && $0.trouble?.contains("trunk.network") ?? false } ?? false
    }

    @Test("Another network's site of the same name does not take up the stream while the first one is away, and says why; the first goes on")
    func streamOfAnother() async throws {
        let broker = try TrunkBroker.fresh()
        let (upper, lower) = try await network(broker)
        try await upper.say("hunan", .post, "1")
        try await until { try lower.board("changsha").count == 1 }
        await upper.stop()
        // Taken up later than the first one, which nobody answers for.
        let other = try await LinkedHost.start(["hunan"], broker: broker)
        try await other.say("hunan", .post, "of another hunan")
        try await until { isRefused(other) }
        #expect(other.map["changsha"] == nil)
        let again = try await upper.restarted()
        try await again.say("hunan", .post, "2")
        try await until { try lower.board("changsha").count >= 2 }
        #expect(try lower.board("changsha") == ["hunan: 1", "hunan: 2"] && isRefused(other))
        for host in [other, lower, again] { await host.stop() }
    }

    @Test("A card of another network under the name of a site that is known is left aside by both ends, though the stream was made anew; with the site's own card all goes on")
    func cardOfAnother() async throws {
        let broker = try TrunkBroker.fresh()
        let (upper, lower) = try await network(broker)
        try await upper.say("hunan", .post, "1")
        try await until { try lower.board("changsha").count == 1 }
        await upper.stop()
        func deleteStream() async throws {
            let client = NATSClient(broker.client)
            client.start()
            try await until { client.isConnected }
            try JetStream(client: client).delete(StreamNames(network: broker.network).stream(of: "hunan"))
            client.stop()
        }
        try await deleteStream()
        let other = try await LinkedHost.start(["hunan"], broker: broker)
        for n in 1...3 { try await other.say("hunan", .post, "of another hunan \(n)") }
        try await until { isRefused(lower) && isRefused(other) }
        // The tree stays as it was: 湖南 is away.
        #expect(lower.map["hunan"] != nil && other.map["changsha"] == nil)
        try await lower.say("changsha", .report, "x")
        #expect(try lower.board("changsha") == ["hunan: 1"] && other.board("hunan").allSatisfy { !$0.contains("x") })
        #expect(lower.complaints.contains { $0.contains("nats-other-network") })
        await other.stop()
        try await deleteStream()
        let again = try await upper.restarted()
        try await again.say("hunan", .post, "2")
        try await until { try lower.board("changsha").count >= 2 && again.board("hunan").contains { $0.contains("x") } }
        #expect(try lower.board("changsha") == ["hunan: 1", "hunan: 2"])
        try await until { lower.host.links.first?.isGood ?? false }
        for host in [lower, again] { await host.stop() }
    }

    @Test("A folder that was restored from before networks had names takes the name that its own stream says")
    func restoredWithoutName() async throws {
        let broker = try TrunkBroker.fresh()
        let (upper, lower) = try await network(broker)
        let known = try names(upper, "hunan")
        await upper.stop()
        try FileManager.default.removeItem(atPath: "\(upper.folder)/data/hunan/_trunk/network.json")
        let again = try await upper.restarted()
        try await again.say("hunan", .post, "1")
        try await until { try lower.board("changsha").count == 1 }
        #expect(try names(again, "hunan") == known && again.host.links.allSatisfy(\.isGood))
        for host in [lower, again] { await host.stop() }
    }
}

@Suite("Names of networks on cards")
struct NetworkVerdictTests {
    private func card(_ site: String, _ networks: String...) -> BrokerCard { BrokerCard(SiteEntry(id: site, title: site, kind: .county), networks: networks) }

    private func verdict(
        _ networks: [String], above: [String] = [], _ cards: [BrokerCard] = [], isWhole: Bool = true, known: [String] = []
    ) -> NetworkVerdict {
        NetworkVerdict(networks: networks, above: above, cards: cards, isWhole: isWhole) { known }
    }

    @Test("A site takes the names that the site above says; those that say none are nobody's strangers")
    func learns() {
        #expect(verdict([], above: ["a"], [card("hunan", "a"), card("zhuzhou")]) == verdict(["a"], [card("hunan", "a")]))
        #expect(verdict([], above: ["a"]).networks == ["a"])
        #expect(verdict([], [card("hunan", "a")]).strangers == [])
        #expect(verdict(["b"], above: ["a", "b"], [card("hunan", "a", "b")]).networks == ["a", "b"])
    }

    @Test("A network becomes part of a larger one, unless a site that it knows stands there under the same name, or not all sites there are known yet")
    func grows() {
        let cards = [card("hunan", "a"), card("zhuzhou", "a"), card("liuyang", "b")]
        #expect(verdict(["b"], above: ["a"], cards, known: ["liuyang"]).networks == ["a", "b"])
        #expect(verdict(["b"], above: ["a"], cards, known: ["liuyang"]).strangers == [])
        let clash = verdict(["b"], above: ["a"], cards, known: ["liuyang", "zhuzhou"])
        #expect(clash.networks == ["b"] && clash.strangers == ["hunan", "zhuzhou"])
        #expect(verdict(["b"], above: ["a"], cards, isWhole: false, known: []).strangers == ["hunan", "zhuzhou"])
    }

    @Test("A card is read by earlier programs, and one of theirs names no network")
    func cards() throws {
        let entry = SiteEntry(id: "liuyang", title: "浏阳市平台", kind: .county, parent: "changsha", plugins: ["market"], program: "9.1.0")
        let card = BrokerCard(entry, networks: ["a", "b"])
        #expect(try JSON.decode(SiteEntry.self, from: card.encoded()) == entry)
        #expect(try BrokerCard(decoding: card.encoded()) == card)
        #expect(try BrokerCard(decoding: JSON.encode(entry)) == BrokerCard(entry))
        #expect(try BrokerCard(entry).encoded() == JSON.encode(entry))
    }
}
