import Dispatch
import FoundationEssentials
import Host
import Identity
import Network
import PluginKit
import TestKit
import Testing
import Trunk

@testable import Bus

/// A whole host on a port of loopback, with some of the sites of `[SiteEntry].small`; it keeps folder and port when it starts again.
final class LinkedHost: Sendable {
    let host: Host
    let folder: String
    let authority: String
    private let port: Int
    private let sites: [SiteConfiguration]
    private let log: LineLog
    private let broker: TrunkBroker?
    private let openFiles: Int?
    private let installed: [InstalledPlugin]

    /// - Parameters:
    ///   - plugins: of sites that have not both plug-ins.
    ///   - parents: of sites that name another parent than in the small tree.
    ///   - broker: where its sites meet those of other hosts; `nil`: they are joined.
    ///   - openFiles: how many files that nobody uses it keeps open.
    ///   - entries: the tree of which these sites are.
    ///   - installed: what this host's program has.
    static func start(
        _ ids: [String], plugins: [String: [String]] = [:], parents: [String: String] = [:], broker: TrunkBroker? = nil,
        entries: [SiteEntry] = .small, openFiles: Int? = nil,
        installed: [InstalledPlugin] = [InstalledPlugin(Post.self), InstalledPlugin(Reader.self)]
    ) async throws -> LinkedHost {
        let folder = FileManager.default.temporaryDirectory.path + "/trunk-host-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let tls = try CertificateMaker.writeDevelopmentFiles(in: folder)
        let sites = entries.filter { ids.contains($0.id) }.map { entry in
            SiteConfiguration(
                card: SiteCard(id: entry.id, title: entry.title, region: entry.region), kind: entry.kind, parent: parents[entry.id] ?? entry.parent,
                plugins: Dictionary(uniqueKeysWithValues: (plugins[entry.id] ?? ["post", "reader"]).map { ($0, JSONValue.object([])) }))
        }
        return try await LinkedHost(folder: folder, authority: tls.authority, port: 0, sites: sites, broker: broker, openFiles: openFiles, installed: installed)
    }

    private init(folder: String, authority: String, port: Int, sites: [SiteConfiguration], broker: TrunkBroker?, openFiles: Int?, installed: [InstalledPlugin]) async throws {
        self.openFiles = openFiles
        self.installed = installed
        self.folder = folder
        self.authority = authority
        self.sites = sites
        self.broker = broker
        log = LineLog()
        var configuration = HostConfiguration(
            dataFolder: folder + "/data", certificate: folder + "/server.pem", key: folder + "/server.key", sites: sites)
        configuration.port = port
        configuration.loops = 1
        configuration.passwordCost = 10
        configuration.trunkWait = .milliseconds(50)
        configuration.trunkJoins = .init(burst: 1000, perMinute: 1000)
        configuration.trunkBroker = broker
        configuration.limits.drainTime = .seconds(5)
        if let openFiles { configuration.openFiles = openFiles }
        host = try await Host(
            configuration, plugins: installed, reference: .empty, log: log.bus)
        try host.start()
        self.port = host.port
    }

    func stop() async { await host.stop() }

    /// How many files of its links the process has open.
    var openRelays: Int {
        let descriptors = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        return descriptors.count { number in
            guard let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(number)") else { return false }
            return path.hasPrefix(folder) && path.hasSuffix("/_trunk.sqlite")
        }
    }

    /// The same folder and port again, after `stop`.
    func restarted() async throws -> LinkedHost {
        try await LinkedHost(folder: folder, authority: authority, port: port, sites: sites, broker: broker, openFiles: openFiles, installed: installed)
    }

    /// Everything that was logged as an error or warning.
    var complaints: [String] { log.lines }

    func link(_ site: String, to parent: String, of upper: LinkedHost, _ token: String) async throws {
        let entry = try #require(sites.first { $0.id == site }).entry
        _ = try await host.join(entry, to: ParentPlace(host: "localhost", port: upper.port, site: parent, authority: upper.authority), token: token)
    }

    func bus(_ site: String) throws -> SiteBus { try #require(host.sites.first { $0.card.id == site }).bus }

    private static let clerk = Actor.person("clerk", .windowStaff)

    func say(_ site: String, _ kind: Say.Kind, _ text: String) async throws {
        _ = try await bus(site).tell(Say(kind: kind, box: "box", text: text), as: Self.clerk)
    }

    func send(_ site: String, _ text: String, to place: String) async throws -> [String] {
        try await bus(site).tell(SendOrder(text: text, to: place, isPetition: nil), as: Self.clerk)
    }

    /// How the orders that the site obeyed go on.
    func goOn(_ site: String, _ note: String, _ percent: Int?) async throws { _ = try await bus(site).tell(GoOn(note: note, percent: percent), as: Self.clerk) }

    func board(_ site: String) throws -> [String] { try bus(site).ask(Board(), as: .visitor) }
    /// What the site's audit trail says of links, in its order.
    func audited(_ site: String) throws -> [AuditEvent] {
        let identity = try #require(host.sites.first { $0.card.id == site }).identity
        let lines = try identity.auditTrail(AuditFilter(), limit: 50, by: .person("audit", .auditAdministrator)).lines
        return lines.map { ($0.record.event, $0.seq) }.filter { "\($0.0)".hasPrefix("link") }.sorted { $0.1 < $1.1 }.map(\.0)
    }
    func sendings(_ site: String) throws -> [SentCommand] { try bus(site).ask(Sendings(), as: Self.clerk) }
    /// The sites whose logs stand here.
    var sources: Set<String> { Set(host.sites.first?.bus.network?.sources.map(\.site) ?? []) }
    var map: SiteMap { host.sites.first?.bus.network?.map ?? SiteMap() }

    /// The status of a request without a certificate. Waits off the threads of tasks, which the answer needs.
    func post(_ path: String, _ body: String) async throws -> Int {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { [port, authority] in
                continuation.resume(
                    with: Result {
                        let client = try HTTPClient(port: port, trust: .authority(file: authority), timeout: .seconds(60))
                        defer { client.disconnect() }
                        return try client.request(.post, path, body: Array(body.utf8)).status
                    })
            }
        }
    }
}
