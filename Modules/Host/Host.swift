public import Gateway
import Identity
public import Messages
import Network
public import PluginKit
import Store
import Synchronization
public import Vocabulary

/// The program in operation: every site of one data folder behind one TLS listener.
///
/// `start` is all or nothing: every problem of every site is named before anything listens.
public final class Host: Sendable {
    public let configuration: HostConfiguration
    public let sites: [Site]
    public let gateway: Gateway
    private let tls: TLSContext
    private let server: HTTPServer
    private let admin: HTTPServer?
    private let redirect: HTTPServer?
    private let lanes: LanePool
    private let clock: TimeSource
    private let log: BusLog
    private let defaultSite: String
    private let ticking = Mutex(true)

    /// Puts the host together and opens every site's files.
    ///
    /// - Throws: a `Refusal` with all problems of all sites.
    public init(
        _ configuration: HostConfiguration, plugins: [InstalledPlugin], reference: ReferenceData, clock: TimeSource = .system,
        ids: IDSource? = nil, log: BusLog
    ) async throws {
        self.configuration = configuration
        self.clock = clock
        self.log = log
        let ids = ids ?? .system(clock)
        lanes = LanePool(threads: configuration.storeThreads)
        let surroundings = Site.Surroundings(
            lanes: lanes, passwords: PasswordWorkers(threads: configuration.passwordThreads, logN: configuration.passwordCost), clock: clock, ids: ids,
            reference: reference, log: log)
        var sites: [Site] = []
        var faults: [Refusal.Fault] = []
        for site in configuration.sites {
            do {
                sites.append(
                    try await Site(
                        card: site.card, folder: configuration.folder(of: site.id), settings: site.plugins, installed: plugins,
                        surroundings: surroundings))
            } catch let refusal as Refusal {
                faults += refusal.faults.isEmpty
                    ? [.init(field: site.id, message: refusal.message)]
                    : refusal.faults.map { .init(field: "\(site.id)/\($0.field)", value: $0.value, message: $0.message) }
            } catch let error as StoreError {
                faults.append(.init(field: site.id, message: error.refusal.message))
            }
        }
        guard faults.isEmpty else {
            lanes.shutdown()
            throw Refusal(
                "host.refused", status: 500, message: "共有 \(faults.count) 处问题，未启动。请按下列各条修改后重试。",
                log: "\(faults.count) problems; nothing was started", faults: faults)
        }
        self.sites = sites
        defaultSite = configuration.defaultSite
        var limits = Gateway.Limits()
        limits.upload = configuration.limits.bodyBytes
        limits.body = min(limits.body, limits.upload)
        gateway = Gateway(
            facade: Gateway.Facade(sites: sites.map(\.face), defaultSite: defaultSite, isReady: false), clock: clock, ids: ids,
            limits: limits, log: log)
        tls = try TLSContext(certificateFile: configuration.certificate, keyFile: configuration.key)
        let server = HTTPServer(configuration: configuration.server, tls: tls, handler: gateway)
        self.server = server
        let gateway = self.gateway
        admin = configuration.adminPort.map {
            HTTPServer(
                configuration: .loopback(port: $0),
                handler: AdminHandler(gateway: gateway, server: server.metrics))
        }
        redirect = configuration.redirectPort.map {
            HTTPServer(
                configuration: .redirect(address: configuration.address, port: $0),
                handler: RedirectHandler { server.boundPort })
        }
    }

    /// The port that was bound, where the configuration said 0.
    public var port: Int { server.boundPort }
    /// The port of health and metrics; `nil` without such a listener.
    public var adminPort: Int? { admin?.boundPort }
    /// The port that sends browsers to HTTPS; `nil` without such a listener.
    public var redirectPort: Int? { redirect?.boundPort }

    /// Listens, then takes up what an earlier run left undone.
    public func start() throws {
        try server.start()
        try admin?.start()
        try redirect?.start()
        gateway.install(Gateway.Facade(sites: sites.map(\.face), defaultSite: defaultSite, isReady: true))
        for site in sites { site.bus.wake() }
        tick()
        log(.info, "started", "listening", ("address", configuration.address), ("port", String(port)), ("sites", String(sites.count)))
    }

    /// Reads certificate and key again, for connections that come from now on.
    public func reloadCertificate() throws { try tls.reload() }

    /// Lets requests and deliveries under way finish, at most for the given time, then closes everything.
    public func stop() async {
        ticking.withLock { $0 = false }
        gateway.install(Gateway.Facade(sites: sites.map(\.face), defaultSite: defaultSite, isReady: false))
        _ = await server.drain(within: configuration.limits.drainTime)
        server.stop()
        admin?.stop()
        redirect?.stop()
        for site in sites { await site.close() }
        lanes.shutdown()
        log(.info, "stopped", "every file is closed")
    }

    /// Four times a second: what is due by the clock. Once a minute: files that nobody used are closed.
    private func tick() {
        Ticker.start { [weak self] count in
            guard let self, self.ticking.withLock({ $0 }) else { return false }
            for site in self.sites { site.bus.tick() }
            if count % 240 == 0 {
                let now = self.clock.now
                for site in self.sites { site.closeIdle(now: now) }
            }
            return true
        }
    }
}
