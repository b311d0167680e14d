import Bus
import Dispatch
import Gateway
import Messages
import PluginKit
import Store
import Vocabulary

/// A plug-in that goes on in another place: out of the host into a process of its own, or back.
///
/// Other plug-ins and sites go on untouched. Requests to this one wait while it moves into a process; on the way back those that
/// come in that moment are told to come again. Where it does not begin at the new place, it goes on at the old one.
extension Host {
    /// A running plug-in that the configuration wants elsewhere.
    struct Relocation {
        var site: String
        var plugin: String
        /// Into a process of its own.
        var own: Bool

        var change: ReloadReport.Change {
            .init(
                "站点 \(site)：\(plugin) 改在\(own ? "自己的进程中" : "主机进程内")运行",
                "site \(site): \(plugin) runs in \(own ? "a process of its own" : "the host") now")
        }
    }

    /// What runs elsewhere than wanted. A package always runs in its own process.
    func relocations(for wanted: HostConfiguration) -> [Relocation] {
        let installed = plugins
        return wanted.sites.flatMap { site -> [Relocation] in
            guard let running = sites.first(where: { $0.card.id == site.id }), configuration.dataFolder == wanted.dataFolder else { return [] }
            return running.face.parts.compactMap { part in
                let own = site.ownProcess.contains(part.id)
                guard site.plugins[part.id] != nil, own != (part.remote != nil), installed.first(where: { $0.manifest.id == part.id })?.package == nil
                else { return nil }
                return Relocation(site: site.id, plugin: part.id, own: own)
            }
        }
    }

    /// Moves each, then does the rest of the reload; when anything fails, all are where they were.
    func relocating(_ moves: [Relocation], then rest: () async throws -> ReloadReport) async throws -> ReloadReport {
        var done: [Relocation] = []
        do {
            for move in moves {
                try await relocate(move)
                done.append(move)
            }
            var report = try await rest()
            report.changes += done.map(\.change)
            return report
        } catch {
            for move in done.reversed() {
                do { try await relocate(Relocation(site: move.site, plugin: move.plugin, own: !move.own)) } catch {
                    surroundings.log(.error, "relocation-stuck", "\(error)", ("site", move.site), ("plugin", move.plugin))
                }
            }
            throw error
        }
    }

    private func relocate(_ move: Relocation) async throws {
        if move.own { try await goOut(move, leave(move)) } else { try await comeIn(move) }
        surroundings.log(.info, "plugin-moved", move.change.log, ("site", move.site), ("plugin", move.plugin))
    }

    private func running(_ site: String) throws -> Site {
        guard let site = sites.first(where: { $0.card.id == site }) else { throw Refusal.notFound }
        return site
    }

    /// The same site with one plug-in at another place; nothing of it is opened or started.
    private func successor(of old: Site, moving plugin: String, own: Bool) async throws -> Site {
        let configuration = configuration
        guard let site = configuration.sites.first(where: { $0.id == old.card.id }) else { throw Refusal.notFound }
        return try await Site(
            card: site.card, folder: configuration.folder(of: site.id), settings: site.plugins, ownProcess: own ? [plugin] : [], installed: plugins,
            origins: site.origins, files: site.files, people: site.identity, exchange: site.exchange, surroundings: surroundings, succeeding: old,
            moving: plugin)
    }

    // MARK: - Into a process

    /// A site in which the plug-in has no process yet, and what the one before still uses.
    private struct Departure {
        var site: Site
        var supervisor: PluginSupervisor
        var file: StoreFile
        /// Ends with the last request to the old site.
        var use: Activity
    }

    /// Holds the old site no longer than this function runs: its last request must let go of it.
    private func leave(_ move: Relocation) async throws -> Departure {
        let old = try running(move.site)
        let new = try await successor(of: old, moving: move.plugin, own: true)
        guard let file = old.face.parts.first(where: { $0.id == move.plugin })?.plug?.file,
            let supervisor = new.supervisors.first(where: { $0.remote.id == move.plugin })
        else { throw Refusal.notFound }
        do { try await supervisor.rehearse { try file.backup(to: $0) } } catch {
            new.bus.leave()
            throw error
        }
        try await bringToRest(old, new)
        let use = Activity()
        use.begin()
        old.bus.onRelease { use.end() }
        // From here on requests go to the new site; those to this plug-in wait for its process. The site's other processes go over now, since
        // they hold the old bus.
        show(new, after: old)
        new.takeProcesses()
        return Departure(site: new, supervisor: supervisor, file: file, use: use)
    }

    private func goOut(_ move: Relocation, _ departure: Departure) async throws {
        let (new, supervisor, file) = (departure.site, departure.supervisor, departure.file)
        do {
            await departure.use.quiet(within: configuration.limits.drainTime)
            await Self.apart { file.close() }
            try PluginFolder.settle(move.plugin, in: new.folder, own: true)
            supervisor.start()
            guard await supervisor.isRunning(within: PluginSupervisor.startLimit) else { throw Refusal.notStarted(supervisor.health) }
        } catch {
            await supervisor.stop()
            try PluginFolder.settle(move.plugin, in: new.folder, own: false)
            let back = try await successor(of: new, moving: move.plugin, own: false)
            for file in back.files(besides: new) { try file.open() }
            _ = await new.bus.retire(within: configuration.limits.drainTime)
            show(back, after: new)
            wake(back)
            throw error
        }
        wake(new)
    }

    // MARK: - Into the host

    private func comeIn(_ move: Relocation) async throws {
        let old = try running(move.site)
        let new = try await successor(of: old, moving: move.plugin, own: false)
        guard let supervisor = old.supervisors.first(where: { $0.remote.id == move.plugin }) else { throw Refusal.notFound }
        try await bringToRest(old, new)
        await supervisor.stop(handsOver: true)
        let files = new.files(besides: old)
        do {
            try PluginFolder.settle(move.plugin, in: new.folder, own: false)
            for file in files { try file.open() }
        } catch {
            await Self.apart { for file in files { file.close() } }
            new.bus.leave()
            try PluginFolder.settle(move.plugin, in: new.folder, own: true)
            supervisor.start()
            _ = await supervisor.isRunning(within: PluginSupervisor.startLimit)
            old.bus.resume()
            throw error
        }
        show(new, after: old)
        wake(new)
        supervisor.remote.line.refuseAll(.plugStopped(supervisor.declaration.manifest.title))
    }

    // MARK: - Both ways

    /// Deliveries and jobs of the old bus end, so that no two buses do the same.
    private func bringToRest(_ old: Site, _ new: Site) async throws {
        let limit = configuration.limits.drainTime
        let isQuiet = await old.bus.retire(within: limit)
        guard isQuiet, await old.bus.jobsEnd(within: limit) else {
            old.bus.resume()
            new.bus.leave()
            throw Refusal(
                "host.reload-busy", status: 503,
                message: "站点 \(old.card.id) 的消息投递或后台任务未能在 \(limit.components.seconds) 秒内告一段落，运行位置未更换。请稍后重新发送 SIGHUP。",
                log: "deliveries or jobs of site \(old.card.id) did not come to rest", retryAfter: .seconds(30))
        }
    }

    /// Requests go to the new site from now on, and its bus goes on where the old one stopped.
    private func show(_ new: Site, after old: Site) {
        old.bus.leave()
        new.bus.begin(after: old.bus)
        let configuration = configuration
        let sites = sites.map { $0 === old ? new : $0 }
        install(configuration, sites)
        gateway.install(Gateway.Facade(sites: sites.map(\.face), defaultSite: configuration.defaultSite, isReady: true))
    }

    private func wake(_ site: Site) {
        site.takeProcesses()
        site.connectExchange()
        site.bus.wake()
        surroundings.network?.wake()
    }

    /// Closing waits for the lane, and may not hold a thread of tasks.
    private static func apart(_ body: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                body()
                continuation.resume()
            }
        }
    }
}
