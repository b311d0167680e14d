import Gateway
import Messages
import PluginKit
import Vocabulary

/// The console's switchboard: of the running host.
struct HostBoard: PluginBoard {
    /// Weak: the host's gateway holds this.
    private(set) weak var host: Host?
    /// Reads the configuration again, as SIGHUP does; `nil`: it came from no files, and nothing is switched.
    let reload: (@Sendable () async throws -> Void)?

    func plugins(at site: String) -> [PluginState] {
        guard let host else { return [] }
        let shelf = PackageShelf(dataFolder: host.configuration.dataFolder).entries().good
        let running = host.sites.first { $0.card.id == site }
        return host.plugins.map { plugin in
            let manifest = plugin.manifest
            let entry = shelf.first { $0.id == manifest.id }
            let health = running?.supervisors.first { $0.remote.id == manifest.id }?.health
            return PluginState(
                id: manifest.id, title: manifest.title, version: manifest.version,
                origin: entry.map { $0.signer.map { "插件包（\($0) 签名）" } ?? "插件包（无签名）" } ?? "本程序",
                condition: Self.condition(manifest.id, running), reason: health?.reason, memory: health.flatMap { $0.pid == nil ? nil : $0.resident },
                faults: health?.restarts ?? 0, startedAt: health?.startedAt,
                notices: health?.notices ?? [])
        }
    }

    func matrix() -> PluginMatrix {
        guard let host else { return PluginMatrix(plugins: [], sites: []) }
        let plugins = host.plugins.map { (id: $0.manifest.id, title: $0.manifest.title) }
        return PluginMatrix(
            plugins: plugins,
            sites: host.sites.map { site in (site.card.id, site.card.title, plugins.map { Self.condition($0.id, site) }) })
    }

    private static func condition(_ plugin: String, _ site: Site?) -> PluginState.Condition {
        guard let site, site.plugins.contains(plugin) else { return .off }
        guard let supervisor = site.supervisors.first(where: { $0.remote.id == plugin }) else { return .inline }
        return switch supervisor.phase {
        case .stopped: .stopped
        case .starting, .waiting: .starting
        case .running: .running
        case .quarantined: .quarantined
        }
    }

    private func plan() throws(Refusal) -> PluginSwitch {
        guard let host else { throw .notFound }
        return host.pluginSwitch(reload: reload)
    }

    private func mustSwitch() throws(Refusal) {
        guard reload == nil else { return }
        throw Refusal("host.no-files", status: 409, message: "本主机不是由配置文件启动的，不能在这里启用或停用插件。请修改启动它的程序。", log: "no configuration files")
    }

    func preflight(_ plugin: String, at site: String) throws -> PluginForecast {
        let preflight = try plan().preflight(plugin, at: site)
        return PluginForecast(lines: preflight.lines, widened: preflight.widened)
    }

    func enable(_ plugin: String, at site: String, accepts: Bool) async throws -> [String] {
        try mustSwitch()
        return try await plan().enable(plugin, at: site, accepts: accepts)
    }

    func disable(_ plugin: String, at site: String) async throws {
        try mustSwitch()
        try await plan().disable(plugin, at: site)
    }

    func release(_ plugin: String, at site: String) async throws {
        guard let supervisor = host?.sites.first(where: { $0.card.id == site })?.supervisors.first(where: { $0.remote.id == plugin }) else {
            throw Refusal.notFound
        }
        supervisor.release()
        guard await supervisor.isRunning(within: PluginSupervisor.startLimit) else { throw Refusal.notStarted(supervisor.health) }
    }

    // MARK: - Erasure

    func erasing(_ plugin: String, at site: String) throws(Refusal) -> PluginErasure {
        guard let host, let found = host.sites.first(where: { $0.card.id == site }) else { throw .notFound }
        // A plug-in whose package was removed has data all the same.
        let title = host.plugins.first { $0.manifest.id == plugin }?.manifest.title ?? plugin
        guard ReservedName.problem(plugin) == nil, !plugin.contains("/"), !plugin.hasPrefix("_"), !plugin.hasPrefix(".") else { throw .notFound }
        return PluginErasure(plugin: plugin, title: title, site: found, clock: host.surroundings.clock)
    }

    func erasure(_ plugin: String, at site: String) -> (hasData: Bool, request: ErasureRequest?) {
        guard let erasing = try? erasing(plugin, at: site) else { return (false, nil) }
        return (erasing.hasData, erasing.request.map { erasing.shown($0) })
    }

    func erasures(at site: String) -> [ErasureRequest] {
        guard let folder = host?.sites.first(where: { $0.card.id == site })?.folder else { return [] }
        return FileSurvey.names(PluginErasure.folder(in: folder)).filter { $0.hasSuffix(".json") }.compactMap { erasure(String($0.dropLast(5)), at: site).request }
    }

    func askErasure(_ plugin: String, at site: String, by actor: Actor, address: String) async throws {
        _ = try await erasing(plugin, at: site).ask(actor, address: address)
    }

    func confirmErasure(_ plugin: String, at site: String, by actor: Actor, address: String) async throws {
        _ = try await erasing(plugin, at: site).confirm(actor, address: address)
    }

    func withdrawErasure(_ plugin: String, at site: String, by actor: Actor, address: String) async throws {
        try await erasing(plugin, at: site).withdraw(actor, address: address)
    }
}

extension Host {
    /// The switchboard of this host.
    func pluginSwitch(reload: (@Sendable () async throws -> Void)?) -> PluginSwitch {
        PluginSwitch(
            configuration: configuration, installed: plugins, reference: surroundings.reference,
            running: { [weak self] id in
                (self?.sites ?? []).flatMap(\.supervisors).filter { $0.remote.id == id }.compactMap { supervisor in
                    let health = supervisor.health
                    return health.resident > 0 ? health.resident : nil
                }
            }, reload: reload)
    }
}

extension PluginErasure {
    func shown(_ request: Request) -> ErasureRequest {
        ErasureRequest(
            plugin: request.plugin, title: title, by: request.by, name: request.name, at: request.at, copy: path(of: request), bytes: request.bytes,
            digest: request.digest, entries: request.entries)
    }
}

extension PluginHealth {
    /// Why it is quarantined, or ended last.
    var reason: String? {
        if case .quarantined(let reason, _) = phase { return reason }
        return lastFault
    }
}
