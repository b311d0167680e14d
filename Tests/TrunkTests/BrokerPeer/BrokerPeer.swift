import Bus
import Dispatch
import FoundationEssentials
import Host
import Messages
import Network
import PluginKit
import Trunk

#if canImport(Glibc)
    import Glibc
#endif

/// A host made to be killed, with one site that meets another one at a NATS cluster: tells numbers as fast as it may, each printed once
/// it is on disk; or hears them.
///
/// Usage: `brokerpeer FOLDER SITE SERVERS NETWORK KEYFILE FIRST LAST`; servers apart by commas; it tells FIRST…LAST, then goes on
/// hearing.
@main
struct BrokerPeer {
    static func main() async throws {
        let words = CommandLine.arguments
        guard words.count == 8, let first = Int(words[6]), let last = Int(words[7]),
            let text = FileManager.default.contents(atPath: words[5]),
            let keys = NetworkKeys(String(decoding: text, as: UTF8.self))
        else { exit(2) }
        let folder = words[1], site = words[2]
        var client = NATSClient.Settings(servers: words[3].split(separator: ",").compactMap { NATSServer(String($0)) })
        client.first = .milliseconds(50)
        client.longest = .milliseconds(500)
        client.patience = .seconds(3)
        var broker = TrunkBroker(client: client, network: words[4], replicas: 3, keys: keys)
        broker.heartbeat = .seconds(1)
        try FileManager.default.createDirectory(atPath: folder + "/data", withIntermediateDirectories: true)
        if !FileManager.default.fileExists(atPath: folder + "/server.pem") {
            _ = try CertificateMaker.writeDevelopmentFiles(in: folder)
        }
        let isUpper = site == "changsha"
        var configuration = HostConfiguration(
            dataFolder: folder + "/data", certificate: folder + "/server.pem", key: folder + "/server.key",
            sites: [
                SiteConfiguration(
                    card: SiteCard(id: site, title: site, region: RegionCode(isUpper ? "430100" : "430181")),
                    kind: isUpper ? .city : .county,
                    parent: isUpper ? "hunan" : "changsha", plugins: ["counter": .object([])])
            ])
        configuration.port = 0
        configuration.loops = 1
        configuration.passwordCost = 10
        configuration.trunkBroker = broker
        let host = try await Host(
            configuration, plugins: [InstalledPlugin(Counter.self)], reference: .empty, log: .silent)
        try host.start()
        say("ready")
        guard let bus = host.sites.first?.bus else { exit(3) }
        let peer = Actor.system("peer")
        var number = first
        while number <= last {
            let numbers = Array(number...min(last, number + 4))
            _ = try await bus.tell(Tell(numbers: numbers), as: peer)
            for number in numbers { say("told \(number)") }
            number += numbers.count
            // Leaves the other end some of the machine.
            await pause(4)
        }
        while true {
            await pause(50)
            say("heard \(try bus.ask(Heard(), as: peer).count)")
        }
    }

    private static func pause(_ milliseconds: Int) async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(milliseconds)) { continuation.resume() }
        }
    }

    private static func say(_ line: String) {
        let bytes = Array("\(line)\n".utf8)
        _ = bytes.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
    }
}

struct Numbered: Event {
    static let name: WireName = "counter.numbered.v1"
    static let reach = Reach.network
    var number: Int
    var subject: String { "numbers" }
}

struct Tell: Command {
    typealias Reply = Done
    static let name: WireName = "counter.tell.v1"
    var numbers: [Int]
}

struct Heard: Query {
    typealias Reply = [Int]
    static let name: WireName = "counter.heard.v1"
}

/// Keeps a row for every time something took effect, so that what is lost, doubled or out of order shows.
struct Counter: Plugin {
    static let manifest = Manifest(id: "counter", title: "计数", version: "1.0.0")

    static func register(in plugin: inout Registration<NoSettings>) {
        plugin.migrations([
            Migration(
                1, "create heard",
                "CREATE TABLE heard (n INTEGER PRIMARY KEY, site TEXT NOT NULL, number INTEGER NOT NULL) STRICT")
        ])
        plugin.holdsNoPersonalData()
        plugin.announces(Numbered.self, titled: "报数")
        plugin.handle(Tell.self, access: .system) { tell, tx in
            for number in tell.numbers { try tx.announce(Numbered(number: number)) }
            return Done()
        }
        plugin.react(to: Numbered.self, from: .network) { event, tx in
            try tx.run("INSERT INTO heard (site, number) VALUES (?, ?)", tx.envelope.site, event.number)
        }
        plugin.answer(Heard.self, access: .system) { _, snapshot in
            try snapshot.rows("SELECT number FROM heard ORDER BY n") { try $0.get(0, as: Int.self) }
        }
    }
}
