import Bus
import Dispatch
import Exchange
public import Gateway
import Identity
public import Messages
import Network
public import PluginKit
import Store
import Synchronization
import Trunk
public import Vocabulary

/// The program in operation: every site of one data folder behind one TLS listener.
///
/// `start` is all or nothing: every problem of every site is named before anything listens. `reload` takes over another
/// configuration while requests go on.
public final class Host: Sendable {
    private struct State {
        var configuration: HostConfiguration
        var sites: [Site]
        var isTicking = true
        var isReloading = false
        /// Files of what was disabled, still used by a request or a job.
        var leaving: Set<String> = []
    }

    public let gateway: Gateway
    /// What the program itself contains.
    private let builtIn: [InstalledPlugin]
    let book: RegistrationBook
    let surroundings: Site.Surroundings
    /// What ends when; modules register theirs.
    public let expiry = ExpiryWatch()
    let startedAt: Timestamp
    /// The links of its sites to those of other hosts.
    let trunk: Trunk
    private let acts = LinkActs()
    let tls: TLSContext
    let server: HTTPServer
    private let admin: HTTPServer?
    private let redirect: HTTPServer?
    private let state: Mutex<State>
    private let closing = Activity()
    private let openFiles: OpenFiles

    /// Puts the host together and opens every site's files.
    ///
    /// - Throws: a `Refusal` with all problems of all sites.
    public init(
        _ configuration: HostConfiguration, plugins: [InstalledPlugin], reference: ReferenceData, clock: TimeSource = .system,
        ids: IDSource? = nil, processes: PluginProcesses = .ofThisProgram, log: BusLog
    ) async throws {
        let configuration = configuration.withoutMoved(log)
        let book = RegistrationBook(dataFolder: configuration.dataFolder)
        builtIn = plugins.map { $0.remembered(in: book) }
        self.book = book
        let plugins = builtIn + configuration.packages
        var processes = processes
        processes.memory = configuration.processMemory
        processes.heartbeat = configuration.processHeartbeat
        processes.faults = configuration.processFaults
        processes.longestWait = configuration.processRestart
        startedAt = clock.now
        openFiles = OpenFiles(configuration.openFiles)
        let ids = ids ?? .system(clock)
        var surroundings = Site.Surroundings(
            lanes: LanePool(threads: configuration.storeThreads),
            passwords: PasswordWorkers(threads: configuration.passwordThreads, logN: configuration.passwordCost), clock: clock, ids: ids,
            reference: reference, log: log, store: configuration.storeOptions, processes: processes)
        let network = SiteNetwork(log: log)
        surroundings.network = network
        self.surroundings = surroundings
        network.place(configuration.entries(plugins))
        trunk = Trunk(
            .init(
                network: network, lanes: surroundings.lanes, store: surroundings.store, clock: clock, ids: ids, log: log,
                hostName: { try HostName.load(dataFolder: configuration.dataFolder) { "\(ids.next())" } }, account: { [acts] in acts.note($0, $1) }),
            first: configuration.trunkWait, joins: configuration.trunkJoins, broker: configuration.trunkBroker)
        var problems = ProblemList()
        let sites = await Self.sites(of: configuration, plugins: plugins, surroundings, &problems)
        do { try problems.check() } catch {
            surroundings.lanes.shutdown()
            throw error
        }
        book.save()
        state = Mutex(State(configuration: configuration, sites: sites))
        gateway = Gateway(
            facade: Gateway.Facade(sites: sites.map(\.face), defaultSite: configuration.defaultSite, isReady: false), clock: clock,
            ids: ids, limits: configuration.requests, origin: configuration.tokenOrigin, log: log)
        tls = try TLSContext(configuration.tls)
        let server = HTTPServer(configuration: configuration.server, tls: tls, handler: gateway)
        self.server = server
        let gateway = self.gateway, tls = self.tls, expiry = self.expiry
        expiry.watch("tls") { Host.terms(of: tls) }
        let processMetrics = ProcessMetrics()
        admin = configuration.adminPort.map {
            HTTPServer(
                configuration: .loopback(port: $0),
                handler: AdminHandler(gateway: gateway, server: server.metrics) { expiry.metricLines(now: clock.now) + processMetrics.lines() })
        }
        redirect = configuration.redirectPort.map {
            HTTPServer(
                configuration: .redirect(address: configuration.address, port: $0),
                handler: RedirectHandler { server.boundPort })
        }
        processMetrics.watch { [weak self] in self?.sites.flatMap(\.processes) ?? [] }
    }

    /// Every site, in the order of the configuration, made side by side: each waits for its disk and reckons for itself.
    private static func sites(
        of configuration: HostConfiguration, plugins: [InstalledPlugin], _ surroundings: Site.Surroundings, _ problems: inout ProblemList
    ) async -> [Site] {
        var made: [Int: Result<Site, any Error>] = [:]
        await withTaskGroup(of: (Int, Result<Site, any Error>).self) { group in
            for (index, site) in configuration.sites.enumerated() {
                group.addTask {
                    do {
                        let site = try await Site(
                            card: site.card, folder: configuration.folder(of: site.id), settings: site.plugins, ownProcess: site.ownProcess,
                            installed: plugins, origins: site.origins, files: site.files, people: site.identity, exchange: site.exchange,
                            surroundings: surroundings)
                        return (index, .success(site))
                    } catch { return (index, .failure(error)) }
                }
            }
            for await (index, result) in group { made[index] = result }
        }
        var sites: [Site] = []
        for (index, site) in configuration.sites.enumerated() {
            switch made[index] {
            case .success(let site)?: sites.append(site)
            case .failure(let error)?: problems.add(site.id, error)
            case nil: break
            }
        }
        return sites
    }

    /// What is in use now.
    public var configuration: HostConfiguration { state.withLock { $0.configuration } }
    public var sites: [Site] { state.withLock { $0.sites } }
    /// Every plug-in that can be enabled.
    var plugins: [InstalledPlugin] { builtIn + configuration.packages }

    /// The same with the packages of another configuration.
    func plugins(of wanted: HostConfiguration) -> [InstalledPlugin] { builtIn + wanted.packages }

    /// The port that was bound, where the configuration said 0.
    public var port: Int { server.boundPort }
    /// The port of health and metrics; `nil` without such a listener.
    public var adminPort: Int? { admin?.boundPort }
    /// The port that sends browsers to HTTPS; `nil` without such a listener.
    public var redirectPort: Int? { redirect?.boundPort }

    /// Listens, then takes up what an earlier run left undone.
    public func start() throws {
        gateway.switchPlugins(by: HostBoard(host: self, reload: nil))
        gateway.report { [weak self] in self?.report() ?? HostReport.none }
        expiry.watch("sites") { [weak self] in Host.terms(of: self?.sites ?? []) }
        gateway.link(by: TrunkGate(trunk: trunk), board: HostLinks(host: self))
        expiry.watch("links") { [weak self] in Host.terms(of: self?.trunk.report(counting: false) ?? []) }
        surroundings.network?.onErased { [weak self] in self?.account($0) }
        acts.begin { [weak self] site, act in self?.account(site, act) }
        try trunk.adopt(trunkPlaces, moved: configuration.moved)
        try server.start()
        if configuration.origin == nil, configuration.port == 0 { gateway.listens(at: server.boundPort) }
        try admin?.start()
        try redirect?.start()
        let (configuration, sites) = state.withLock { ($0.configuration, $0.sites) }
        gateway.install(Gateway.Facade(sites: sites.map(\.face), defaultSite: configuration.defaultSite, isReady: true))
        for site in sites {
            for supervisor in site.supervisors { supervisor.start() }
            site.bus.wake()
        }
        surroundings.network?.wake()
        tick()
        surroundings.log(
            .info, "started", "listening", ("address", configuration.address), ("port", String(port)), ("sites", String(sites.count)))
    }

    /// Lets requests and deliveries under way finish, at most for the given time, then closes everything.
    public func stop() async {
        let (configuration, sites) = state.withLock { state in
            state.isTicking = false
            return (state.configuration, state.sites)
        }
        gateway.install(Gateway.Facade(sites: sites.map(\.face), defaultSite: configuration.defaultSite, isReady: false))
        trunk.close()
        _ = await server.drain(within: configuration.limits.drainTime)
        server.stop()
        admin?.stop()
        redirect?.stop()
        await surroundings.network?.close()
        for site in sites {
            await gateway.keepUsage(of: site.face)
            await site.close()
        }
        trunk.closeFiles()
        await closing.quiet(within: configuration.limits.drainTime)
        surroundings.lanes.shutdown()
        surroundings.log(.info, "stopped", "every file is closed")
    }

    /// Four times a second: what is due by the clock. Once a minute: files that nobody used are closed.
    private func tick() {
        Ticker.start { [weak self] count in
            guard let self else { return false }
            let (isTicking, sites) = self.state.withLock { ($0.isTicking, $0.sites) }
            guard isTicking else { return false }
            for site in sites {
                site.bus.tick()
                site.exchange.tick()
                for supervisor in site.supervisors { supervisor.tick() }
            }
            self.openFiles.thinOut(self.files(of: sites), at: self.surroundings.clock)
            if count == 3 {
                OpenFiles.giveBack()
                OpenFiles.letGoOfCode()
            }
            // Every ten seconds, and once at the start.
            if count % 40 == 1 {
                self.followFiles()
                self.expiry.tell(self.surroundings.log, now: self.surroundings.clock.now)
            }
            // Once an hour, and once a minute after the start.
            if count % 14_400 == 240 { self.sweepFiles(sites) }
            if count % 240 == 0 {
                let now = self.surroundings.clock.now
                self.openFiles.gone(self.files(of: sites).count { $0.closeIfIdle(now: now) })
                for site in sites {
                    Task {
                        do { try await site.identity.housekeep() } catch {
                            self.surroundings.log(.error, "housekeeping-failed", "\(error)", ("site", site.card.id))
                        }
                    }
                }
            }
            return true
        }
    }

    /// Those of the sites and of their links.
    private func files(of sites: [Site]) -> [StoreFile] { sites.flatMap(\.files) + trunk.files }

    /// Uploads that nothing came to are removed, beside what goes on.
    private func sweepFiles(_ sites: [Site]) {
        let (log, now) = (surroundings.log, surroundings.clock.now)
        DispatchQueue.global(qos: .utility).async {
            for site in sites {
                do {
                    let count = try site.sweepFiles(now: now)
                    if count > 0 { log(.info, "uploads-swept", "uploads that nothing was attached to are removed", ("site", site.card.id), ("count", String(count))) }
                } catch {
                    log(.error, "sweep-failed", "\(error)", ("site", site.card.id))
                }
            }
        }
    }

    // MARK: - What a reload changes

    /// Whether none was under way.
    func startReload() -> Bool {
        state.withLock { state in
            defer { state.isReloading = true }
            return !state.isReloading
        }
    }

    func endReload() { state.withLock { $0.isReloading = false } }

    func install(_ configuration: HostConfiguration, _ sites: [Site]) {
        state.withLock { state in
            state.configuration = configuration
            state.sites = sites
        }
    }

    /// Closes what only the old site used, once no request and no job uses the old site's bus any more.
    func closeAfterUse(_ old: Site, besides new: Site?) {
        let files = old.files(besides: new)
        guard !files.isEmpty else { return }
        state.withLock { $0.leaving.formUnion(files.map(\.path)) }
        closing.begin()
        old.bus.onRelease { [self] in
            // Closing waits for the lane, and whoever lets go last may be a loop or the lane itself.
            DispatchQueue.global().async { [self] in
                for file in files { file.close() }
                state.withLock { $0.leaving.subtract(files.map(\.path)) }
                closing.end()
            }
        }
    }

    /// Whether nothing of that folder is in use any more.
    func isClosed(_ folder: String) -> Bool { state.withLock { state in !state.leaving.contains { $0.hasPrefix(folder + "/") } } }

    /// A plug-in that was just disabled may be enabled again while its last request still runs: wait for that.
    func waitForDisabled(_ folders: [String], within limit: Duration) async {
        let mustWait = state.withLock { state in
            state.leaving.contains { path in folders.contains { path.hasPrefix($0 + "/") } }
        }
        if mustWait { await closing.quiet(within: limit) }
    }
}
