import Bus
import FoundationEssentials
import Host
import Messages
import Network
import PluginKit
import Synchronization
import Trunk
import Vocabulary

/// A whole host with sites of a small tree and the plug-ins `Tally` and `Guests`; it keeps folder and port when it starts again, also in another process.
final class PeerHost: Sendable {
    let host: Host
    let folder: String
    let port: Int
    let sites: [String]
    private let clock: TimeSource
    private let plugins: [InstalledPlugin]
    private let reference: ReferenceData
    private let broker: TrunkBroker?

    /// 湖南 over 长沙 over 浏阳.
    static let tree: [(id: String, title: String, kind: SiteKind, region: String, parent: String?)] = [
        ("hunan", "湖南省平台", .hub, "430000", nil), ("changsha", "长沙市平台", .city, "430100", "hunan"),
        ("liuyang", "浏阳市平台", .county, "430181", "changsha"),
    ]

    var authority: String { folder + "/ca.pem" }

    /// - Parameters:
    ///   - folder: of a new host, to be made; or that of an earlier one.
    ///   - port: 0 lets the system choose.
    ///   - certificates: the folder of another host whose certificate it shows too.
    ///   - broker: where its sites meet those of other hosts; `nil`: they are joined.
    ///   - plugins: enabled at each site with default settings.
    init(
        _ folder: String, port: Int = 0, sites: [String], clock: TimeSource = .system, certificates: String? = nil, broker: TrunkBroker? = nil,
        plugins: [InstalledPlugin] = [InstalledPlugin(Tally.self), InstalledPlugin(Guests.self)], reference: ReferenceData = .empty
    ) async throws {
        self.folder = folder
        self.plugins = plugins
        self.reference = reference
        self.sites = sites
        self.clock = clock
        self.broker = broker
        try FileManager.default.createDirectory(atPath: folder + "/data", withIntermediateDirectories: true)
        for name in certificates == nil ? [] : ["ca.pem", "server.pem", "server.key"] where !FileManager.default.fileExists(atPath: "\(folder)/\(name)") {
            try FileManager.default.copyItem(atPath: "\(certificates ?? "")/\(name)", toPath: "\(folder)/\(name)")
        }
        if !FileManager.default.fileExists(atPath: folder + "/server.pem") { _ = try CertificateMaker.writeDevelopmentFiles(in: folder) }
        let configured = Self.tree.filter { sites.contains($0.id) }.map { entry in
            SiteConfiguration(
                card: SiteCard(id: entry.id, title: entry.title, region: RegionCode(entry.region)), kind: entry.kind, parent: entry.parent,
                plugins: Dictionary(plugins.map { ($0.manifest.id, .object([])) }) { first, _ in first })
        }
        var configuration = HostConfiguration(
            dataFolder: folder + "/data", certificate: folder + "/server.pem", key: folder + "/server.key", sites: configured)
        configuration.port = port
        configuration.loops = 1
        configuration.passwordCost = 10
        configuration.trunkWait = .milliseconds(20)
        configuration.trunkBroker = broker
        configuration.limits.drainTime = .seconds(5)
        let lines = Lines()
        host = try await Host(configuration, plugins: plugins, reference: reference, clock: clock, log: lines.log)
        self.lines = lines
        try host.start()
        self.port = host.port
    }

    private let lines: Lines

    /// What was logged as an error or a warning.
    var complaints: [String] { lines.kept.withLock { $0 } }

    func stop() async { await host.stop() }

    /// The same folder and port again, after `stop`.
    func restarted(sites: [String]? = nil) async throws -> PeerHost { try await PeerHost(folder, port: port, sites: sites ?? self.sites, clock: clock, broker: broker, plugins: plugins, reference: reference) }

    func bus(_ site: String) throws -> SiteBus {
        guard let site = host.sites.first(where: { $0.card.id == site }) else { throw Refusal.notFound }
        return site.bus
    }

    static let peer = Actor.system("peer")

    /// - Parameter id: told again under the same one, it is told once.
    func tell(_ site: String, _ numbers: some Sequence<Int>, pad: Int = 0, id: MessageID? = nil) async throws {
        _ = try await bus(site).tell(Tell(numbers: Array(numbers), pad: pad), as: Self.peer, id: id)
    }

    func charge(_ number: Int, from site: String, to other: String) async throws {
        _ = try await bus(site).tell(SendCharge(number: number, to: other), as: Self.peer)
    }

    func counted(_ site: String) throws -> Counted.Reply { try bus(site).ask(Counted(), as: Self.peer) }

    /// Joins one of its sites to a site of another host, at that host's port or at the port of something in between.
    func join(_ site: String, to parent: String, of upper: PeerHost, port: Int? = nil) async throws {
        let token = try await upper.host.invite(site, to: parent)
        guard let entry = host.configuration.sites.first(where: { $0.id == site })?.entry else { throw Refusal.notFound }
        _ = try await host.join(entry, to: ParentPlace(host: "localhost", port: port ?? upper.port, site: parent, authority: upper.authority), token: token)
    }

    private final class Lines: Sendable {
        let kept = Mutex<[String]>([])

        var log: BusLog {
            BusLog { [self] level, code, message, facts in
                guard level != .info else { return }
                kept.withLock { $0.append("\(code) \(message) \(facts.map { "\($0.0)=\($0.1)" }.joined(separator: " "))") }
            }
        }
    }
}
