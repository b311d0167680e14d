public import Bus
public import Exchange
public import Gateway
public import Identity
public import Messages
public import Network
public import Pages
public import PluginKit
public import Store
package import Trunk
public import Vocabulary

/// Everything a host is told before it starts; read from `Configs/` by `HostConfiguration.read`, checked whole.
public struct HostConfiguration: Sendable {
    /// Bounds on what strangers may cost; the keys of `limits` in `host.json5`.
    public struct Limits: Sendable, Hashable {
        public var connections = 20_000
        public var connectionsPerAddress = 256
        /// Rates per minute; 0: no limit. Only what is read from files has limits by itself, see the table of keys: programs
        /// that drive a host, such as benchmarks, come from few addresses.
        public var connectionsPerMinute = 0
        public var requestsPerAddress = 0
        public var requestsPerAccount = 0
        /// Standing wait of a loop beyond which requests are refused; 0: never.
        public var queueTime: Duration = .milliseconds(200)
        public var headBytes = 16_384
        public var bodyBytes = 33_554_432
        public var queuedBytes = 268_435_456
        public var headTime: Duration = .seconds(10)
        public var idleTime: Duration = .seconds(75)
        public var answerTime: Duration = .seconds(60)
        public var drainTime: Duration = .seconds(10)

        public init() {}
    }

    /// Absolute or from the working folder; holds one folder a site.
    public var dataFolder: String
    /// Listening address as a number.
    public var address = "127.0.0.1"
    /// Whose word about a client's address is believed.
    public var trustedProxies: [NetworkRange] = []
    /// HTTPS; 0 lets the system choose.
    public var port = 8443
    /// How people and partners reach the host, `https://fw.example.cn` or with a port; `nil`: this machine.
    public var origin: String?
    /// Plain HTTP that only redirects; `nil`: none.
    public var redirectPort: Int?
    /// Health and metrics, on loopback only; `nil`: none.
    public var adminPort: Int?
    /// PEM files.
    public var certificate: String
    public var key: String
    /// An OCSP response about the certificate; `nil`: none.
    public var ocsp: String?
    /// Certificates beside it: another kind of key for everyone, or for some host names.
    public var moreCertificates: [TLSSettings.Pair] = []
    public var clientAuthorities: [String] = []
    public var revocationLists: [String] = []
    public var ticketHours = 12
    /// Event loops; 0: one a core.
    public var loops = 0
    public var storeThreads = 2
    /// How many files stay open that nobody uses at the moment, of all sites together.
    public var openFiles = 256
    public var passwordThreads = 2
    /// scrypt's N as a power of two, 10…20; tests take a cheap one.
    package var passwordCost = 15
    /// The first wait after a failure of a link to another host; tests take a short one.
    package var trunkWait: Duration = .seconds(1)
    /// How often somebody without a certificate may try a token, by address; benchmarks join many sites at once.
    package var trunkJoins = TokenBucket.Rate(burst: 10, perMinute: 10)
    /// Where the sites meet those of other hosts; `nil`: they are joined by mutual TLS.
    package var trunkBroker: TrunkBroker?
    /// Of every site's files; not in `host.json5`, for the benchmarks that compare settings.
    public var storeOptions = StoreOptions()
    public var limits = Limits()
    public var logLevel = LogLevel.info
    public var logFormat = Log.Format.json
    /// The folder it was read from; empty where it was made otherwise.
    public var configs = ""
    /// Plug-ins that were installed from packages.
    public var packages: [InstalledPlugin] = []
    /// PEM files of the public keys whose packages are let in.
    public var trustedKeys: [String] = []
    /// Most memory of a plug-in's process, and how long it may leave a heartbeat unanswered.
    public var processMemory: UInt64 = 1 << 30
    public var processHeartbeat: Duration = .seconds(15)
    /// Faults within a minute until quarantine.
    public var processFaults = 5
    /// The longest wait before a process that ended is started again.
    public var processRestart: Duration = .seconds(30)
    /// Shown at `/`.
    public var defaultSite: String
    public var sites: [SiteConfiguration]
    /// Configured sites that were moved to another host and are not run.
    package var moved: [String: MovedSite] = [:]

    public init(
        dataFolder: String, certificate: String, key: String, sites: [SiteConfiguration], defaultSite: String? = nil
    ) {
        self.dataFolder = dataFolder
        self.certificate = certificate
        self.key = key
        self.sites = sites
        self.defaultSite = defaultSite ?? sites.first?.id ?? ""
    }

    /// The sites as the others know them, with the versions of what they have enabled.
    func entries(_ installed: [InstalledPlugin]) -> [SiteEntry] {
        let versions = Dictionary(installed.map { ($0.manifest.id, $0.manifest.version) }) { _, last in last }
        return sites.map { site in
            var entry = site.entry
            entry.versions = versions.filter { site.plugins[$0.key] != nil }
            entry.program = ShuniuProgram.version
            entry.protocols = LinkProtocol.spoken
            return entry
        }
    }

    /// The folder of one site's data.
    public func folder(of site: String) -> String { "\(dataFolder)/\(site)" }
}

/// One site as configured: what its pages say of it, and its enabled plug-ins with their settings.
public struct SiteConfiguration: Sendable {
    public typealias Kind = SiteKind

    public var id: String
    public var card: SiteCard
    public var kind: Kind
    /// The site above this one; may live on another host.
    public var parent: String?
    /// Settings by plug-in; a plug-in that is not here leaves no trace.
    public var plugins: [String: JSONValue]
    /// Passwords, waits after failures, sessions, second factor.
    public var identity = IdentityStore.Rules()
    /// Origins whose pages may call the API from a browser, without cookies; none unless listed.
    public var origins: [String] = []
    /// Plug-ins that run in their own process here.
    public var ownProcess: Set<String> = []
    /// What uploads may cost.
    public var files = FileRules()
    /// How receipts and webhooks are kept.
    public var exchange = PartnerExchange.Settings()

    public init(card: SiteCard, kind: Kind, parent: String? = nil, plugins: [String: JSONValue] = [:]) {
        id = card.id
        self.card = card
        self.kind = kind
        self.parent = parent
        self.plugins = plugins
    }

    public var region: RegionCode? { card.region }

    /// The site as the others know it.
    public var entry: SiteEntry {
        SiteEntry(id: id, title: card.title, kind: kind, region: region, parent: parent, plugins: plugins.keys.sorted())
    }
}
