import Bus
import FoundationEssentials
public import Host
public import Identity
public import Messages
import Network
import Pages
public import PluginKit
import Synchronization
public import Vocabulary

/// A whole host over real TLS: ports chosen by the system, a certificate of its own, a temporary folder, virtual time.
///
/// ```swift
/// let host = try await TestHost([InstalledPlugin(Notes.self)])
/// try await host.account("liu", grants: [Grant(.windowStaff, in: RegionCode("430181"))])
/// let browser = host.visitor()
/// try await browser.signIn("liu")
/// #expect(try await browser.get("/test/notes/list").status == 200)
/// ```
public final class TestHost: Sendable {
    public let host: Host
    public let clock: TestClock
    /// Everything of the host: `data/`, certificate and key.
    public let folder: String
    /// PEM file of the authority that signed the host's certificate.
    public let authority: String
    let loop: EventLoop
    private let isStopped = Mutex(false)

    /// The password of every account that `account` opens.
    public static let password = "Ceshi-2026-kouling"

    /// - Parameters:
    ///   - plugins: what the program contains; enabled at every site that names no plug-ins of its own.
    ///   - sites: by default one, `test`.
    ///   - now: when the clock begins; by default in March 2026.
    ///   - change: changes the configuration before the host starts.
    public init(
        _ plugins: [InstalledPlugin], sites: [SiteConfiguration] = [], now: Timestamp? = nil, change: (inout HostConfiguration) -> Void = { _ in }
    ) async throws {
        folder = FileManager.default.temporaryDirectory.path + "/shuniu-host-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let tls = try CertificateMaker.writeDevelopmentFiles(in: folder)
        authority = tls.authority
        let clock = TestClock(now ?? Timestamp(milliseconds: 1_772_413_200_000))
        self.clock = clock
        var sites = sites.isEmpty ? [Self.site("test", "测试平台")] : sites
        for index in sites.indices where sites[index].plugins.isEmpty {
            for plugin in plugins { sites[index].plugins[plugin.manifest.id] = .object([]) }
        }
        var configuration = HostConfiguration(
            dataFolder: folder + "/data", certificate: tls.certificate, key: tls.key, sites: sites)
        configuration.port = 0
        configuration.adminPort = 0
        configuration.redirectPort = 0
        configuration.loops = 1
        configuration.passwordCost = 10
        // Many tests share few cores: what is refused or cut off for slowness is tested where that is the subject.
        configuration.limits.drainTime = .seconds(120)
        configuration.limits.queueTime = .zero
        change(&configuration)
        host = try await Host(
            configuration, plugins: plugins, reference: try TestSite.reference.get(), clock: clock.source, log: .silent)
        loop = EventLoop()
        try loop.start()
        try host.start()
    }

    deinit {
        let host = self.host
        let folder = self.folder
        let loop = self.loop
        let wasStopped = isStopped.withLock { $0 }
        Task {
            if !wasStopped { await host.stop() }
            loop.stop()
            try? FileManager.default.removeItem(atPath: folder)
        }
    }

    /// A site with every plug-in at its default settings.
    public static func site(
        _ id: String, _ title: String, region: String = "430000", kind: SiteConfiguration.Kind = .hub, below parent: String? = nil
    ) -> SiteConfiguration {
        var site = SiteConfiguration(card: SiteCard(id: id, title: title, region: RegionCode(region)), kind: kind)
        site.parent = parent
        // Tests of what administrators do sign in with a password alone; those of the second factor ask for it.
        site.identity.secondFactor.requiredRoles = []
        return site
    }

    /// Stops the host as SIGTERM does: what is under way finishes.
    public func stop() async {
        isStopped.withLock { $0 = true }
        await host.stop()
    }

    /// Opens an account with `TestHost.password`.
    ///
    /// - Parameter organisation: whom the person acts for; it is recorded at the site.
    @discardableResult
    public func account(
        _ login: String, grants: [Grant] = [], organisation: Organisation? = nil, mustChangePassword: Bool = false, at site: String = "test"
    ) async throws -> MessageID {
        guard let site = host.sites.first(where: { $0.card.id == site }) else { throw Refusal.notFound }
        if let organisation { try await site.identity.record(organisation, by: .system("test"), address: "local") }
        var new = NewAccount(login: login, name: "测试·\(login)", organisation: organisation?.code, grants: grants, password: Self.password)
        new.mustChangePassword = mustChangePassword
        return try await site.identity.addAccount(new, by: .system("test"), address: "local").account.id
    }

    /// A browser without a screen.
    ///
    /// - Parameters:
    ///   - path: how its requests reach the gateway.
    ///   - site: whose pages it signs in at.
    public func visitor(_ path: TestTransport = .tls, site: String = "test") -> TestVisitor {
        TestVisitor(transport: path, host: self, site: site)
    }

    /// Tells a command at a site's bus, past the gateway: what a test needs to be there already.
    @discardableResult
    public func tell<C: Command>(_ command: C, as actor: Actor, at site: String = "test") async throws -> C.Reply {
        guard let site = host.sites.first(where: { $0.card.id == site }) else { throw Refusal.notFound }
        return try await site.bus.tell(command, as: actor)
    }

    /// Asks at a site's bus, past the gateway.
    public func ask<Q: Query>(_ query: Q, as actor: Actor, at site: String = "test") throws -> Q.Reply {
        guard let site = host.sites.first(where: { $0.card.id == site }) else { throw Refusal.notFound }
        return try site.bus.ask(query, as: actor)
    }

    /// Every event of one plug-in's log of that type, oldest first.
    public func events<E: Event>(_ type: E.Type, at site: String = "test") throws -> [E] {
        guard let site = host.sites.first(where: { $0.card.id == site }) else { throw Refusal.notFound }
        return try site.events(of: type)
    }

    /// Lets time pass, and what is due happen.
    public func advance(by duration: Duration) async {
        clock.advance(by: duration)
        for site in host.sites { site.bus.tick() }
        await settle()
    }

    /// Waits until every delivery at every site has ended.
    public func settle() async { for site in host.sites { await site.bus.settle() } }
}

/// How a test's request reaches the gateway.
public enum TestTransport: String, Sendable, CaseIterable {
    /// Straight to the handler, on a loop of its own.
    case router
    /// Over a socket with TLS, through parser and limits.
    case tls
    /// Plain HTTP to the listener for operators.
    case admin
    /// Plain HTTP to the listener that only sends browsers to HTTPS.
    case redirect

    /// The two ways for one body of a test.
    public static let both: [TestTransport] = [.router, .tls]
}
