import FoundationEssentials
import Glibc
import Host
import Network
import PluginKit
import Synchronization
import TestKit
import Trunk

/// Two hosts that meet at a NATS cluster of three nodes with file storage, all on this machine: from the sender's durable commands to the
/// receiver's committed state.
struct NATSBench {
    let place: Workplace
    private static let count = 200_000
    private static let batch = 10

    func run(into report: inout Report) async throws {
        guard NATSCluster.program != nil else {
            report.notes.append(
                "no nats-server of at least 2.10 here, so the trunk over NATS was not measured: Tools/setup --nats")
            return
        }
        try await live(&report)
        try await catchUp(&report)
    }

    /// Commands of ten events each, 64 under way at once, while the link is open.
    private func live(_ report: inout Report) async throws {
        let cluster = try NATSCluster(nodes: 3)
        let broker = try broker(cluster)
        let upper = try await host("changsha", broker), lower = try await host("liuyang", broker)
        try await met(upper, lower)
        let start = LoadGenerator.now()
        try await say(lower, Self.count)
        let said = LoadGenerator.now()
        try await heard(upper, Self.count)
        let end = LoadGenerator.now()
        report.add("nats.rate", Double(Self.count) / (Double(end - start) / 1e9), "events/s")
        report.add("nats.said", Double(Self.count) / (Double(said - start) / 1e9), "events/s")
        try check(upper)
        // One at a time: how late an event is when nothing else passes.
        var times = Histogram()
        for number in 0..<200 {
            let begun = LoadGenerator.now()
            try await say(lower, 1)
            while try got(upper) < Self.count + number + 1 { usleep(200) }
            times.add(LoadGenerator.now() - begun)
        }
        report.add("nats.idle.p50", times.milliseconds(0.5), "ms")
        report.add("nats.idle.p99", times.milliseconds(0.99), "ms")
        await lower.stop()
        await upper.stop()
    }

    /// Everything was said before the receiver came.
    private func catchUp(_ report: inout Report) async throws {
        let cluster = try NATSCluster(nodes: 3)
        let broker = try broker(cluster)
        let lower = try await host("liuyang", broker)
        try await say(lower, Self.count)
        while lower.links.first?.waiting != 0 { usleep(20_000) }
        let start = LoadGenerator.now()
        let upper = try await host("changsha", broker)
        try await heard(upper, Self.count)
        report.add("nats.catchup", Double(Self.count) / (Double(LoadGenerator.now() - start) / 1e9), "events/s")
        try check(upper)
        await lower.stop()
        await upper.stop()
    }

    private func broker(_ cluster: NATSCluster) throws -> TrunkBroker {
        guard let keys = NetworkKeys(NetworkKeys.fresh()) else { throw BenchError("no key") }
        return TrunkBroker(
            client: .init(servers: cluster.servers.compactMap { NATSServer($0) }), network: "bench", replicas: 3,
            keys: keys)
    }

    private func host(_ site: String, _ broker: TrunkBroker) async throws -> Host {
        let folder = try place.room("nats-\(site)")
        let files = try CertificateMaker.writeDevelopmentFiles(in: folder)
        let isUpper = site == "changsha"
        var configuration = HostConfiguration(
            dataFolder: folder + "/data", certificate: files.certificate, key: files.key,
            sites: [
                SiteConfiguration(
                    card: SiteCard(id: site, title: site, region: RegionCode(isUpper ? "430100" : "430181")),
                    kind: isUpper ? .city : .county,
                    parent: isUpper ? "hunan" : "changsha", plugins: ["link": .object([])])
            ])
        configuration.port = 0
        configuration.loops = 1
        configuration.passwordCost = 10
        configuration.trunkBroker = broker
        let host = try await Host(
            configuration, plugins: [InstalledPlugin(LinkPlugin.self)], reference: .empty, log: .silent)
        try host.start()
        return host
    }

    private func met(_ upper: Host, _ lower: Host) async throws {
        for _ in 0..<2000 {
            if upper.sites.first?.bus.network?.map["liuyang"] != nil, lower.links.first?.isGood ?? false,
                upper.links.first?.isGood ?? false
            {
                return
            }
            usleep(10_000)
        }
        throw BenchError("the hosts did not meet: \(upper.links) \(lower.links)")
    }

    private func say(_ host: Host, _ count: Int) async throws {
        guard let bus = host.sites.first?.bus else { throw BenchError("no site") }
        let rest = Rest(count)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<min(64, count) {
                group.addTask {
                    while let wanted = rest.next(Self.batch) {
                        _ = try await bus.tell(SpeakMany(count: wanted), as: .visitor)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// What is still to be said, taken by several.
    private final class Rest: Sendable {
        private let left: Mutex<Int>

        init(_ count: Int) { left = Mutex(count) }

        func next(_ most: Int) -> Int? {
            left.withLock { left in
                let taken = min(most, left)
                left -= taken
                return taken > 0 ? taken : nil
            }
        }
    }

    private func got(_ host: Host) throws -> Int {
        try host.sites.first?.bus.ask(TallyHeard(), as: .visitor).count ?? 0
    }

    private func heard(_ host: Host, _ count: Int) async throws {
        for _ in 0..<24_000 {
            if try got(host) >= count { return }
            usleep(5000)
        }
        throw BenchError("only \(try got(host)) of \(count) events took effect in 120 s: \(host.links)")
    }

    /// Once each, and in the order of the log.
    private func check(_ host: Host) throws {
        guard let found = try host.sites.first?.bus.ask(TallyHeard(), as: .visitor), found.count == found.distinct,
            found.disorder == 0
        else {
            throw BenchError("events took effect twice or out of order")
        }
    }
}

struct Spoken: Event {
    static let name: WireName = "link.spoken.v1"
    static let reach = Reach.network
    var number: Int
    var text: String
    var subject: String { "state/\(number % 100)" }
}

struct SpeakMany: Command {
    static let name: WireName = "link.speak-many.v1"
    typealias Reply = Done
    var count: Int
}

struct TallyHeard: Query {
    static let name: WireName = "link.tally-heard.v1"
    struct Reply: Codable, Sendable {
        var count: Int
        var distinct: Int
        /// Neighbours in the order of their effects whose numbers fall.
        var disorder: Int
    }
}

/// Says so many numbers; keeps a row for each that it hears.
struct LinkPlugin: Plugin {
    static let manifest = Manifest(id: "link", title: "互联测试", version: "1.0.0")

    static func register(in plugin: inout Registration<NoSettings>) {
        plugin.migrations([
            Migration(
                1, "create said and heard",
                """
                CREATE TABLE said (id INTEGER PRIMARY KEY CHECK (id = 1), last INTEGER NOT NULL) STRICT;
                INSERT INTO said VALUES (1, 0);
                CREATE TABLE heard (n INTEGER PRIMARY KEY, number INTEGER NOT NULL) STRICT;
                """)
        ])
        plugin.holdsNoPersonalData()
        plugin.announces(Spoken.self, titled: "报数")
        plugin.handle(SpeakMany.self, access: .anyone) { speak, tx in
            let last = try tx.value("SELECT last FROM said", as: Int.self) ?? 0
            for number in last + 1...last + max(1, speak.count) {
                try tx.announce(Spoken(number: number, text: "浏阳花炮有限公司的一条需求"))
            }
            try tx.run("UPDATE said SET last = last + ?", max(1, speak.count))
            return Done()
        }
        plugin.react(to: Spoken.self, from: .network) { event, tx in
            try tx.run("INSERT INTO heard (number) VALUES (?)", event.number)
        }
        plugin.answer(TallyHeard.self, access: .anyone) { _, snapshot in
            // Counting all of them is for the end only.
            let count = try snapshot.value("SELECT coalesce(max(n), 0) FROM heard", as: Int.self) ?? 0
            guard count.isMultiple(of: 100_000), count > 0 else {
                return .init(count: count, distinct: count, disorder: 0)
            }
            return TallyHeard.Reply(
                count: count,
                distinct: try snapshot.value("SELECT count(DISTINCT number) FROM heard", as: Int.self) ?? 0,
                disorder: try snapshot.value(
                    "SELECT count(*) FROM heard a JOIN heard b ON b.n = a.n + 1 WHERE b.number < a.number", as: Int.self
                ) ?? 0)
        }
    }
}
