import FoundationEssentials
import Host
import Messages
import Crypto
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import Bus
@testable import Trunk
@testable import trunkpeer

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
        try await until { try reports(upper).count == 5 && lower.host.links.first?.isGood ?? false }
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
        try await until { try reports(upper).count >= 200 }
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

    @Test("An older copy of a site, in whose folder its own host stands, is kept out also while nobody else runs; readers believe it no more either")
    func olderCopy() async throws {
        let broker = try TrunkBroker.fresh()
        let (upper, first) = try await pair(broker)
        try await first.say("liuyang", .report, "1")
        try await until { try reports(upper).count == 1 }
        await first.stop()
        let data = first.folder + "/data"
        try FileManager.default.copyItem(atPath: data, toPath: first.folder + "/older")
        let taken = await run(["site", "move", "--take", "--site", "liuyang", "--data", data, "--configs", first.folder])
        #expect(taken.code == 0, "\(taken.text)")
        let second = try await first.restarted()
        try await second.say("liuyang", .report, "2")
        try await until { try reports(upper).count == 2 }
        await second.stop()
        try FileManager.default.removeItem(atPath: data)
        try FileManager.default.moveItem(atPath: first.folder + "/older", toPath: data)
        let older = try await first.restarted()
        try await older.say("liuyang", .report, "forked")
        try await until { older.host.links.first?.trouble?.contains("较旧") ?? false }
        // Somebody deletes the stream, so that nothing is left of the fence at the broker.
        let client = NATSClient(broker.client)
        client.start()
        try await until { client.isConnected }
        try JetStream(client: client).delete(StreamNames(network: broker.network).stream(of: "liuyang"))
        client.stop()
        try await until { upper.host.links.first?.trouble?.contains("较旧") ?? false }
        #expect(try reports(upper) == wanted(1...2))
        await older.stop()
        await upper.stop()
    }

    @Test("Claims tell since when and where a site was taken up: an earlier one, or the same from another host, is refused; a later one takes over")
    func claimsAreFenced() async throws {
        let broker = try TrunkBroker.fresh()
        let client = NATSClient(broker.client)
        client.start()
        try await until { client.isConnected }
        let card = try #require([SiteEntry].small.first { $0.id == "liuyang" })
        func claim(_ epoch: Int64?, _ host: String) -> String? {
            let holder = StreamHolder(broker, client: client, host: host, log: .silent)
            defer { holder.release("liuyang") }
            do { _ = try holder.hold(card, logs: [], stand: epoch.map { SiteStand(epoch: $0, host: host) }, before: nil) } catch { return (error as? NATSError)?.code ?? "\(error)" }
            return nil
        }
        #expect(claim(5, "a") == nil)
        #expect(claim(4, "a") == "nats.older-epoch")
        #expect(claim(5, "b") == "nats.two-hosts")
        #expect(claim(5, "a") == nil)
        #expect(claim(6, "b") == nil)
        #expect(claim(5, "a") == "nats.older-epoch")
        // Whoever is refused changes nothing of the stream; whoever is not sees to its copies.
        let names = StreamNames(network: broker.network), stream = JetStream(client: client)
        let found = try #require(try stream.stream(names.stream(of: "liuyang")))
        var fewer = broker
        fewer.replicas = 1
        for before in [nil, (identity: found.created, position: found.state.last_seq + 9)] {
            let holder = StreamHolder(fewer, client: client, host: "a", log: .silent)
            #expect(throws: NATSError.self) { try holder.hold(card, logs: [], stand: SiteStand(epoch: 5, host: "a"), before: before) }
            let now = try stream.stream(names.stream(of: "liuyang"))
            #expect(now?.created == found.created && now?.config.num_replicas == 3)
        }
        let last = StreamHolder(fewer, client: client, host: "b", log: .silent)
        _ = try last.hold(card, logs: [], stand: SiteStand(epoch: 7, host: "b"), before: nil)
        last.release("liuyang")
        #expect(try stream.stream(names.stream(of: "liuyang"))?.config.num_replicas == 1)
        // Whoever does not know since when, as a host far above, does not take the fence away.
        #expect(claim(nil, "c") == nil)
        #expect(claim(5, "a") == "nats.older-epoch")
        client.stop()
    }

    @Test("An entry larger than the broker's max_payload travels in pieces; what follows comes after it, also when the sender begins anew")
    func largeEntry() async throws {
        let cluster = try NATSCluster(nodes: 1, more: "max_payload: 65536")
        let (upper, lower) = try await pair(.fresh(cluster, replicas: 1))
        let large = String(repeating: "长", count: 100_000)
        try await lower.say("liuyang", .report, "1")
        try await lower.say("liuyang", .report, large)
        for n in 2...5 { try await lower.say("liuyang", .report, "\(n)") }
        try await until { try reports(upper).count == 6 }
        #expect(try reports(upper) == ["report of liuyang: 1", "report of liuyang: \(large)"] + wanted(2...5))
        try await lower.say("liuyang", .report, large)
        await lower.stop()
        let again = try await lower.restarted()
        try await again.say("liuyang", .report, "6")
        try await until { try reports(upper).count == 8 }
        #expect(try reports(upper).suffix(2) == ["report of liuyang: \(large)", "report of liuyang: 6"])
        #expect(again.host.links.allSatisfy { $0.trouble == nil })
        await again.stop()
        await upper.stop()
    }

    @Test("Pieces are joined in their order only, of one entry, and the whole must be what they say")
    func pieces() throws {
        let keys = try #require(NetworkKeys(NetworkKeys.fresh()))
        let subject = "shuniu.x.liuyang.post._all.post.posted.v1", source = "liuyang/post"
        let ids = IDSource.system(.system)
        func entry(_ seq: Int64) -> CarriedEntry {
            CarriedEntry(
                head: .init(seq: seq, id: ids.next(), type: "post.posted.v1", subject: "box", time: .init(milliseconds: 1), correlation: ids.next(), reach: .network),
                payload: (0..<30_000).map { UInt8($0 % 200) })
        }
        func parts(_ entry: CarriedEntry) throws -> [(StreamPiece, Parcel.Batch, [UInt8])] {
            try keys.pieces(entry, of: source, for: subject, size: 12_048).map { sealed in
                #expect(sealed.count < 12_048)
                guard case .piece(let piece, let batch, let bytes) = try keys.content(sealed, of: subject) else { throw NATSError.cut }
                return (piece, batch, bytes)
            }
        }
        let (one, other) = (entry(7), entry(8))
        let (first, second) = (try parts(one), try parts(other))
        #expect(first.count == 4 && first.map(\.1.last) == [6, 6, 6, 7])
        var joined: StreamParts?
        for (piece, _, bytes) in first { joined = StreamParts.joined(joined, source, piece, bytes) }
        #expect(try joined?.whole()?.entries == [one])
        let begun = StreamParts.joined(nil, source, first[0].0, first[0].2)
        #expect(try begun?.whole() == nil)
        #expect(StreamParts.joined(begun, source, first[2].0, first[2].2) == nil)
        #expect(StreamParts.joined(begun, source, second[1].0, second[1].2) == nil)
        #expect(StreamParts.joined(begun, "liuyang/other", first[1].0, first[1].2) == nil)
        #expect(StreamParts.joined(nil, source, first[1].0, first[1].2) == nil)
        #expect(StreamParts.joined(begun, source, second[0].0, second[0].2)?.piece.entry == 8)
        #expect(throws: NATSError.self) { try keys.pieces(one, of: source, for: subject, size: 2060) }
        #expect(throws: NATSError.self) { try keys.pieces(one, of: source, for: subject, size: 100) }
    }

    @Test("An erasure destroys the person's keys in the stream, on the broker's disk too; the messages stay and open for everybody else")
    func erasure() async throws {
        let cluster = try NATSCluster(nodes: 1)
        let broker = try TrunkBroker.fresh(cluster, replicas: 1)
        let folder = Pair.folder()
        let upper = try await PeerHost(folder + "/upper", sites: ["changsha"], broker: broker)
        let lower = try await PeerHost(folder + "/lower", sites: ["liuyang"], broker: broker)
        let (gone, stays) = (try #require(PersonID("guest-1")), try #require(PersonID("guest-2")))
        for person in [gone, stays, gone] {
            _ = try await lower.bus("liuyang").tell(MeetGuest(person: person.description, mobile: "13800000000"), as: PeerHost.peer)
        }
        func guests(_ host: PeerHost, _ site: String) throws -> [GuestList.Line] { try host.bus(site).ask(GuestList(), as: PeerHost.peer) }
        try await until { try guests(upper, "changsha").filter(\.isReadable).count == 3 }

        let client = NATSClient(broker.client)
        client.start()
        try await until { client.isConnected }
        let holder = StreamHolder(broker, client: client, host: "test", log: .silent)
        let source = "liuyang/guests", stream = holder.names.stream(of: "liuyang")
        func key(_ person: PersonID) throws -> JetStream.Kept? {
            try holder.jetStream.last(stream, holder.names.personKeys(source, broker.keys.tokens(of: person, in: source)[0]))
        }
        func isOnDisk(_ bytes: [UInt8]) throws -> Bool {
            try FileManager.default.subpathsOfDirectory(atPath: cluster.folder).filter { $0.hasSuffix(".blk") }.contains { path in
                FileManager.default.contents(atPath: "\(cluster.folder)/\(path)").map { Array($0).firstRange(of: bytes) != nil } ?? false
            }
        }
        let before = (try #require(try key(gone)), try #require(try key(stays)))
        try await until { try isOnDisk(before.0.payload) && isOnDisk(before.1.payload) }
        // Whoever has the network's key reads messages, but no personal value without its person's key.
        let last = try #require(try holder.jetStream.last(stream, holder.names.log(source)))
        guard case .entries(_, let entries) = try broker.keys.content(last.payload, of: last.subject) else { throw NATSError.cut }
        let text = String(decoding: entries.flatMap(\.payload), as: UTF8.self)
        #expect(text.contains("sealed:guest-1:") && !text.contains(Base64.encodeURL(Array(#""13800000000""#.utf8))) && !text.contains("13800000000"))

        _ = try await lower.bus("liuyang").erase(person: gone, by: PeerHost.peer)
        try await until { try guests(upper, "changsha").map(\.person) == ["guest-2"] }
        #expect(try key(gone) == nil && key(stays) != nil)
        try await until { try !isOnDisk(before.0.payload) }
        #expect(try isOnDisk(before.1.payload))
        client.stop()
        // A site that comes later reads the stream from its beginning.
        let late = try await PeerHost(folder + "/late", sites: ["hunan"], broker: broker)
        try await until { try guests(late, "hunan").contains { $0.person == "guest-2" && $0.isReadable } }
        try await until { try guests(late, "hunan").map(\.person) == ["guest-2"] }
        for host in [late, lower, upper] { await host.stop() }
        try? FileManager.default.removeItem(atPath: folder)
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
        try await until { try reports(upper).count >= 10 }
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
        try await until { try reports(sender ? upper : second).count == 20 }
        await second.stop()
        try FileManager.default.removeItem(atPath: old.folder + "/data")
        try FileManager.default.moveItem(atPath: copy, toPath: old.folder + "/data")
        let third = try await old.restarted()
        if sender {
            // It has less of its own log than the stream: held back, and said so, until somebody decides.
            try await until { third.host.links.first?.rewound == ["liuyang/post"] }
            try await third.say("liuyang", .report, "forked")
            #expect(try reports(upper) == wanted(1...20))
            let done = try await third.host.resume("liuyang")
            #expect(done.map(\.lost.count) == [10] && done.map(\.from) == [10] && done.map(\.again) == [1])
            try await third.say("liuyang", .report, "after")
            try await until { try reports(upper).count >= 22 }
            #expect(try reports(upper) == wanted(1...20) + ["report of liuyang: forked", "report of liuyang: after"])
            #expect(third.host.links.allSatisfy { $0.rewound.isEmpty })
        } else {
            try await until { try reports(third).count == 20 }
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
