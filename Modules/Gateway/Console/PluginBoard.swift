public import Messages
public import Vocabulary

/// What the console shows and does about plug-ins; the host does it.
public protocol PluginBoard: Sendable {
    /// Every plug-in that there is, as it stands at one site.
    func plugins(at site: String) -> [PluginState]
    /// Sites and plug-ins of the whole host: which are on where.
    func matrix() -> PluginMatrix
    /// What turning it on will change; throws everything that stands against it.
    func preflight(_ plugin: String, at site: String) throws -> PluginForecast
    /// - Parameter accepts: what it does with messages beyond what was accepted is accepted, too.
    /// - Returns: what was accepted with it, Chinese, one line each.
    func enable(_ plugin: String, at site: String, accepts: Bool) async throws -> [String]
    func disable(_ plugin: String, at site: String) async throws
    /// Ends its quarantine.
    func release(_ plugin: String, at site: String) async throws
    /// Whether a plug-in that is off has kept something here, and who has asked to erase it.
    func erasure(_ plugin: String, at site: String) -> (hasData: Bool, request: ErasureRequest?)
    /// Every request at a site that waits for a second person.
    func erasures(at site: String) -> [ErasureRequest]
    /// One person asks; a copy of everything is put aside.
    func askErasure(_ plugin: String, at site: String, by actor: Actor, address: String) async throws
    /// Another one does it; or somebody takes the request back.
    func confirmErasure(_ plugin: String, at site: String, by actor: Actor, address: String) async throws
    func withdrawErasure(_ plugin: String, at site: String, by actor: Actor, address: String) async throws
}

/// Somebody has asked to erase what a plug-in kept at a site.
public struct ErasureRequest: Sendable {
    public var plugin: String
    public var title: String
    /// Identifier and name of who asked.
    public var by: String
    public var name: String
    public var at: Timestamp
    /// Where the copy lies on the host, its size and SHA-256.
    public var copy: String
    public var bytes: Int64
    public var digest: String
    /// Entries of its log.
    public var entries: Int64

    public init(plugin: String, title: String, by: String, name: String, at: Timestamp, copy: String, bytes: Int64, digest: String, entries: Int64) {
        self.plugin = plugin
        self.title = title
        self.by = by
        self.name = name
        self.at = at
        self.copy = copy
        self.bytes = bytes
        self.digest = digest
        self.entries = entries
    }
}

/// A plug-in at a site.
public struct PluginState: Sendable {
    public enum Condition: String, Sendable {
        case off, inline, running, starting, quarantined, stopped
    }

    public var id: String
    public var title: String
    public var version: String
    /// Where it comes from: 本程序, 插件包（…签名）.
    public var origin: String
    public var condition: Condition
    /// Of its process: why it was quarantined or ended last, memory in bytes, faults since the host began, when it was started.
    public var reason: String?
    public var memory: Int64?
    public var faults: Int
    public var startedAt: Timestamp?
    /// In what the confinement of its process is not whole on this machine.
    public var notices: [String]

    public init(
        id: String, title: String, version: String, origin: String, condition: Condition, reason: String? = nil, memory: Int64? = nil,
        faults: Int = 0, startedAt: Timestamp? = nil, notices: [String] = []
    ) {
        self.id = id
        self.title = title
        self.version = version
        self.origin = origin
        self.condition = condition
        self.reason = reason
        self.memory = memory
        self.faults = faults
        self.startedAt = startedAt
        self.notices = notices
    }
}

/// What turning a plug-in on will change, Chinese, one line each.
public struct PluginForecast: Sendable {
    /// Those that begin with two spaces belong to the one before.
    public var lines: [String]
    /// What it does with messages beyond what was accepted.
    public var widened: [String]

    public init(lines: [String], widened: [String] = []) {
        self.lines = lines
        self.widened = widened
    }
}

/// Which plug-ins are on at which sites.
public struct PluginMatrix: Sendable {
    public var plugins: [(id: String, title: String)]
    public var sites: [(id: String, title: String, conditions: [PluginState.Condition])]

    public init(plugins: [(id: String, title: String)], sites: [(id: String, title: String, conditions: [PluginState.Condition])]) {
        self.plugins = plugins
        self.sites = sites
    }
}
