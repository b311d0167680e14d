import FoundationEssentials
import Host
import Messages
import PluginKit
import TestKit
import Testing

@testable import Bus
@testable import Trunk

/// What is particular to streams at a broker: one writer, lost ends, keys, restored folders, a node less.
@Suite(
    "Sites of different hosts at a NATS cluster", .serialized,
    .enabled(if: NATSCluster.program != nil, "needs nats-server of at least 2.10: Tools/setup --nats"))
struct BrokerLinkTests {
    /// 长沙 with 浏阳 on another host.
    private func pair(_ broker: TrunkBroker) async throws -> (upper: LinkedHost, lower: LinkedHost) {
        let upper = try await LinkedHost.start(["changsha"], broker: broker)
        let lower = try await LinkedHost.start(["liuyang"], broker: broker)
        try await until { upper.map["liuyang"] != nil && lower.map["changsha"] != nil }
        return (upper, lower)
    }

    private func reports(_ host: LinkedHost) throws -> [String] {
        try host.board("changsha").filter { $0.hasPrefix("report") }
    }
    private func wanted(_ numbers: ClosedRange<Int>) -> [String] { numbers.map { "report of liuyang: \($0)" } }

    @Test(
        "The link is shown with its server, last contact and nothing waiting; without the cluster it says so, and what is said then comes later"
    )
    func report() async throws {
        let cluster = try NATSCluster(nodes: 1)
        let (upper, lower) = try await pair(.fresh(cluster, replicas: 1))
        try await lower.say("liuyang", .report, "1")
        try await until { try reports(upper).count == 1 }
        // The receiver may have it before the sender got the broker's answer.
        try await until { lower.host.links.first.map { $0.isGood && $0.waiting == 0 } ?? false }
        let link = try #require(lower.host.links.first)
        #expect(link.site == "liuyang" && link.lastContact != nil && cluster.servers.contains(link.address ?? ""), "\(link)")
        await cluster.kill(0)
        try await until { lower.host.links.first?.isGood == false && lower.host.links.first?.trouble != nil }
        for n in 2...5 { try await lower.say("liuyang", .report, "\(n)") }
        try await until { lower.host.links.first?.waiting == 4 }
        try cluster.restart(0)
        try await until(seconds: 30) { try reports(upper).count == 5 && lower.host.links.first?.isGood ?? false }
        #expect(try reports(upper) == wanted(1...5))
        await lower.stop()
        await upper.stop()
    }

    @Test("One node of three is killed under load and comes back: everything arrives once and in order")
    func nodeLost() async throws {
        let cluster = try NATSCluster(nodes: 3)
        let (upper, lower) = try await pair(.fresh(cluster))
        for n in 1...200 {
            if n == 60 { await cluster.kill(0) }
            if n == 150 { try cluster.restart(0) }
            try await lower.say("liuyang", .report, "\(n)")
        }
        try await until(seconds: 60) { try reports(upper).count >= 200 }
        #expect(try reports(upper) == wanted(1...200))
        await lower.stop()
        await upper.stop()
    }

    @Test(
        "A second host with the same site is kept out while the first one runs, and takes over when it is gone; the first is then kept out"
    )
    func fence() async throws {
        let broker = try TrunkBroker.fresh()
        let (upper, first) = try await pair(broker)
        try await first.say("liuyang", .report, "1")
        try await until { try reports(upper).count == 1 }
        let second = try await LinkedHost.start(["liuyang"], broker: broker)
        try await until { second.host.links.first?.trouble?.contains("另一台主机") ?? false }
        try await second.say("liuyang", .report, "second")
        try await first.say("liuyang", .report, "2")
        try await until { try reports(upper).count == 2 }
        #expect(try reports(upper) == wanted(1...2))
        await second.stop()
        await first.stop()

        // The folder itself goes on elsewhere.
        let moved = try await first.restarted()
        try await moved.say("liuyang", .report, "3")
        try await until { try reports(upper).count == 3 }
        #expect(try reports(upper) == wanted(1...3))
        await moved.stop()
        await upper.stop()
    }

    @Test("A run whose stream another one claimed does not hear itself when it asks whether that one still runs")
    func heldByNobody() async throws {
        let broker = try TrunkBroker.fresh()
        let client = NATSClient(broker.client)
        client.start()
        try await until { client.isConnected }
        let first = StreamHolder(broker, client: client, host: "first", log: .silent)
        let second = StreamHolder(broker, client: client, host: "second", log: .silent)
        let card = try #require([SiteEntry].small.first { $0.id == "liuyang" })
        let held = try first.hold(card, logs: [], before: nil)
        // The second one gets in, though the first one answers, and ends at once.
        let subject = first.names.claim("liuyang")
        _ = try first.jetStream.publish(subject, id: "x", after: held.last, broker.keys.seal(JSON.encode(second.claim), for: subject))
        #expect(try first.hold(card, logs: [], before: nil).claim == held.last + 2)
        // One that does answer keeps it out.
        _ = try first.jetStream.publish(subject, id: "y", after: held.last + 2, broker.keys.seal(JSON.encode(second.claim), for: subject))
        _ = try second.hold(card, logs: [], before: nil)
        #expect(throws: NATSError.self) { try first.hold(card, logs: [], before: nil) }
        client.stop()
    }

    @Test("A folder that was only copied to another host begins nothing at the broker and says so, until it is taken over")
    func foreignFolder() async throws {
        let broker = try TrunkBroker.fresh()
        let (upper, first) = try await pair(broker)
        try await first.say("liuyang", .report, "1")
        try await until { try reports(upper).count == 1 }
        await first.stop()
        let second = try await LinkedHost.start(["liuyang"], broker: broker)
        await second.stop()
        let data = second.folder + "/data/liuyang"
        try FileManager.default.removeItem(atPath: data)
        try FileManager.default.copyItem(atPath: first.folder + "/data/liuyang", toPath: data)
        let copy = try await second.restarted()
        #expect(copy.host.links.map(\.isGood) == [false] && copy.host.links.first?.trouble?.contains("--take") ?? false, "\(copy.host.links)")
        #expect(copy.complaints.contains { $0.contains("trunk-foreign-folder") })
        await copy.stop()
        let taken = await run(["site", "move", "--take", "--site", "liuyang", "--data", second.folder + "/data", "--configs", second.folder])
        #expect(taken.code == 0, "\(taken.text)")
        let again = try await second.restarted()
        try await again.say("liuyang", .report, "2")
        try await until { try reports(upper).count == 2 }
        await again.stop()
        await upper.stop()
    }

    @Test("A stream that somebody deleted is made anew and published anew; nothing is doubled, nothing is lost")
    func streamDeleted() async throws {
        let broker = try TrunkBroker.fresh()
        let (upper, lower) = try await pair(broker)
        for n in 1...5 { try await lower.say("liuyang", .report, "\(n)") }
        try await until { try reports(upper).count == 5 }
        let client = NATSClient(broker.client)
        client.start()
        try await until { client.isConnected }
        try JetStream(client: client).delete(StreamNames(network: broker.network).stream(of: "liuyang"))
        client.stop()
        for n in 6...10 { try await lower.say("liuyang", .report, "\(n)") }
        try await until(seconds: 30) { try reports(upper).count >= 10 }
        #expect(try reports(upper) == wanted(1...10))
        await lower.stop()
        await upper.stop()
    }

    @Test(
        "A receiver restored from an older copy reads the stream from there again and has everything once",
        arguments: [false, true])
    func restored(sender: Bool) async throws {
        let (upper, lower) = try await pair(.fresh())
        for n in 1...10 { try await lower.say("liuyang", .report, "\(n)") }
        try await until { try reports(upper).count == 10 }
        let old = sender ? lower : upper
        await old.stop()
        let copy = old.folder + "/copy"
        try FileManager.default.copyItem(atPath: old.folder + "/data", toPath: copy)
        let second = try await old.restarted()
        let speaker = sender ? second : lower
        for n in 11...20 { try await speaker.say("liuyang", .report, "\(n)") }
        try await until(seconds: 30) { try reports(sender ? upper : second).count == 20 }
        await second.stop()
        try FileManager.default.removeItem(atPath: old.folder + "/data")
        try FileManager.default.moveItem(atPath: copy, toPath: old.folder + "/data")
        let third = try await old.restarted()
        if sender {
            // It has less of its own log than the stream: held back, and said so, until somebody decides.
            try await until(seconds: 30) { third.host.links.first?.rewound == ["liuyang/post"] }
            try await third.say("liuyang", .report, "forked")
            #expect(try reports(upper) == wanted(1...20))
        } else {
            try await until(seconds: 30) { try reports(third).count == 20 }
            #expect(try reports(third) == wanted(1...20))
        }
        await third.stop()
        await (sender ? upper : lower).stop()
    }

    @Test("Nothing that a site says can be read at the broker, and a host with another key reads and says nothing")
    func sealed() async throws {
        let broker = try TrunkBroker.fresh()
        let (upper, lower) = try await pair(broker)
        try await lower.say("liuyang", .report, "carefully")
        try await until { try reports(upper).count == 1 }
        let client = NATSClient(broker.client)
        client.start()
        try await until { client.isConnected }
        let names = StreamNames(network: broker.network)
        for subject in [names.log("liuyang/post"), names.card("liuyang"), names.claim("liuyang")] {
            let kept = try #require(try JetStream(client: client).last(names.stream(of: "liuyang"), subject))
            let text = String(decoding: kept.payload, as: UTF8.self)
            #expect(!text.contains("carefully") && !text.contains("liuyang") && !text.contains("holder"))
        }
        client.stop()
        var other = broker
        other.keys = try #require(NetworkKeys(NetworkKeys.fresh()))
        let stranger = try await LinkedHost.start(["hunan"], broker: other)
        try await until { stranger.host.links.first?.trouble?.contains("网络密钥") ?? false }
        #expect(stranger.map["liuyang"] == nil && upper.map["hunan"] == nil)
        for host in [stranger, lower, upper] { await host.stop() }
    }

    @Test(
        "Sites of another tree at the same cluster and network hear nothing of each other; a site joined by certificate is bridged"
    )
    func treesAndBridges() async throws {
        let broker = try TrunkBroker.fresh()
        let (upper, lower) = try await pair(broker)
        let sandbox = try await LinkedHost.start(["liling"], parents: ["liling": "elsewhere"], broker: broker)
        // 望城 is joined to 长沙 over mutual TLS; 浏阳 hears it through the broker.
        let third = try await LinkedHost.start(["wangcheng"])
        try await third.link("wangcheng", to: "changsha", of: upper, upper.host.invite("wangcheng", to: "changsha"))
        try await until { lower.map["wangcheng"] != nil && third.map["liuyang"] != nil }
        try await third.say("wangcheng", .post, "a")
        try await lower.say("liuyang", .post, "b")
        try await sandbox.say("liling", .post, "c")
        _ = try await lower.send("liuyang", "x", to: "wangcheng")
        try await until { try lower.sendings("liuyang").map(\.state) == [.done] }
        try await until { try lower.board("liuyang").count == 3 && third.board("wangcheng").count == 3 }
        #expect(try Set(lower.board("liuyang").filter { !$0.hasPrefix("receipt") }) == ["wangcheng: a", "liuyang: b"])
        #expect(try sandbox.board("liling") == ["liling: c"])
        #expect(sandbox.map["liuyang"] == nil && lower.map["liling"] == nil)
        for host in [third, sandbox, lower, upper] { await host.stop() }
    }
}
